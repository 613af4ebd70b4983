import {readFile, writeFile} from 'node:fs/promises';
import {complaint, type Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {localeMarks} from '../cli/locale.ts';
import type {Settings} from '../cli/settings.ts';
import {programVersion} from '../cli/version.ts';
import {unreadable} from '../ingest/sources/problem.ts';
import type {KnownFinding} from '../model/findings.ts';
import type {Policy} from '../policy/policy.ts';
import {baselineText, readBaseline} from '../report/formats/baseline.ts';
import {checkDocument} from '../report/formats/check-tables.ts';
import {checkJson} from '../report/formats/json.ts';
import {junitXml} from '../report/formats/junit.ts';
import {markdown} from '../report/formats/markdown.ts';
import {nagiosLine, nagiosState, nagiosStatus, nagiosUnknown} from '../report/formats/nagios.ts';
import {checkCsv} from '../report/formats/report-csv.ts';
import {sarif} from '../report/formats/sarif.ts';
import {checkText} from '../report/text/check-text.ts';
import {coloured, monochrome} from '../report/text/layout.ts';
import {broken, type Checked} from '../report/verdict.ts';
import {brokenNow, findingTotals, peerFindings, setBaseline} from '../store/queries/findings/peer-findings.ts';
import {hops} from '../store/queries/summary.ts';
import type {Store} from '../store/store.ts';
import {findingsOf, type Read} from './findings.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

async function readKnown(file: string): Promise<KnownFinding[]> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		throw new Error(unreadable(file, error, 'no such baseline; make it with --write-baseline'), {cause: error});
	}
	return readBaseline(text, file);
}

/** Whatever is no mere note is written: a later check may count weaknesses. */
async function writeKnown(file: string, policy: Policy, known: KnownFinding[]): Promise<KnownFinding[]> {
	try {
		await writeFile(file, baselineText(policy.name, known));
	} catch (error) {
		throw new Error(`${file}: the baseline cannot be written: ${(error as Error).message}`, {cause: error});
	}
	return known;
}

/** Judges what is loaded. A baseline that is written now knows all that is broken now. */
async function verdictOf(
	store: Store,
	policy: Policy,
	settings: Settings,
	read: Read,
): Promise<Checked & {fresh: boolean}> {
	const {filter, judging} = settings;
	const {failOn = 'violation', baseline, writeBaseline} = judging;
	const known = baseline === undefined ? [] : await readKnown(baseline);
	const fresh = baseline !== undefined || writeBaseline !== undefined;
	const all = fresh ? await findingTotals(store, filter) : [];
	if (writeBaseline !== undefined)
		for (const each of await writeKnown(writeBaseline, policy, await brokenNow(store, filter))) known.push(each);
	if (fresh) await setBaseline(store, known);
	const found = await findingsOf(store, policy, settings, read, fresh);
	const table = await hops(store, filter);
	const before = all.reduce((sum, {severity, sessions}) => sum + (severity === 'info' ? 0 : sessions), 0);
	return {
		...found,
		policy,
		failOn,
		known: fresh ? before - broken(found.violations, 'weakness') : 0,
		sessions: table.reduce((sum, row) => sum + row.sessions, 0),
		fresh,
	};
}

async function textOf(
	verdict: Checked & {fresh: boolean},
	store: Store,
	{format, filter, privacy, now}: Settings,
	io: Io,
) {
	const found = async () => ({
		findings: privacy.shown(await peerFindings(store, filter, verdict.fresh)),
		totals: privacy.shown(await findingTotals(store, filter, verdict.fresh)),
	});
	switch (format) {
		case 'json':
			return checkJson(verdict);
		case 'csv':
			return checkCsv(verdict);
		case 'markdown':
			return markdown(checkDocument(verdict));
		case 'html':
			return (await import('../report/html/page.ts')).html(checkDocument(verdict), {version: programVersion(), now});
		case 'nagios':
			return nagiosLine(verdict);
		case 'junit':
			return junitXml(verdict, await found());
		case 'sarif':
			return sarif(verdict, await found(), programVersion());
		default:
			return checkText(verdict, io.colour ? coloured : monochrome, localeMarks(process.env), io.page);
	}
}

async function checkLoaded(settings: Settings, io: Io): Promise<Outcome> {
	if (settings.privacy.on && settings.judging.writeBaseline !== undefined)
		throw new Error('--write-baseline keeps peers as the log names them; write it without --anonymize');
	const policy = await judgingPolicy(settings, io);
	const {store, incomplete, problems, nothing, reading, signal} = await load(settings, policy, io);
	try {
		const nagios = settings.format === 'nagios';
		if (nothing) {
			if (nagios) await io.write(nagiosUnknown('nothing could be read; see standard error'));
			return nagios ? {own: nagiosStatus.UNKNOWN} : {incomplete};
		}
		const verdict = settings.privacy.shown(
			await verdictOf(store, policy, settings, {nothing: reading.nothing, partial: incomplete, problems}),
		);
		await io.write(await textOf(verdict, store, settings, io));
		if (nagios) return {own: nagiosStatus[nagiosState(verdict)], signal};
		return {incomplete, verdict: verdict.verdict, signal};
	} finally {
		await store.close();
	}
}

/**
 * `tlsaudit check`: passes when no more sessions than allowed violate the policy and the log carries that; weaknesses
 * are named but pass, unless they are to count. With `--format nagios` the status is that of Nagios (0 OK, 1 WARNING, 2
 * CRITICAL, 3 UNKNOWN).
 */
export async function check(settings: Settings, io: Io): Promise<Outcome> {
	if (settings.format !== 'nagios') return checkLoaded(settings, io);
	try {
		return await checkLoaded(settings, io);
	} catch (error) {
		await io.write(nagiosUnknown(complaint(error, false)));
		return {own: nagiosStatus.UNKNOWN};
	}
}
