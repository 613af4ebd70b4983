import {writeFile} from 'node:fs/promises';
import type {Settings} from '../cli/settings.ts';
import type {EvidenceRow} from '../model/evidence.ts';
import type {Filter} from '../model/filter.ts';
import {missingLogging} from '../model/missing-logging.ts';
import {hops} from '../model/session.ts';
import type {CipherRow} from '../model/sessions.ts';
import {makeVerdict, placesOf, usualShare} from '../model/verdict.ts';
import type {Policy} from '../policy/policy.ts';
import {suiteGrade} from '../policy/suite-grade.ts';
import {csvLine} from '../report/formats/csv.ts';
import {jsonText} from '../report/formats/json.ts';
import {cutMonths, keptMailNotes, unknownOfSums} from '../report/outbound.ts';
import {missingText, noSession, verdictSentence} from '../report/text/sentences.ts';
import {createJudgedQueries} from '../store/judged-queries.ts';
import {judgingBy} from '../store/judgement.ts';
import {ciphers} from '../store/queries/ciphers.ts';
import {evidence} from '../store/queries/evidence.ts';
import {failures} from '../store/queries/failures.ts';
import {filterWords} from '../store/queries/filter-words.ts';
import {findingGroups} from '../store/queries/findings/findings.ts';
import {keyExchanges, notHybridPeers} from '../store/queries/key-exchange.ts';
import {domainPage} from '../store/queries/outbound/domains.ts';
import {keptMonths} from '../store/queries/outbound/kept-mail.ts';
import {overview} from '../store/queries/overview.ts';
import {peers} from '../store/queries/peers.ts';
import {findingsOf, sessionList} from '../store/queries/session-list.ts';
import {atOnce} from '../store/queries/steps.ts';
import {period} from '../store/queries/summary.ts';
import {whatIfRows} from '../store/queries/what-if.ts';
import {countSessions, deletedSessions} from '../store/retention/prune.ts';
import type {TallyQuestion} from '../store/tally/tally-request.ts';
import {remedyOfSession} from '../store/whose.ts';
import {type GradedCipher, isPartial, type ScreenData} from '../ui/screen-data.ts';
import {optionOf, readDate, spanOf} from './choices.ts';
import {changeQuestion, groupsQuestion, type OnScreen, overviewQuestion, usualBins} from './screen-questions.ts';
import type {Watching} from './watch-reading.ts';

/** Writes a file whose name says what and when, for its owner only; one that exists is left alone. Returns the name. */
async function written(view: string, ending: string, content: string | Uint8Array): Promise<string> {
	const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
	const name = `tlsaudit-${view}-${stamp}.${ending}`;
	try {
		await writeFile(name, content, {flag: 'wx', mode: 0o600});
	} catch (error) {
		throw new Error(`${name}: cannot be written: ${(error as Error).message}`, {cause: error});
	}
	return name;
}

async function save(
	view: string,
	format: 'csv' | 'json',
	columns: readonly string[],
	rows: ReadonlyArray<ReadonlyArray<string | number | null>>,
): Promise<string> {
	const text =
		format === 'csv'
			? [columns, ...rows].map(csvLine).join('')
			: jsonText(rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))));
	return written(view, format, text);
}

/** A suite with its grade on the hops where it was seen; `places` begin with the hop. */
function graded(row: CipherRow, policy: Policy): GradedCipher {
	const here = new Set(Object.keys(row.places).map(place => place.split(' ')[0]));
	return {
		...row,
		grade: suiteGrade(
			row.cipher,
			hops.filter(hop => here.has(hop)),
			policy,
		),
	};
}

const saveLines = (lines: readonly Uint8Array[]): Promise<string> =>
	written('raw-lines', 'log', Buffer.concat(lines.flatMap(line => [line, Buffer.from('\n')])));

/** The verdict on the sessions that a screen is about, with its words. */
function verdictOn(
	evidence: readonly EvidenceRow[],
	broken: ReadonlyArray<{readonly severity: string; readonly sessions: number}>,
	policy: Policy,
	watching: Pick<Watching, 'progress'>,
	deleted: number,
	isTimed: boolean,
) {
	const counted = broken.reduce((sum, {severity, sessions}) => sum + (severity === 'violation' ? sessions : 0), 0);
	const {lines, sessions, ...progress} = watching.progress();
	const partial = isPartial(progress);
	const verdict = makeVerdict({broken: counted > 0, evidence, maxUndecided: usualShare, partial});
	const nothing =
		sessions > 0 ? `no session is of this kind${isTimed ? ' in this time' : ''}` : noSession(lines, deleted);
	const words = {verdict, policy: policy.name, counted, max: 0, places: placesOf(evidence), maxUndecided: usualShare};
	return {
		verdict,
		sentence: verdictSentence({...words, nothing, partial}),
		missing: missingLogging(evidence).map(missingText),
	};
}

/**
 * Returns the queries of the screen; the hops of the command line hold in all of them, its times until the screen asks for
 * others. Sessions are judged by the first of the policies until another is chosen.
 */
