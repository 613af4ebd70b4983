import {writeFile} from 'node:fs/promises';
import type {Outcome} from '../exit.ts';
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
import {openTerminal} from '../ui/terminal.ts';
import type {Io} from './io.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';
import {openWatching, type Watching} from './watch-reading.ts';

/** Whether a person sits before the screen: a terminal that can be drawn on, and no job of a CI system. */
export function isWatchable(env: NodeJS.ProcessEnv, stdout: {readonly isTTY?: boolean}): boolean {
	const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
	return stdout.isTTY === true && !inCi && env.TERM !== 'dumb' && env.TERM !== undefined;
}

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
function portOf(watching: Watching, settings: Settings, policy: Policy): Port {
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

/**
 * `tlsaudit` before a terminal: reads what the command line names into a store of its own and shows it while it is read.
 * Gives null where there is no terminal to take keys from: then the report is made.
 */
export async function watch(settings: Settings, io: Io): Promise<Outcome | null> {
	const policy = await loadPolicy(settings.policy);
	const terminal = openTerminal(process.stdin, process.stdout);
	if (terminal === null) return null;
	let watching: Watching;
	try {
		watching = await openWatching(settings, policy, io);
	} catch (error) {
		terminal.close();
		throw error;
	}
	try {
		const {show} = await import('../ui/show.tsx');
		const {signal} = await show(portOf(watching, settings, policy), {
			terminal,
			colour: io.colour,
			zone: settings.zone,
			env: process.env,
		});
		const {incomplete} = await watching.stop();
		return {incomplete, signal};
	} finally {
		await watching.stop();
		for (const problem of watching.progress().problems) io.complain(problem);
	}
}
