/**
 * Sessions whose verdict hangs on something the log may tell later: whether this tag logs TLS at all, whether it is a
 * wrapper-mode service. They wait, few and not for long, so that the order in which processes write does not change a verdict.
 */
export type Waiting = {
	/** `decide(false)` is tried at once and again when its group learns something; `decide(true)` must settle it. */
	add(group: object, time: number | null, decide: (final: boolean) => boolean): void;
	/** The group learned something. */
	retry(group: object): void;
	/** Settles what waits on this group. */
	settle(group: object): void;
	/** Settles what has waited longer than the limit, by log time in ms. */
	sweep(now: number): void;
	/** Settles all. */
	end(): void;
	readonly size: number;
};

type Waiter = {since: number; decide: (final: boolean) => boolean};

/** Holds at most `limit` waiters, each for at most `patience` ms of log time; the oldest group goes first. */
export function createWaiting(limit: number, patience: number): Waiting {
	const groups = new Map<object, Waiter[]>();
	let size = 0;

	function settle(group: object): void {
		const waiters = groups.get(group) ?? [];
		groups.delete(group);
		size -= waiters.length;
		for (const waiter of waiters) waiter.decide(true);
	}

	return {
		get size() {
			return size;
		},
		add(group, time, decide) {
			if (decide(false)) return;
			const waiters = groups.get(group);
			if (waiters) waiters.push({since: time ?? 0, decide});
			else groups.set(group, [{since: time ?? 0, decide}]);
			size++;
			while (size > limit) {
				const oldest = groups.keys().next().value;
				if (oldest === undefined) break;
				settle(oldest);
			}
		},
		settle,
		retry(group) {
			const waiters = groups.get(group);
			if (!waiters) return;
			const still = waiters.filter(waiter => !waiter.decide(false));
			size -= waiters.length - still.length;
			if (still.length === 0) groups.delete(group);
			else groups.set(group, still);
		},
		sweep(now) {
			for (const [group, waiters] of groups) if ((waiters[0]?.since ?? now) < now - patience) settle(group);
		},
		end() {
			for (const group of [...groups.keys()]) settle(group);
		},
	};
}
