/** Number of single-character edits (insert, delete, replace, swap of neighbours) between two words. */
export function editDistance(a: string, b: string): number {
	let before: number[] = [];
	let above = Array.from({length: b.length + 1}, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			let best = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
			best = Math.min(best, (above[column - 1] ?? 0) + (same ? 0 : 1));
			if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
				best = Math.min(best, (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1);
			current.push(best);
		}
		before = above;
		above = current;
	}
	return above[b.length] ?? a.length;
}

/** The known word a mistyped one most probably meant, or `null` when nothing is near (over a third of it differs). */
export function nearest(word: string, known: Iterable<string>): string | null {
	const typed = word.slice(0, 80).toLowerCase();
	let found: string | null = null;
	let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
	for (const candidate of known) {
		if (Math.abs(candidate.length - typed.length) >= least) continue;
		const distance = editDistance(typed, candidate.toLowerCase());
		if (distance < least) {
			least = distance;
			found = candidate;
		}
	}
	return found;
}

/** «; did you mean "x"?» or nothing: the tail of an error sentence about a wrong word. */
export function didYouMean(word: string, known: Iterable<string>): string {
	const near = nearest(word, known);
	return near === null ? '' : `; did you mean "${near}"?`;
}
