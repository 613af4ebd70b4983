import type {Daemon} from '../entry.ts';

/**
 * Takes out of a table of processes what has said nothing since a moment, of all tags or of some; `gone` is told of each.
 * One function for all tables: the loops are worth compiling once.
 */
export function evictIdle<Key, One extends {readonly touched: number}>(
	processes: Map<Daemon, Map<Key, One>>,
	before: number,
	only: ((daemon: Daemon) => boolean) | undefined,
	gone: (one: One) => void,
): void {
	for (const daemon of processes.keys()) {
		const states = processes.get(daemon);
		if (states === undefined || (only && !only(daemon))) continue;
		for (const key of states.keys()) {
			const one = states.get(key);
			if (one === undefined || one.touched >= before) continue;
			states.delete(key);
			gone(one);
		}
		if (states.size === 0) processes.delete(daemon);
	}
}
