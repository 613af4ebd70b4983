import {existsSync} from 'node:fs';
import {type ComparedSpans, comparedSpans} from '../cli/compared-spans.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {type Change, ruleAt, type SpanCounts} from '../model/change.ts';
import type {Filter} from '../model/filter.ts';
import type {Policy} from '../policy/policy.ts';
import {type Clock, compareSpans, type History, type KeptRules, utcClock} from '../report/change.ts';
import {judgeByPolicy} from '../store/judgement.ts';
import {openBeside} from '../store/opening/attach.ts';
import {appearedPeers, type OtherSide} from '../store/queries/appeared.ts';
import {
	comparedSpan,
	formerCounts,
	keepingSessions,
	mendedRules,
	newestBegin,
	peersThatBroke,
	spanCounts,
} from '../store/queries/change.ts';
import {deletedSessions} from '../store/retention/prune.ts';
import type {Store} from '../store/store.ts';
import {createMoments} from '../text/time.ts';

/** A side: its filter, in the store of the run or in another one. */
type Side = {readonly store: Store; readonly filter: Filter; readonly database: string | null};

const countsOf = async ({store, filter, database}: Side) => ({
	...(await comparedSpan(store, filter, database)),
	...(await spanCounts(store, filter)),
});

/** What there was before the span that is shown: in its own store, and all that another one holds. */
async function historyOf(shown: Side, before: Side): Promise<{history: History; completeFrom: number | null}> {
	const {store, filter} = shown;
	const own = {...filter, since: undefined, until: filter.since, last: null};
	const parts = [await formerCounts(store, filter)];
	if (filter.since !== undefined) {
		const {from} = await comparedSpan(store, own, null);
		parts.push({from, completeFrom: null, ...(await spanCounts(store, own))});
	}
	if (before.store !== store) {
		const {from} = await comparedSpan(before.store, before.filter, null);
		parts.push({from, completeFrom: null, ...(await spanCounts(before.store, before.filter))});
		parts.push(await formerCounts(before.store, before.filter));
	}
	const moments = (of: (part: (typeof parts)[number]) => number | null): number[] =>
		parts.flatMap(part => of(part) ?? []);
	const begins = moments(({from}) => from);
	const complete = moments(({completeFrom}) => completeFrom);
	return {
		history: {
			from: begins.length === 0 ? null : Math.min(...begins),
			broken: parts.flatMap(({broken}) => broken),
			failures: parts.flatMap(({failures}) => failures),
		},
		completeFrom: complete.length === 0 ? null : Math.max(...complete),
	};
}

/** The last moment of the sessions of a side that were deleted; null where none were. */
async function deletedOf({store, filter}: Side): Promise<number | null> {
	const {until} = await deletedSessions(store);
	return until === null || until < (filter.since ?? until) ? null : until;
}

/** Which of the rules that were broken, and now are not, sessions of the shown side kept. */
async function keptBy(
	shown: Side,
	before: Side,
	policy: Policy,
	now: SpanCounts,
	then: SpanCounts,
): Promise<KeptRules> {
	const broken = new Set(now.broken.map(ruleAt));
	const left = then.broken.filter(each => !broken.has(ruleAt(each)));
	const peers = await peersThatBroke(before.store, before.filter, left);
	return {
		shown: await keepingSessions(shown.store, shown.filter, policy, left),
		before: await keepingSessions(before.store, before.filter, policy, left),
		mended: await mendedRules(shown.store, shown.filter, policy, peers),
	};
}

/** What is known of the run beside its sessions: sentences to begin with, how moments are written, whether not all logs were read. */
type SaidOfRun = {readonly notes?: readonly string[]; readonly clock?: Clock; readonly partial?: boolean};

async function compare(
	shown: Side,
	before: Side,
	other: OtherSide,
	policy: Policy,
	{notes = [], clock = utcClock, partial = false}: SaidOfRun,
): Promise<Change> {
	const {history, completeFrom} = await historyOf(shown, before);
	const forgotten =
		completeFrom === null
			? []
			: [`peers that were last seen before ${clock.minute(completeFrom)}${clock.zone} may be called new`];
	const [now, then] = [await countsOf(shown), await countsOf(before)];
	return compareSpans({
		shown: now,
		before: then,
		history,
		kept: await keptBy(shown, before, policy, now, then),
		deleted: {shown: await deletedOf(shown), before: await deletedOf(before)},
		partial,
		clock,
		appeared: await appearedPeers(shown.store, shown.filter, other),
		notes: [...notes, ...forgotten],
	});
}