export function screenDataOf(
	watching: Omit<Watching, 'repaired' | 'stop'>,
	settings: Pick<Settings, 'filter' | 'zone'>,
	first: Policy,
	policies: () => readonly Policy[] = () => [first],
): ScreenData {
	const {store} = watching;
	let policy = first;
	let chosen = 0;
	const {run, reset, judgeBy} = createJudgedQueries(store, judgingBy(policy, Date.now));
	watching.onDeleted(reset);
	const within = (filter: Filter): Filter => ({since, until, ...filter, hops: onlyHops});
	const {hops: onlyHops, since, until} = settings.filter;
	const isBounded = (times: Filter): boolean => times.since != null || times.until != null || times.last != null;
	let counted: number | null = null;
	let bins = usualBins;
	/** Sees that a tally answers what is asked next; of other stores there is nothing to see. */
	const ready = (question: (shown: OnScreen) => Promise<TallyQuestion>): (() => Promise<boolean>) | undefined => {
		const {tally} = store;
		return tally && (async () => tally.answer(await question({bins, zone: settings.zone, tally})));
	};
	/** A query, and beside it the number of all sessions of its times, both at the same moment. */
	const counting = <T>(
		filter: Filter,
		query: () => Promise<T>,
		question = (shown: OnScreen): Promise<TallyQuestion> => groupsQuestion(within(filter), shown),
	): Promise<T> =>
		run(async () => {
			const result = await query();
			counted = await countSessions(store, within({...filter, terms: []}));
			return result;
		}, ready(question));
	/** Sees that a tally has the bins of a histogram, which rest on the time of the sessions that a filter leaves. */
	async function binsOf(filter: Filter): Promise<(shown: OnScreen) => Promise<TallyQuestion>> {
		const all = (shown: OnScreen): Promise<TallyQuestion> => groupsQuestion(within(filter), shown);
		const time = await run(() => period(store, within(filter)), ready(all));
		return shown => overviewQuestion(within(filter), time, shown);
	}
	return {
		policy: first.name,
		hops: onlyHops,
		policies: () => policies().map(each => optionOf(each, Date.now())),
		judgeBy(place) {
			if (place === chosen) return;
			chosen = place;
			policy = policies()[place] ?? first;
			judgeBy(judgingBy(policy, Date.now));
		},
		span: spanOf(settings),
		moment: text => readDate(text, settings.zone),
		words: () => run(() => filterWords(store)),
		progress: watching.progress,
		version: watching.version,
		counted: () => counted,
		async overview(filter, most) {
			const by = policy;
			const isTimed = isBounded(within(filter));
			bins = most;
			const query = async () => {
				const {evidence: said, ...shown} = await overview(store, within(filter), most);
				return {
					...shown,
					...verdictOn(said, shown.broken, by, watching, (await deletedSessions(store)).sessions, isTimed),
				};
			};
			return store.tally === undefined ? counting(filter, query) : counting(filter, query, await binsOf(filter));
		},
		violations: filter => counting(filter, () => findingGroups(store, within(filter), false, atOnce)),
		peers: (filter, group, request) => counting(filter, () => peers(store, within(filter), group, request)),
		ciphers(filter) {
			const by = policy;
			return counting(filter, async () => (await ciphers(store, within(filter))).map(row => graded(row, by)));
		},
		failures: filter => counting(filter, () => failures(store, within(filter), atOnce)),
		whatIf: (filter, marked) => counting(filter, () => whatIfRows(store, within(filter), marked)),
		sessions: (filter, request) => counting(filter, () => sessionList(store, within(filter), request)),
		change(filter) {
			const by = policy;
			const query = async () => {
				const {changeShown} = await import('./changes.ts');
				return changeShown(store, by, within(filter), settings.zone, isPartial(watching.progress()));
			};
			return counting(filter, query, shown => changeQuestion(within(filter), shown));
		},
		domains: (filter, request) =>
			counting(filter, async () => {
				const months = await keptMonths(store, async () =>
					(await import('../cli/calendar.ts')).calendarOf(settings.zone),
				);
				const {kept, ...page} = await domainPage(store, within(filter), request, months);
				const why = (filter.terms ?? []).length === 0 ? cutMonths : unknownOfSums;
				return {...page, notes: keptMailNotes(page.deleted, kept, why)};
			}),
		keyExchange: filter =>
			counting(filter, async () => ({
				places: await keyExchanges(store, within(filter)),
				notHybrid: await notHybridPeers(store, within(filter)),
			})),
		findings: judgement => run(() => findingsOf(store, judgement)),
		remedy: session => run(() => remedyOfSession(store, session)),
		async coverage() {
			const rows = await counting({}, () => evidence(store, settings.filter, atOnce));
			return {...(await watching.coverage()), missing: missingLogging(rows).map(missingText)};
		},
		rawLines: watching.rawLines,
		save,
		saveLines,
	};
}
