import type {Appeared, BrokenPlace, Change, ChangeRow, ChangeWord, ComparedSpan, SpanCounts} from '../model/change.ts';
import {changeKinds, ruleAt} from '../model/change.ts';
import {type Hop, hops} from '../model/session.ts';
import {severities} from '../model/severity.ts';
import {placeWords} from '../text/place.ts';
import {utcMinute} from '../text/time.ts';

/** What there was before the span that is shown, of the time before the one it is compared with, too. */
export type History = Pick<SpanCounts, 'broken' | 'failures'> & {
	/** When the oldest session began that is known, deleted ones included; null where there is none. */
	readonly from: number | null;
};

/**
 * What shows that a rule is kept, by `ruleAt`: the sessions of each side that keep it, and the rules that all peers who broke them
 * before keep now. Sessions that carried no mail and logged nobody in show nothing.
 */
export type KeptRules = {
	readonly shown: ReadonlyMap<string, number>;
	readonly before: ReadonlyMap<string, number>;
	readonly mended: ReadonlySet<string>;
};

/** Moments as words; the zone is that of all of them, empty where it is named elsewhere. */
export type Clock = {readonly minute: (ms: number) => string; readonly zone: string};

export const utcClock: Clock = {minute: utcMinute, zone: ' UTC'};

/** All that a comparison rests on. */
export type Compared = {
	readonly shown: ComparedSpan & SpanCounts;
	readonly before: ComparedSpan & SpanCounts;
	readonly history: History;
	readonly kept: KeptRules;
	/** The last moment of the sessions of a side that were deleted; null where none were. */
	readonly deleted: {readonly shown: number | null; readonly before: number | null};
	/** Not all logs of the run could be read to the end: what is not seen may be there. */
	readonly partial: boolean;
	/** How moments are written in remarks. */
	readonly clock: Clock;
	readonly appeared: Appeared;
	/** Sentences to begin with. */
	readonly notes: readonly string[];
};

type Place = {readonly hop: Hop; readonly port: number | null};
type Part = {readonly sessions: number; readonly of: number};

const placeOf = ({hop, port}: Place): string => `${hop} ${port}`;
const findingOf = (each: BrokenPlace): string => `${each.severity} ${ruleAt(each)}`;

/** Standard deviations that chance passes in one of a hundred cases (normal distribution, both sides). */
const chance = 2.576;
/** The least sessions on each side, and the least movement of a share. */
const leastSessions = 5;
const leastShare = 0.01;

/**
 * Whether two shares differ by more than chance explains: the test of two proportions with Yates' correction for continuity,
 * which is careful with few sessions.
 */
function differ(now: Part, then: Part): boolean {
	if (now.of < leastSessions || then.of < leastSessions) return false;
	const pooled = (now.sessions + then.sessions) / (now.of + then.of);
	const inverse = 1 / now.of + 1 / then.of;
	const apart = Math.abs(now.sessions / now.of - then.sessions / then.of) - inverse / 2;
	return apart > chance * Math.sqrt(pooled * (1 - pooled) * inverse);
}

/** Whether a share moved: by a percentage point or more, and not by chance. */
function moved(now: Part, then: Part): boolean {
	return differ(now, then) && Math.abs(now.sessions / now.of - then.sessions / then.of) >= leastShare;
}

/** Whether failures rose: by five sessions or more beyond their former rate, and not by chance. */
function rose(now: Part, then: Part): boolean {
	if (then.of === 0) return false;
	const more = now.sessions - (now.of * then.sessions) / then.of;
	return more >= leastSessions && differ(now, then);
}

/** By which rules rows are here, in words. */
export const changeRule =
	'shares that moved by a percentage point, failures that rose by five sessions, and neither by chance (two proportions, 1 %)';

/** What is said where no row is listed: changes below the rules are not looked for, so this is no word that all is as it was. */
export const nothingListed = `nothing to list; listed are violations and peers that came or went, ${changeRule}`;

type Counts = ReadonlyMap<string, Place & {readonly item: string; sessions: number; first_seen: number | null}>;

/** Sums by place and item. */
function countsOf<Row extends Place & {readonly sessions: number; readonly first_seen?: number | null}>(
	rows: readonly Row[],
	itemOf: (row: Row) => string | null,
): Counts {
	const counts = new Map<string, Place & {item: string; sessions: number; first_seen: number | null}>();
	for (const row of rows) {
		const item = itemOf(row);
		if (item === null) continue;
		const {hop, port, sessions, first_seen = null} = row;
		const key = `${placeOf(row)} ${item}`;
		const known = counts.get(key);
		if (known === undefined) counts.set(key, {hop, port, item, sessions, first_seen});
		else {
			known.sessions += sessions;
			known.first_seen = earliest(known.first_seen, first_seen);
		}
	}
	return counts;
}

function earliest(...moments: ReadonlyArray<number | null>): number | null {
	const known = moments.filter(moment => moment !== null);
	return known.length === 0 ? null : Math.min(...known);
}

