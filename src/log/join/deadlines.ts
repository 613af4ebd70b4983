import type {Daemon} from '../line-context.ts';

/** What can be asked for by time: `askedAt` is when it is to be looked at next, ms of log time; Infinity: never. */
export type Dated = {askedAt: number};

/** Finds what is due without looking at what is not. */
export type Deadlines<One extends Dated> = {
	/** Something may be due at a moment, ms of log time; an earlier moment that was set before stays. */
	set(one: One, at: number): void;
	/** Looks at all whose moment is before `now`; `look` returns the moment to look again, Infinity for never. */
	pass(now: number, look: (one: One) => number): void;
};

/** Moments that lie so close together share a slot, ms. */
const width = 5000;
const never = Number.POSITIVE_INFINITY;
/** The last slot: a small integer of V8, in the year 7000. */
const lastSlot = 2 ** 30 - 1;

/** The slot of a moment. Those before 1970 share one. */
function slotOf(at: number): number {
	return Math.max(0, Math.min(lastSlot, Math.floor(at / width))) | 0;
}

/**
 * Keeps what is due in slots of time. What comes to be due later stays where it is until its slot is passed, so that a line that
 * puts it off costs nothing. The slots are no part of a saved state: who keeps the dated things sets them again.
 */
export function createDeadlines<One extends Dated>(): Deadlines<One> {
	const slots = new Map<number, One[]>();
	/** No slot lies before it. */
	let first = lastSlot;

	function set(one: One, at: number): void {
		if (at >= one.askedAt) return;
		one.askedAt = at;
		const slot = slotOf(at);
		const ones = slots.get(slot);
		if (ones) ones.push(one);
		else slots.set(slot, [one]);
		if (slot < first) first = slot;
	}

	/** The slots up to one, in order: those in between are as many as the time that passed, or as the slots. */
	function upTo(last: number): number[] {
		if (last - first > slots.size) return [...slots.keys()].filter(slot => slot <= last).sort((a, b) => a - b);
		const found: number[] = [];
		for (let slot = first; slot <= last; slot++) if (slots.has(slot)) found.push(slot);
		return found;
	}

	function passSlot(slot: number, now: number, look: (one: One) => number): void {
		const ones = slots.get(slot) ?? [];
		slots.delete(slot);
		for (const one of ones) {
			// It was set to an earlier moment meanwhile, and looked at then.
			if (slotOf(one.askedAt) !== slot) continue;
			const at = one.askedAt < now ? look(one) : one.askedAt;
			one.askedAt = never;
			set(one, at);
		}
	}

	return {
		set,
		pass(now, look) {
			const last = slotOf(now);
			if (first > last) return;
			const passed = upTo(last);
			first = slots.size === 0 ? lastSlot : last;
			for (const slot of passed) passSlot(slot, now, look);
		},
	};
}

/**
 * Takes out of a table of processes what has said nothing since a moment, of all tags or of some; `gone` is called with each.
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
