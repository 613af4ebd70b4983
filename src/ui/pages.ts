import type {StricterRule, Term} from '../model/filter.ts';
import type {ListedSession, PeerGroup} from '../model/sessions.ts';

/** The views that digits choose, in order. */
export const views = [
	'overview',
	'violations',
	'peers',
	'ciphers',
	'failures',
	'what-if',
	'sessions',
	'coverage',
] as const;
export type View = (typeof views)[number] | 'change' | 'domains' | 'key-exchange' | 'session' | 'raw';

/** One screen of the path that the crumbs show. */
export type Page = {
	readonly view: View;
	/** The word for the crumbs. */
	readonly title: string;
	/** What was opened on the way here filters the page. */
	readonly scope: readonly Term[];
	readonly selected: number;
	/** Which row that was, so that the choice stays on it while rows come and go. */
	readonly selectedKey: string | null;
	/** First row on the screen; of raw lines -1 until they are scrolled: the session's own are shown. */
	readonly top: number;
	/** Column the rows are sorted by; null: the view's own order. */
	readonly order: string | null;
	readonly descending: boolean;
	/** Of `peers`. */
	readonly group: PeerGroup;
	/** Of `what-if`: rules tried together. */
	readonly marks: readonly StricterRule[];
	/** Of `session` and `raw`. */
	readonly row: ListedSession | null;
	/** Sessions that are beside it in the list. */
	readonly siblings: readonly ListedSession[];
	/** Of `raw`: columns scrolled to the right. */
	readonly shift: number;
};

/** A page as a row opens it; what is left out is as on any fresh page. */
export type Opening = Pick<Page, 'view' | 'title' | 'scope'> & Partial<Page>;

const titles: Readonly<Record<View, string>> = {
	overview: 'Overview',
	violations: 'Violations',
	peers: 'Peers',
	ciphers: 'Ciphers',
	failures: 'Failures',
	'what-if': 'What if',
	sessions: 'Sessions',
	coverage: 'Coverage',
	change: 'Change',
	domains: 'Domains',
	'key-exchange': 'Key exchange',
	session: 'Session',
	raw: 'Raw lines',
};

/** Shorter words, so that eight tabs fit into 80 columns. */
const shortTitles: Partial<Record<View, string>> = {failures: 'Failed', coverage: 'Lines'};

/** The word for a view where room is short. */
export const shortTitleOf = (view: View): string => shortTitles[view] ?? titles[view];

/** The word for a view. */
export const titleOf = (view: View): string => titles[view];

/** A fresh page. */
export function page(opening: Opening): Page {
	return {
		selected: 0,
		selectedKey: null,
		top: 0,
		order: null,
		descending: true,
		group: 'all',
		marks: [],
		row: null,
		siblings: [],
		shift: 0,
		...opening,
	};
}

/** The first page of a view. */
export const viewPage = (view: View): Page => page({view, title: titles[view], scope: []});
