/** Amounts by key, as sorted lines, so that a difference reads well; those of 0 are left out. */
export function tally(amounts: ReadonlyArray<readonly [key: string, amount: number]>): string[] {
	const sums = new Map<string, number>();
	for (const [key, amount] of amounts) sums.set(key, (sums.get(key) ?? 0) + amount);
	return [...sums]
		.filter(([, amount]) => amount > 0)
		.map(([key, amount]) => `${key}: ${amount}`)
		.sort();
}
