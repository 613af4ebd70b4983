import {spanOf} from '../text/time.ts';
/** What a live screen keeps: sessions of the last `ms` by the log's own clock, and no more than `sessions`. */
export type Keep = {readonly ms: number | null; readonly sessions: number | null};

/** A day or a million sessions, whichever is less: flat memory for weeks. */
export const liveKeep: Keep = {ms: 86_400_000, sessions: 1_000_000};

/** All there is: an archive has an end. */
export const keepAll: Keep = {ms: null, sessions: null};

/** Reads `--keep`: `24h`, `7d`, a number of sessions, several with a comma, or `all`. Throws one sentence. */
export function readKeep(text: string): Keep {
	let {ms, sessions}: {ms: number | null; sessions: number | null} = keepAll;
	for (const word of text.split(',').map(part => part.trim().toLowerCase())) {
		if (word === 'all') continue;
		const isNumber = /^\d{1,12}$/.test(word);
		const value = isNumber ? Number(word) : spanOf(word, ['s', 'm', 'min', 'h', 'd', 'w']);
		if (value === null || value === 0)
			throw new Error(
				`--keep "${text}": write a time such as 24h or 7d, a number of sessions, both with a comma, or all`,
			);
		if (isNumber) sessions = value;
		else ms = value;
	}
	return {ms, sessions};
}