/** Sessions of each place, all or those of some outcomes. */
function sessionsAt({ways}: SpanCounts, counted?: (outcome: string | null) => boolean): (place: Place) => number {
	const counts = countsOf(ways, way => (counted === undefined || counted(way.outcome) ? '' : null));
	return place => counts.get(`${placeOf(place)} `)?.sessions ?? 0;
}

const blank = {severity: null, peer: null, first_seen: null} as const;

/**
 * What became of violations: all that is of one side only. What left is gone where all peers of it came back and keep the rule,
 * or where so many sessions keep it that it is not chance that none breaks it; a peer that did not call shows nothing, and nor does
 * a log that was not read to its end.
 */
function violationRows({shown, before, history, kept, deleted, partial}: Compared): ChangeRow[] {
	const [now, then] = [sessionsAt(shown), sessionsAt(before)];
	const earlier = new Map(history.broken.map(each => [findingOf(each), each.first_seen]));
	const [here, there] = [shown, before].map(({broken}) => new Set(broken.map(findingOf)));
	const row = (each: BrokenPlace, change: ChangeWord, sessions: number, past: number): ChangeRow => ({
		...{kind: 'violation', change, hop: each.hop, port: each.port, item: each.rule},
		...{severity: each.severity, peer: null, sessions, before: past, of: now(each), before_of: then(each)},
		first_seen: earliest(each.first_seen, earlier.get(findingOf(each)) ?? null),
	});
	const isGone = (each: BrokenPlace): boolean => {
		const place = ruleAt(each);
		const broke = each.sessions + (kept.before.get(place) ?? 0);
		const isNoChance = differ({sessions: 0, of: kept.shown.get(place) ?? 0}, {sessions: each.sessions, of: broke});
		return !partial && deleted.shown === null && (kept.mended.has(place) || isNoChance);
	};
	const came = shown.broken.filter(each => there?.has(findingOf(each)) !== true);
	const left = before.broken.filter(each => here?.has(findingOf(each)) !== true);
	return [
		...came.map(each => row(each, earlier.has(findingOf(each)) ? 'back' : 'new', each.sessions, 0)),
		...left.map(each => row(each, isGone(each) ? 'gone' : 'not-seen', 0, each.sessions)),
	];
}

function peerRows({appeared}: Compared): ChangeRow[] {
	return appeared.peers.map(({hop, ip, host, sessions, known, first_seen}) => ({
		...blank,
		...{kind: 'peer', change: known ? 'back' : 'new', hop, port: null, item: ip ?? host ?? '', peer: {ip, host}},
		...{sessions, before: 0, of: sessions, before_of: 0, first_seen},
	}));
}

/** Shares that moved, of versions among the encrypted sessions, or of outcomes among those that did not fail: attempts are no sessions. */
function shareRows({shown, before}: Compared, kind: 'version' | 'outcome'): ChangeRow[] {
	const isCounted = (outcome: string | null): boolean =>
		kind === 'version' ? outcome === 'encrypted' : outcome !== 'failed';
	const [now, then] = [sessionsAt(shown, isCounted), sessionsAt(before, isCounted)];
	const itemOf = ({outcome, protocol}: SpanCounts['ways'][number]): string | null => {
		if (kind === 'version') return outcome === 'encrypted' ? (protocol ?? 'unknown') : null;
		return outcome === null ? 'unknown' : outcome === 'plaintext' ? outcome : null;
	};
	const [here, there] = [countsOf(shown.ways, itemOf), countsOf(before.ways, itemOf)];
	return [...new Map([...there, ...here])].flatMap(([key, {hop, port, item}]): ChangeRow[] => {
		const sessions = here.get(key)?.sessions ?? 0;
		const past = there.get(key)?.sessions ?? 0;
		const [of, before_of] = [now({hop, port}), then({hop, port})];
		if (!moved({sessions, of}, {sessions: past, of: before_of})) return [];
		const change = sessions / of > past / before_of ? 'rose' : 'fell';
		return [{...blank, kind, change, hop, port, item, sessions, before: past, of, before_of}];
	});
}

function failureRows({shown, before, history}: Compared): ChangeRow[] {
	const [now, then] = [sessionsAt(shown), sessionsAt(before)];
	const [here, there, earlier] = [shown, before, history].map(({failures}) => countsOf(failures, row => row.reason));
	return [...(here ?? [])].flatMap(([key, {hop, port, item, sessions, first_seen}]): ChangeRow[] => {
		const past = there?.get(key)?.sessions ?? 0;
		const [of, before_of] = [now({hop, port}), then({hop, port})];
		const isNew = past === 0 && earlier?.has(key) !== true;
		if (!isNew && !rose({sessions, of}, {sessions: past, of: before_of})) return [];
		const ever = earliest(first_seen, there?.get(key)?.first_seen ?? null, earlier?.get(key)?.first_seen ?? null);
		const change = isNew ? 'new' : 'rose';
		return [
			{...blank, kind: 'failure', change, hop, port, item, sessions, before: past, of, before_of, first_seen: ever},
		];
	});
}

const changeWords: readonly ChangeWord[] = ['new', 'back', 'gone', 'not-seen', 'rose', 'fell'];

