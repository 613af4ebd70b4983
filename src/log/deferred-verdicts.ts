/**
 * Sessions whose verdict hangs on something the log may show later: whether this tag logs TLS at all, whether it is a
 * wrapper-mode service. They wait, few and not for long, so that the order in which processes write does not change a verdict.
 */
export type DeferredVerdicts<Item> = {
	/** The item is decided at once if it can be, else when its group learns something, at last when patience ends. */
	add(host: object, group: object, time: number | null, item: Item): void;
	/** The group learned something. */
	retry(host: object, group: object): void;
	/** Settles what waits on this group. */
	settle(host: object, group: object): void;
	/** Settles what has waited longer than the limit on a host, by its log time in ms. */
	sweep(host: object, now: number): void;
	/** Settles all of a host. */
	end(host: object): void;
};

/** What waits on one host, by its groups. */
type Groups<Item> = Map<object, Array<{since: number; item: Item}>>;

/** What waits, by its host, as plain data: part of what an import saves between two runs. */
export type DeferredState<Item> = {hosts: Map<object, Groups<Item>>; size: number};

export type DeferredOptions<Item> = {
	/** So many wait at most; the oldest group of the host that waits longest goes first. */
	limit: number;
	/** So long at most, ms of log time. */
	patience: number;
	/** Decides an item and hands it out; false when that is not possible yet. With `final` it must. */
	decide(item: Item, final: boolean): boolean;
	/** An item has to wait. */
	deferred(item: Item): void;
};

export function noDeferredVerdicts<Item>(): DeferredState<Item> {
	return {hosts: new Map(), size: 0};
}

export function createDeferredVerdicts<Item>(
	options: DeferredOptions<Item>,
	state: DeferredState<Item>,
): DeferredVerdicts<Item> {
	const {hosts} = state;

	function groupsOf(host: object): Groups<Item> {
		let groups = hosts.get(host);
		if (!groups) {
			groups = new Map();
			hosts.set(host, groups);
		}
		return groups;
	}

	/** A group waits no more. */
	function drop(host: object, group: object): void {
		const groups = hosts.get(host);
		if (groups?.delete(group) && groups.size === 0) hosts.delete(host);
	}

	function settle(host: object, group: object): void {
		const waiters = hosts.get(host)?.get(group) ?? [];
		drop(host, group);
		state.size -= waiters.length;
		for (const {item} of waiters) options.decide(item, true);
	}

	function settleOldest(): void {
		for (const [host, groups] of hosts)
			for (const group of groups.keys()) {
				settle(host, group);
				return;
			}
	}

	return {
		add(host, group, time, item) {
			if (options.decide(item, false)) return;
			options.deferred(item);
			const groups = groupsOf(host);
			const waiters = groups.get(group);
			if (waiters) waiters.push({since: time ?? 0, item});
			else groups.set(group, [{since: time ?? 0, item}]);
			state.size++;
			while (state.size > options.limit) settleOldest();
		},
		retry(host, group) {
			const waiters = hosts.get(host)?.get(group);
			if (!waiters) return;
			const still = waiters.filter(({item}) => !options.decide(item, false));
			state.size -= waiters.length - still.length;
			if (still.length === 0) drop(host, group);
			else groupsOf(host).set(group, still);
		},
		settle,
		sweep(host, now) {
			for (const [group, waiters] of hosts.get(host) ?? [])
				if ((waiters[0]?.since ?? now) < now - options.patience) settle(host, group);
		},
		end(host) {
			// What is settled may go on to wait for something else.
			for (let groups = hosts.get(host); groups; groups = hosts.get(host))
				for (const group of [...groups.keys()]) settle(host, group);
		},
	};
}