/** Compares two spans of a store; `filter` is what holds in both. The sessions are judged before. */
export async function changeBetween(
	store: Store,
	policy: Policy,
	filter: Filter,
	{shown, before}: ComparedSpans,
	said: SaidOfRun = {},
): Promise<Change> {
	const side = (span: Filter): Side => ({store, filter: {...filter, last: null, ...span}, database: null});
	const earlier = side(before);
	return compare(side(shown), earlier, {filter: earlier.filter}, policy, said);
}

/**
 * What changed in the time that a filter shows, against as long before; without a time the day of the newest session against
 * the day before, and where there is no session today against yesterday. The sessions are judged before.
 */
export async function changeShown(
	store: Store,
	policy: Policy,
	filter: Filter,
	zone: string,
	partial = false,
): Promise<Change> {
	const {since, until, last, ...rest} = filter;
	const newest = (await newestBegin(store, {hops: rest.hops})) ?? Date.now();
	const spans = comparedSpans(last ?? 'yesterday', {since, until}, newest, zone);
	if (spans === null) throw new Error('a time of the screen is no span');
	const moments = createMoments(zone);
	// The screen names the zone beside the spans.
	const clock: Clock = {minute: ms => moments.full(ms).slice(0, 16), zone: ''};
	return changeBetween(store, policy, rest, spans, {clock, partial});
}

/** Compares the sessions that pass a filter with those of a database. */
async function changeSince(
	store: Store,
	policy: Policy,
	{filter, asOf, db}: Pick<Settings, 'filter' | 'asOf' | 'db'>,
	path: string,
	io: Io,
	partial: boolean,
): Promise<Change> {
	const {other, name, close} = await openBeside(store, db, path);
	const hops = {hops: filter.hops};
	try {
		if (other !== store) {
			if (other.repaired !== null) io.warn(other.repaired);
			await judgeByPolicy(other, policy, asOf);
		}
		const peers = name === null ? {filter: hops} : {attached: name, ...hops};
		return await compare({store, filter, database: null}, {store: other, filter: hops, database: path}, peers, policy, {
			notes: other.lacking == null || other === store ? [] : [`${path}: not all of its logs were read to their end`],
			partial,
		});
	} finally {
		await close();
	}
}

/** No log is as long; twice as much reaches no farther back than syslog does. ms. */
const longestSpan = 20 * 366 * 86_400_000;

/** What `--compare` names: a span or a database. Throws one sentence when it is neither. */
export function checkCompare({compare: word, zone}: Pick<Settings, 'compare' | 'zone'>): void {
	if (word === undefined) return;
	const spans = comparedSpans(word, {since: undefined, until: undefined}, 0, zone);
	if (spans !== null) {
		const {since, until} = spans.shown;
		if (since < until && until - since <= longestSpan) return;
		throw new Error(
			`--compare "${word}": a span is longer than nothing and up to 20 years; write yesterday or "7 days"`,
		);
	}
	if (existsSync(word)) return;
	throw new Error(
		`--compare "${word}": neither a span nor a database; write yesterday, "7 days" or the name of a database`,
	);
}

/**
 * What `--compare` asks for, and the filter of the span that is shown: all else that a report says is about it, too. The
 * sessions are judged before. `partial`: not all logs could be read to the end.
 */
export async function comparison(
	store: Store,
	policy: Policy,
	settings: Pick<Settings, 'compare' | 'filter' | 'asOf' | 'db' | 'zone'>,
	io: Io,
	partial = false,
): Promise<{readonly change: Change | null; readonly filter: Settings['filter']}> {
	const {compare: word, filter, zone} = settings;
	if (word === undefined) return {change: null, filter};
	const {hops} = filter;
	const newest = await newestBegin(store, {hops});
	const spans = comparedSpans(word, filter, newest ?? 0, zone);
	if (spans === null) return {change: await changeSince(store, policy, settings, word, io, partial), filter};
	if (newest === null) return {change: null, filter};
	const notes = filter.since === undefined ? [] : ['--since gives the span; the one before it is as long'];
	const change = await changeBetween(store, policy, {hops}, spans, {notes, partial});
	return {change, filter: {...filter, ...spans.shown}};
}
