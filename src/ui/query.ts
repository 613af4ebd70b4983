import type {Change} from '../model/change.ts';
import type {Remedy} from '../model/failure/remedy.ts';
import type {Filter} from '../model/filter.ts';
import type {FindingGroup, SessionFinding} from '../model/findings.ts';
import type {KeyExchange} from '../model/key-exchange.ts';
import type {ListedSession, PeerRow} from '../model/sessions.ts';
import type {FailureRow} from '../model/summary.ts';
import type {WhatIfRow} from '../model/what-if.ts';
import type {Layout} from './layout.ts';
import type {Page} from './pages.ts';
import type {GradedCipher, LineCoverage, Overview, RawLines, ScreenData, ShownDomains} from './screen-data.ts';
import {current, type State} from './state.ts';
import type {Span} from './typing/span.ts';

/** What a page shows, as it came from the rest of the program. */
export type ViewResult =
	| {readonly view: 'overview'; readonly overview: Overview}
	| {readonly view: 'violations'; readonly rows: readonly FindingGroup[]}
	| {readonly view: 'peers'; readonly rows: readonly PeerRow[]; readonly total: number; readonly offset: number}
	| {readonly view: 'ciphers'; readonly rows: readonly GradedCipher[]}
	| {readonly view: 'failures'; readonly rows: readonly FailureRow[]}
	| {readonly view: 'what-if'; readonly rows: readonly WhatIfRow[]}
	| {
			readonly view: 'sessions';
			readonly rows: readonly ListedSession[];
			readonly total: number;
			readonly offset: number;
	  }
	| {readonly view: 'coverage'; readonly coverage: LineCoverage}
	| {readonly view: 'change'; readonly change: Change}
	| ({readonly view: 'domains'; readonly offset: number} & ShownDomains)
	| {readonly view: 'key-exchange'; readonly keyExchange: KeyExchange}
	| {
			readonly view: 'session';
			readonly findings: readonly SessionFinding[];
			readonly remedy: Remedy | null;
			readonly raw: RawLines;
	  }
	| {readonly view: 'raw'; readonly raw: RawLines};

/** By what rows are chosen and judged. */
export type ChosenBy = {readonly policy: string; readonly span: Span; readonly filter: string};

export const chosenBy = ({policy, span, filter}: State): ChosenBy => ({policy: policy.name, span, filter: filter.text});

/** What a page wants to know. Two queries of the same `key` have the same result while the data stays the same. */
export type Query = {
	readonly key: string;
	/** Results of queries of one `page` may be shown for each other until the right one comes. */
	readonly page: string;
	/** Whether the result changes with the data. */
	readonly dependsOn: 'sessions' | 'lines' | null;
	/** By what its rows are chosen and judged, for the header. */
	readonly by: ChosenBy;
	readonly ask: (data: ScreenData) => Promise<ViewResult>;
};

/** Lines around a session's own in the raw view. */
const linesAround = 200;
/** Lines around a session's own below its detail. */
const linesNear = 3;
/** Columns left of the bars of the histogram. */
export const barLabel = 12;
/** More bars nobody tells apart. */
const mostBars = 400;

/** How many bars a histogram has room for in a window of so many columns. */
export const barsIn = (columns: number): number => Math.min(mostBars, Math.max(10, columns - barLabel - 8));

export function filterOf(state: State): Filter {
	const {scope} = current(state);
	const {since, until, last} = state.span;
	return {terms: [...scope, ...state.filter.terms], since: since ?? undefined, until: until ?? undefined, last};
}

const rawOf = (data: ScreenData, {row}: Page, around: number): Promise<RawLines> => data.rawLines(row ?? {}, around);

const sorted = {peers: 'violations', sessions: 'started', domains: 'concern'} as const;

/** The part of a long list that is loaded: what is on the screen, and as much before and behind it. */
function pageRequestOf(page: Page, view: keyof typeof sorted, height: number) {
	const offset = Math.max(0, Math.floor((page.top - height) / height) * height);
	return {order: page.order ?? sorted[view], descending: page.descending, offset, limit: height * 4};
}

/** What the page on the screen wants to know. */
export function queryOf(state: State, layout: Layout): Query {
	const page = current(state);
	const filter = filterOf(state);
	const bins = barsIn(layout.width);
	const {place} = state.policy;
	const row = page.row === null ? null : [page.row.source, page.row.first_line, page.row.last_line, page.row.pid];
	// Raw lines are the same whatever chooses sessions.
	const common = page.row === null ? [page.view, filter, page.group, place] : [page.view, row, place];
	const made = (ask: Query['ask'], dependsOn: Query['dependsOn'] = 'sessions', ...more: unknown[]): Query => ({
		key: JSON.stringify([...common, ...more]),
		page: JSON.stringify([page.view, page.scope, page.group, row]),
		dependsOn,
		by: chosenBy(state),
		ask: data => {
			data.judgeBy(place);
			return ask(data);
		},
	});
	switch (page.view) {
		case 'overview':
			return made(async data => ({view: 'overview', overview: await data.overview(filter, bins)}), 'sessions', bins);
		case 'violations':
			return made(async data => ({view: 'violations', rows: await data.violations(filter)}));
		case 'peers': {
			const request = pageRequestOf(page, 'peers', layout.body);
			return made(
				async data => {
					const {rows, total} = await data.peers(filter, page.group, request);
					return {view: 'peers', rows, total, offset: request.offset};
				},
				'sessions',
				request,
			);
		}
		case 'ciphers':
			return made(async data => ({view: 'ciphers', rows: await data.ciphers(filter)}));
		case 'failures':
			return made(async data => ({view: 'failures', rows: await data.failures(filter)}));
		case 'what-if':
			return made(
				async data => ({view: 'what-if', rows: await data.whatIf(filter, page.marks)}),
				'sessions',
				page.marks,
			);
		case 'sessions': {
			const request = pageRequestOf(page, 'sessions', layout.body);
			return made(
				async data => {
					const {rows, total} = await data.sessions(filter, request);
					return {view: 'sessions', rows, total, offset: request.offset};
				},
				'sessions',
				request,
			);
		}
		case 'change':
			return made(async data => ({view: 'change', change: await data.change(filter)}));
		case 'domains': {
			const request = pageRequestOf(page, 'domains', layout.body);
			return made(
				async data => ({view: 'domains', offset: request.offset, ...(await data.domains(filter, request))}),
				'sessions',
				request,
			);
		}
		case 'key-exchange':
			return made(async data => ({view: 'key-exchange', keyExchange: await data.keyExchange(filter)}));
		case 'coverage':
			return made(async data => ({view: 'coverage', coverage: await data.coverage()}), 'lines');
		case 'session':
			return made(async data => {
				const judgement = page.row?.judgement;
				const [findings, remedy, raw] = await Promise.all([
					typeof judgement === 'number' ? data.findings(judgement) : [],
					page.row === null ? null : data.remedy(page.row),
					rawOf(data, page, linesNear),
				]);
				return {view: 'session', findings, remedy, raw};
			}, null);
		case 'raw':
			return made(async data => ({view: 'raw', raw: await rawOf(data, page, linesAround)}), null);
	}
}
