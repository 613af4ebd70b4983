/** Whether a comparison holds, as the value it stands for: `true` or nothing; an error for a level that is none. */
export type Holds = (left: string, right: string) => string | Error;

/** Numbers by size where both are, else by character (Postfix: util/mac_expand.c). */
function compare(left: string, right: string): number {
	const digits = /^[0-9]+$/;
	if (digits.test(left) && digits.test(right)) {
		const [a, b] = [BigInt(left), BigInt(right)];
		return a < b ? -1 : a > b ? 1 : 0;
	}
	return left < right ? -1 : left > right ? 1 : 0;
}

/** A compatibility level as one number: `3.6` is 3006000 (Postfix 3.6: global/compat_level.c); null for other text. */
function level(text: string): number | null {
	const found = /^\s*(\d{1,5})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?\s*$/.exec(text);
	return found === null ? null : Number(found[1]) * 1e6 + Number(found[2] ?? 0) * 1e3 + Number(found[3] ?? 0);
}

function compareLevels(left: string, right: string): number | Error {
	const [a, b] = [level(left), level(right)];
	return a === null || b === null ? new Error('malformed compatibility level') : a - b;
}

const signs: readonly (readonly [sign: string, holds: (difference: number) => boolean])[] = [
	['==', difference => difference === 0],
	['!=', difference => difference !== 0],
	['<', difference => difference < 0],
	['<=', difference => difference <= 0],
	['>=', difference => difference >= 0],
	['>', difference => difference > 0],
];

const judged = (difference: number | Error, holds: (difference: number) => boolean): string | Error =>
	difference instanceof Error ? difference : holds(difference) ? 'true' : '';

/** The operators by their signs, and with `level` behind them those for compatibility levels (postconf(5), 3.6). */
export const comparisons: ReadonlyMap<string, Holds> = new Map(
	signs.flatMap(([sign, holds]) => [
		[sign, (left: string, right: string) => judged(compare(left, right), holds)] as const,
		[`${sign}level`, (left: string, right: string) => judged(compareLevels(left, right), holds)] as const,
	]),
);
