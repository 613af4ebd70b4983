import type {RetentionRules} from '../store/retention.ts';

const units = {s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000} as const;

/** A day or a million sessions, whichever is less: flat memory for weeks. */
export const liveRetention: RetentionRules = {ms: units.d, sessions: 1_000_000};

/** Reads `--keep`: `24h`, `7d`, a number of sessions, several with a comma, or `all`. Throws one sentence. */
export function readRetention(text: string): RetentionRules {
	let ms: number | null = null;
	let sessions: number | null = null;
	for (const word of text.split(',').map(part => part.trim().toLowerCase())) {
		if (word === 'all') continue;
		const [, digits = '', unit] = /^(\d{1,12})(s|min|m|h|d|w)?$/.exec(word) ?? [];
		const value = Number(digits);
		if (digits === '' || value === 0)
			throw new Error(
				`--keep "${text}": write a time such as 24h or 7d, a number of sessions, both with a comma, or all`,
			);
		if (unit === undefined) sessions = value;
		else ms = value * units[unit as keyof typeof units];
	}
	return {ms, sessions};
}
