import {writeFile} from 'node:fs/promises';
import {csvLine} from '../report/csv.ts';
import {jsonText} from '../report/json.ts';
import {missingText, verdictSentence} from '../report/sentences.ts';
import {ciphers, failures} from '../store/screens/ciphers.ts';
import {liveEvidence} from '../store/screens/evidence.ts';
import type {Narrow} from '../store/screens/narrow.ts';
import {overview} from '../store/screens/overview.ts';
import {peers} from '../store/screens/peers.ts';
import type {Screen} from '../store/screens/screen.ts';
import {findingsOf, sessionList} from '../store/screens/session-list.ts';
import {violations} from '../store/screens/violations.ts';
import {whatIfRows} from '../store/screens/what-if.ts';
import {whereOf} from '../store/screens/where.ts';
import {many} from '../text/number.ts';
import type {EvidenceRow} from '../tls/evidence.ts';
import {missingLogging} from '../tls/missing-logging.ts';
import type {Policy} from '../tls/policy.ts';
import {makeVerdict, placesOf, usualShare} from '../tls/verdict.ts';
import type {Port} from '../ui/port.ts';
import type {Settings} from './settings.ts';
import type {Watching} from './watch-reading.ts';

/** A file name that says what and when, and does not exist yet. */
async function save(
	view: string,
	format: 'csv' | 'json',
	columns: readonly string[],
	rows: ReadonlyArray<ReadonlyArray<string | number | null>>,
): Promise<string> {
	const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
	const name = `tlsaudit-${view}-${stamp}.${format}`;
	const text =
		format === 'csv'
			? [columns, ...rows].map(csvLine).join('')
			: jsonText(rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))));
	try {
		await writeFile(name, text, {flag: 'wx'});
	} catch (error) {
		throw new Error(`${name}: cannot be written: ${(error as Error).message}`, {cause: error});
	}
	return name;
}

/** The verdict on the sessions that a screen is about, with its words. */
function verdictOn(
	evidence: readonly EvidenceRow[],
	broken: ReadonlyArray<{readonly severity: string; readonly sessions: number}>,
	policy: Policy,
	watching: Watching,
) {
	const counted = broken.reduce((sum, {severity, sessions}) => sum + (severity === 'violation' ? sessions : 0), 0);
	const verdict = makeVerdict({broken: counted > 0, evidence, maxUndecided: usualShare});
	const {lines, sessions} = watching.progress();
	const nothing =
		sessions > 0
			? 'no session is of this kind'
			: `${many(lines, 'line')} ${lines === 1 ? 'says' : 'say'} nothing of a session`;
	const words = {verdict, policy: policy.name, counted, max: 0, places: placesOf(evidence), maxUndecided: usualShare};
	return {
		verdict,
		sentence: verdictSentence({...words, nothing}),
		missing: missingLogging(evidence).map(missingText),
	};
}

/** The screen's questions, put to the store; the hops and times of the command line narrow them all. */
export function portOf(watching: Watching, settings: Settings, policy: Policy): Port {
	const screen: Screen = {store: watching.store};
	const {since, until, hops} = settings.filter;
	const within = ({terms, last}: {terms: Narrow['terms']; last: number | null}): Narrow => ({
		terms: hops.length === 0 ? terms : [...terms, {kind: 'hop', values: hops}],
		last,
		since,
		until,
	});
	return {
		policy: policy.name,
		progress: watching.progress,
		version: watching.version,
		async overview(narrow, bins) {
			const {evidence, ...shown} = await overview(screen, within(narrow), bins);
			return {...shown, ...verdictOn(evidence, shown.broken, policy, watching)};
		},
		violations: narrow => violations(screen, within(narrow)),
		peers: (narrow, group, slice) => peers(screen, within(narrow), group, slice),
		ciphers: narrow => ciphers(screen, within(narrow)),
		failures: narrow => failures(screen, within(narrow)),
		whatIf: (narrow, marked) => whatIfRows(screen, within(narrow), marked),
		sessions: (narrow, slice) => sessionList(screen, within(narrow), slice),
		findings: handshake => findingsOf(screen, handshake),
		async coverage() {
			const found = await whereOf(screen, within({terms: [], last: null}));
			const rows = await liveEvidence(screen.store, found);
			return {...watching.coverage(), missing: missingLogging(rows).map(missingText)};
		},
		rawLines: watching.rawLines,
		save,
	};
}