/** By kind, the gravest first, what came before what went; peers stay in their order. */
function inOrder(rows: readonly ChangeRow[]): ChangeRow[] {
	const ranks = (row: ChangeRow): readonly number[] => [
		changeKinds.indexOf(row.kind),
		...(row.kind === 'peer'
			? []
			: [
					row.severity === null ? 0 : severities.indexOf(row.severity),
					changeWords.indexOf(row.change),
					hops.indexOf(row.hop),
					row.port ?? Number.MAX_SAFE_INTEGER,
				]),
	];
	return rows.toSorted((a, b) => {
		const other = ranks(b);
		const apart = ranks(a).reduce((found, rank, index) => found || rank - (other[index] ?? 0), 0);
		return apart || (a.kind === 'peer' ? 0 : a.item < b.item ? -1 : a.item > b.item ? 1 : 0);
	});
}

/** `2026-10-12 08:00 to 2026-10-13 08:00 UTC`, or which database it is of. */
function spanWords({since, until, from, to, database}: ComparedSpan, {minute, zone}: Clock): string {
	const [first, last] = [since ?? from, until ?? to];
	const times = first === null || last === null ? '' : `${minute(first)} to ${minute(last)}${zone}`;
	if (database === null) return times === '' ? 'no session' : times;
	return times === '' ? database : `${database}, ${times}`;
}

/** What is not known of the span before, where it holds nothing, or not all. */
function reservationsOfBefore({before, history, deleted, clock}: Compared): string[] {
	const {since, until} = before;
	const where = before.database ?? spanWords(before, clock);
	if (before.sessions === 0 && deleted.before !== null)
		return [`the sessions of ${where} were deleted by import --keep: what is back, gone or changed is not known`];
	if (before.sessions === 0 && history.from === null)
		return [`nothing is there of ${where} or earlier: what is new, gone or changed is not known`];
	if (before.sessions === 0) return [`no session in ${where}: what is gone or changed is not known`];
	const moment = (ms: number): string => `${clock.minute(ms)}${clock.zone}`;
	if (deleted.before !== null)
		return [
			`sessions of ${before.database ?? 'the span before'} up to ${moment(deleted.before)} were deleted by import --keep: what is back is not known, and what changed is seen against the rest`,
		];
	if (since !== null && until !== null && history.from !== null && history.from > since + (until - since) / 20)
		return [`the log begins at ${moment(history.from)}, within the span before`];
	return [];
}

/** Hops and ports that had sessions before and have none now: nothing shows what became of them. */
function silentPlaces({shown, before}: Compared): string[] {
	const now = sessionsAt(shown);
	return [...countsOf(before.ways, () => '').values()]
		.filter(place => place.sessions >= leastSessions && now(place) === 0)
		.map(({hop, port, sessions}) => `no session on ${placeWords({hop, port})} any more, ${sessions} before`);
}

/** What keeps a comparison from saying all, in words; a side that holds nothing leaves it undecided. */
function reservations(compared: Compared): {notes: string[]; undecided: boolean} {
	const {shown, before, deleted, clock} = compared;
	const said = [...compared.notes, ...(shown.sessions === 0 ? [] : silentPlaces(compared))];
	if (compared.partial)
		said.push(
			'not all logs could be read to the end: what is gone is not known, and what is new may have been there before',
		);
	if (deleted.shown !== null)
		said.push('sessions of the span that is shown were deleted by import --keep: what is gone is not known');
	if (shown.sessions === 0)
		said.push(`no session in the span that is shown, ${spanWords(shown, clock)}: what is gone or changed is not known`);
	else said.push(...reservationsOfBefore(compared));
	return {notes: said, undecided: shown.sessions === 0 || before.sessions === 0};
}

/**
 * Compares two sides: what came, what went, and what moved; see `changeRule` for what counts as moved. Where the span before holds
 * nothing, only what was never seen in an earlier time is said to be new; where nothing at all is older, nothing is. Where sessions
 * of it were deleted, nothing is said to be back: it may have been there.
 */
export function compareSpans(compared: Compared): Change {
	const {shown, before, history, appeared, deleted} = compared;
	const {notes, undecided} = reservations(compared);
	const knowsBack = deleted.before === null;
	const {broken: _b, failures: _f, ways: _w, ...now} = shown;
	const {broken: _b2, failures: _f2, ways: _w2, ...then} = before;
	const knowsEarlier =
		before.sessions > 0 || (history.from !== null && history.from < (shown.since ?? shown.from ?? 0));
	const none = {shown: now, before: then, notes, undecided, peers: {new: 0, back: knowsBack ? 0 : null}, rows: []};
	if (shown.sessions === 0 || !knowsEarlier) return none;
	const came = [...violationRows(compared), ...peerRows(compared), ...failureRows(compared)].filter(
		({change}) => knowsBack || change !== 'back',
	);
	const rows = undecided ? came : [...came, ...shareRows(compared, 'version'), ...shareRows(compared, 'outcome')];
	return {...none, peers: {new: appeared.fresh, back: knowsBack ? appeared.back : null}, rows: inOrder(rows)};
}
