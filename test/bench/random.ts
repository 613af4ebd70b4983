/** A seeded source of chance: the same seed gives the same log on every host. */
export type Random = {
	/** The next 32-bit unsigned number. */
	readonly next: () => number;
	/** A whole number from 0 to `limit` − 1. */
	readonly below: (limit: number) => number;
	readonly chance: (probability: number) => boolean;
	readonly pick: <T>(list: readonly T[]) => T;
};

/** mulberry32, public domain: 32 bits of state, quick, and even enough for traffic. */
export function random(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return (mixed ^ (mixed >>> 14)) >>> 0;
	};
	const below = (limit: number): number => Math.floor((next() / 4294967296) * limit);
	return {
		next,
		below,
		chance: probability => next() < probability * 4294967296,
		pick: <T>(list: readonly T[]): T => {
			const chosen = list[below(list.length)];
			if (chosen === undefined) throw new RangeError('nothing to pick from an empty list');
			return chosen;
		},
	};
}

/** A list in which each value appears as often as its weight says, so that `pick` needs one draw. */
export function weighted<T>(values: ReadonlyArray<readonly [weight: number, value: T]>): T[] {
	return values.flatMap(([weight, value]) => Array.from({length: weight}, () => value));
}
