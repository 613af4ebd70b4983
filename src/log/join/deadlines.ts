import type {Daemon} from '../line-context.ts';

/** What can be asked for by time: `askedAt` is when it is to be looked at next, ms of log time; Infinity: never. */
export type Dated = {askedAt: number};

/** Finds what is due without looking at what is not. */
export type Deadlines<One extends Dated> = {
	/** Something of a host may be due at a moment, ms of its log time; an earlier moment that was set before stays. */
	set(host: object, one: One, at: number): void;
	/** Looks at all of a host whose moment is before `now`; `look` returns the moment to look again, Infinity for never. */
	pass(host: object, now: number, look: (one: One) => number): void;
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

/** What is due on one host, by slot. */
type Slots<One> = {
	readonly ones: Map<number, One[]>;
	/** No slot lies before it. */
	first: number;
};

/** The slots up to one, in order: those in between are as many as the time that passed, or as the slots. */
function upTo<One>({ones, first}: Slots<One>, last: number): number[] {
	if (last - first > ones.size) return [...ones.keys()].filter(slot => slot <= last).sort((a, b) => a - b);
	const found: number[] = [];
	for (let slot = first; slot <= last; slot++) if (ones.has(slot)) found.push(slot);
	return found;
}

/**
 * Keeps what is due in slots of time, of each host by its own clock. What comes to be due later stays where it is until its slot is
 * passed, so that a line that puts it off costs nothing. The slots are no part of a saved state: who keeps the dated things sets
 * them again.
 */
export function createDeadlines<One extends Dated>(): Deadlines<One> {
	const hosts = new Map<object, Slots<One>>();

	function set(host: object, one: One, at: number): void {
		if (at >= one.askedAt) return;
		one.askedAt = at;
		let slots = hosts.get(host);
		if (!slots) {
			slots = {ones: new Map(), first: lastSlot};
			hosts.set(host, slots);
		}
		const slot = slotOf(at);
		const ones = slots.ones.get(slot);
		if (ones) ones.push(one);
		else slots.ones.set(slot, [one]);
		if (slot < slots.first) slots.first = slot;
	}

	return {
		set,
		pass(host, now, look) {
			const slots = hosts.get(host);
			const last = slotOf(now);
			if (!slots || slots.first > last) return;
			const passed = upTo(slots, last);
			slots.first = last;
			for (const slot of passed) {
				const ones = slots.ones.get(slot) ?? [];
				slots.ones.delete(slot);
				for (const one of ones) {
					// It was set to an earlier moment meanwhile, and looked at then.
					if (slotOf(one.askedAt) !== slot) continue;
					const at = one.askedAt < now ? look(one) : one.askedAt;
					one.askedAt = never;
					set(host, one, at);
				}
			}
			if (slots.ones.size === 0) hosts.delete(host);
		},
	};
}

/**
 * Takes out of a table of processes what has said nothing since a moment, of some tags; `gone` is called with each. One function for
 * all tables: the loops are worth compiling once.
 */
export function evictIdle<Key, One extends {readonly touched: number}>(
	processes: Map<Daemon, Map<Key, One>>,
	daemons: Iterable<Daemon>,
	before: number,
	gone: (one: One) => void,
): void {
	for (const daemon of daemons) {
		const states = processes.get(daemon);
		if (states === undefined) continue;
		for (const key of states.keys()) {
			const one = states.get(key);
			if (one === undefined || one.touched >= before) continue;
			states.delete(key);
			gone(one);
		}
		if (states.size === 0) processes.delete(daemon);
	}
}
