import type {Moments} from '../../text/time.ts';

/** The time that sessions are shown of; null: no bound. */
export type Span = {
	/** ms since 1970 UTC: began then or later. */
	readonly since: number | null;
	/** ms since 1970 UTC: began before. */
	readonly until: number | null;
	/** ms back from the newest session. */
	readonly last: number | null;
};

export const allTime: Span = {since: null, until: null, last: null};

/** A span that can be chosen: as it is, or by words whose meaning the clock decides when they are chosen. */
export type SpanPreset = {
	readonly title: string;
	readonly hint: string;
	readonly span: Span | null;
	readonly words: string;
};

const hour = 3_600_000;
const back = (title: string, last: number): SpanPreset => ({
	title,
	hint: `up to the newest session of the log`,
	span: {...allTime, last},
	words: '',
});
const byClock = (title: string, words: string): SpanPreset => ({
	title,
	hint: 'by the clock of this host',
	span: null,
	words,
});

/** The spans that can be chosen, the widest first. */
export const spanPresets: readonly SpanPreset[] = [
	{title: 'all', hint: 'everything that was read', span: allTime, words: ''},
	byClock('today', 'today'),
	byClock('yesterday', 'yesterday to today'),
	back('last 7 days', 168 * hour),
	back('last 24 hours', 24 * hour),
	back('last 6 hours', 6 * hour),
	back('last hour', hour),
	back('last 15 minutes', hour / 4),
];

/**
 * The two dates of a typed span: `2 hours ago`, `2026-10-12 to 2026-10-13`, `until yesterday`; `yesterday` is that day. What dates may be is not
 * known here. Null stands for a bound that is not given.
 */
export function spanWords(text: string): {readonly since: string | null; readonly until: string | null} {
	// A day, as the list has it; `since yesterday` goes on until now.
	if (/^yesterday$/i.test(text.trim())) return {since: 'yesterday', until: 'today'};
	const words = text.trim().replace(/^(?:since|from)\s+/i, '');
	const [, before = '', after = ''] = /^(.*?)(?:^|\s+)(?:to|until|before|till)(?:\s+|$)(.*)$/is.exec(words) ??
		/^(.*?)\s*\.\.\s*(.*)$/s.exec(words) ?? ['', words];
	const orNull = (part: string): string | null => (part.trim() === '' ? null : part.trim());
	return {since: orNull(before), until: orNull(after)};
}

/** A span in words for the header; never empty, so that it is always seen. */
export function spanTitle({since, until, last}: Span, moments: Moments): string {
	if (last !== null) return spanPresets.find(({span}) => span?.last === last)?.title ?? `last ${last / hour} hours`;
	// Midnight is a day, and whole minutes need no seconds.
	const short = (ms: number): string => moments.full(ms).replace(/(?: 00:00)?:00$/, '');
	if (since !== null && until !== null) {
		const [from, to] = [short(since), short(until)];
		const isOneDay = from.length > 10 && to.startsWith(from.slice(0, 11));
		return `${from} to ${isOneDay ? to.slice(11) : to}`;
	}
	if (since !== null) return `since ${short(since)}`;
	return until === null ? 'all time' : `until ${short(until)}`;
}
