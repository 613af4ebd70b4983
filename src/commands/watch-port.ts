import {writeFile} from 'node:fs/promises';
import {csvLine} from '../report/csv.ts';
import {jsonText} from '../report/json.ts';
import {ciphers, failures} from '../store/screens/ciphers.ts';
import type {Narrow} from '../store/screens/narrow.ts';
import {overview} from '../store/screens/overview.ts';
import {peers} from '../store/screens/peers.ts';
import type {Screen} from '../store/screens/screen.ts';
import {findingsOf, sessionList} from '../store/screens/session-list.ts';
import {violations} from '../store/screens/violations.ts';
import {whatIfRows} from '../store/screens/what-if.ts';
import type {Policy} from '../tls/policy.ts';
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

/** The screen's questions, put to the store; the hops and times of the command line narrow them all. */
export function portOf(watching: Watching, settings: Settings, policy: Policy): Port {
	const judgedHops = [...new Set(policy.rules.flatMap(rule => rule.hops))];
	const screen: Screen = {store: watching.store, judgedHops};
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
		overview: (narrow, bins) => overview(screen, within(narrow), bins),
		violations: narrow => violations(screen, within(narrow)),
		peers: (narrow, group, slice) => peers(screen, within(narrow), group, slice),
		ciphers: narrow => ciphers(screen, within(narrow)),
		failures: narrow => failures(screen, within(narrow)),
		whatIf: (narrow, marked) => whatIfRows(screen, within(narrow), marked),
		sessions: (narrow, slice) => sessionList(screen, within(narrow), slice),
		findings: handshake => findingsOf(screen, handshake),
		coverage: async () => watching.coverage(),
		rawLines: watching.rawLines,
		save,
	};
}
