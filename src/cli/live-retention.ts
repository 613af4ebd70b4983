import type {RetentionRules} from '../store/retention.ts';
import {spanOf} from '../text/time.ts';

/** A day or a million sessions, whichever is less: flat memory for weeks. */
export const liveRetention: RetentionRules = {ms: 86_400_000, sessions: 1_000_000};

/** Reads `--keep`: `24h`, `7d`, a number of sessions, several with a comma, or `all`. Throws one sentence. */
export function readRetention(text: string): RetentionRules {
	let ms: number | null = null;
	let sessions: number | null = null;
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
