/**
 * Sessions whose verdict hangs on something the log may show later: whether this tag logs TLS at all, whether it is a
 * wrapper-mode service. They wait, few and not for long, so that the order in which processes write does not change a verdict.
 */
export type DeferredVerdicts<Item> = {
	/** The item is decided at once if it can be, else when its group learns something, at last when patience ends. */
	add(group: object, time: number | null, item: Item): void;
	/** The group learned something. */
	retry(group: object): void;
	/** Settles what waits on this group. */
	settle(group: object): void;
	/** Settles what has waited longer than the limit, by log time in ms. */
	sweep(now: number): void;
	/** Settles all. */
	end(): void;
};

/** What waits, as plain data: part of what an import saves between two runs. */
export type DeferredState<Item> = {groups: Map<object, Array<{since: number; item: Item}>>; size: number};

export type DeferredOptions<Item> = {
	/** So many wait at most; the oldest group goes first. */
	limit: number;
	/** So long at most, ms of log time. */
	patience: number;
	/** Decides an item and hands it out; false when that is not possible yet. With `final` it must. */
	decide(item: Item, final: boolean): boolean;
	/** An item has to wait. */
	deferred(item: Item): void;
};

export function noDeferredVerdicts<Item>(): DeferredState<Item> {
	return {groups: new Map(), size: 0};
}

export function createDeferredVerdicts<Item>(
	options: DeferredOptions<Item>,
	state: DeferredState<Item>,
): DeferredVerdicts<Item> {
	const {groups} = state;

	function settle(group: object): void {
		const waiters = groups.get(group) ?? [];
		groups.delete(group);
		state.size -= waiters.length;
		for (const {item} of waiters) options.decide(item, true);
	}

	return {
		add(group, time, item) {
			if (options.decide(item, false)) return;
			options.deferred(item);
			const waiters = groups.get(group);
			if (waiters) waiters.push({since: time ?? 0, item});
			else groups.set(group, [{since: time ?? 0, item}]);
			state.size++;
			while (state.size > options.limit) {
				const oldest = groups.keys().next().value;
				if (oldest === undefined) break;
				settle(oldest);
			}
		},
		retry(group) {
			const waiters = groups.get(group);
			if (!waiters) return;
			const still = waiters.filter(({item}) => !options.decide(item, false));
			state.size -= waiters.length - still.length;
			if (still.length === 0) groups.delete(group);
			else groups.set(group, still);
		},
		settle,
		sweep(now) {
			for (const [group, waiters] of groups) if ((waiters[0]?.since ?? now) < now - options.patience) settle(group);
		},
		end() {
			// What is settled may go on to wait for something else.
			while (groups.size > 0) for (const group of [...groups.keys()]) settle(group);
		},
	};
}
