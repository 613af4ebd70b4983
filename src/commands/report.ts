import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {localeMarks} from '../cli/locale.ts';
import type {Settings} from '../cli/settings.ts';
import {programVersion} from '../cli/version.ts';
import type {Calendar, Periods} from '../model/periods.ts';
import type {FailureRow, HopRow} from '../model/summary.ts';
import type {TlsResults} from '../model/tls-reports.ts';
import type {Policy} from '../policy/policy.ts';
import {reportJson} from '../report/formats/json.ts';
import {markdown} from '../report/formats/markdown.ts';
import {reportCsv} from '../report/formats/report-csv.ts';
import {reportDocument} from '../report/formats/report-tables.ts';
import {tlsReports} from '../report/formats/tlsrpt.ts';
import {cyclonedx} from '../report/inventory/cyclonedx.ts';
import type {Format, Summary} from '../report/summary.ts';
import {coloured, monochrome} from '../report/text/layout.ts';
import {reportText} from '../report/text/report-text.ts';
import {silentHosts} from '../report/text/sentences.ts';
import {readCoverage} from '../store/coverage.ts';
import {failures} from '../store/queries/failures.ts';
import {keyExchanges, notHybridPeers} from '../store/queries/key-exchange.ts';
import {keptMonths} from '../store/queries/outbound/kept-mail.ts';
import {outbound} from '../store/queries/outbound/outbound.ts';
import {tlsResults} from '../store/queries/outbound/tls-results.ts';
import {hops, hostEnds, logHosts, period, suites} from '../store/queries/summary.ts';
import type {Store} from '../store/store.ts';
import {findingsOf, type Read} from './findings.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

type Made = string | Promise<string>;
const formats: Readonly<Record<string, (summary: Summary, settings: Settings) => Made>> = {
	json: reportJson,
	csv: reportCsv,
	markdown: summary => markdown(reportDocument(summary)),
	html: async (summary, {now}) =>
		(await import('../report/html/page.ts')).html(reportDocument(summary), {version: programVersion(), now}),
	cyclonedx: (summary, {now}) => cyclonedx(summary, programVersion(), now),
	tlsrpt: tlsReports,
};

/** Rows of the hop table as reports have them. */
const hopCounts = (rows: readonly HopRow[]): Summary['hops'] =>
	rows.map(({weaknesses: _weaknesses, first_seen: _first, last_seen: _last, ...row}) => row);

/** Failures as reports have them. */
const failureCounts = (rows: readonly FailureRow[]): Summary['failures'] =>
	rows.map(({sessions, first_seen: _first, last_seen: _last, ...row}) => ({...row, count: sessions}));

/** Returns all that a report says of a store with findings. */
export async function summaryOf(
	store: Store,
	policy: Policy,
	settings: Pick<Settings, 'filter' | 'asOf' | 'judging'> & Partial<Pick<Settings, 'by' | 'zone'>>,
	read: Read,
): Promise<Summary> {
	const {filter, zone} = settings;
	const calendar = async (of: string): Promise<Calendar> => (await import('../cli/calendar.ts')).calendarOf(of);
	const months = zone === undefined ? null : await keptMonths(store, () => calendar(zone));
	const coverage = await readCoverage(store);
	return {
		policy: policy.name,
		coverage: {
			...coverage,
			notices: [...coverage.notices, ...(store.remarks ?? []), ...silentHosts(await hostEnds(store))],
		},
		period: await period(store, filter),
		logHosts: await logHosts(store, filter),
		hops: hopCounts(await hops(store, filter)),
		suites: await suites(store, filter),
		keyExchange: await keyExchanges(store, filter),
		notHybrid: await notHybridPeers(store, filter),
		...(await findingsOf(store, policy, settings, read)),
		failures: failureCounts(await failures(store, filter)),
		outbound: await outbound(store, filter, settings.by === 'domain', months),
	};
}

/** What TLS reports would say, with what is in none of them; `deleted`: whether sessions of the span are deleted. */
async function previewed(store: Store, filter: Settings['filter'], deleted: boolean, io: Io): Promise<TlsResults> {
	const results = await tlsResults(store, filter);
	const {rows, nameless, untold} = results;
	const connections = (count: number): string => (count === 1 ? '1 connection is' : `${count} connections are`);
	io.warn('TLS reports as a preview, one a line, by UTC day and domain of recipients: nothing is sent');
	if (rows.some(({policy}) => policy === 'no-policy-found'))
		io.warn(
			'no-policy-found means that the log shows no policy: MTA-STS and DANE may be there and leave no trace in it',
		);
	if (nameless > 0) io.warn(`${connections(nameless)} in no report: the log names no domain of recipients`);
	if (untold > 0) io.warn(`${connections(untold)} in no report: no line says that TLS was tried or demanded`);
	if (deleted) io.warn('mail of deleted sessions is in no report: of it only sums by month are kept');
	return results;
}

/** What `--compare` and `--by` ask for, and the filter of the span that the report shows. Calendars are loaded for them only. */
async function asked(
	store: Store,
	policy: Policy,
	settings: Settings,
	io: Io,
	partial: boolean,
): Promise<Pick<Summary, 'change' | 'by'> & Pick<Settings, 'filter'>> {
	const {by: unit} = settings;
	const {filter, change} =
		settings.compare === undefined
			? {filter: settings.filter, change: null}
			: await (await import('./changes.ts')).comparison(store, policy, settings, io, partial);
	if (unit === 'suite' || settings.format === 'cyclonedx')
		return {filter, change, by: await (await import('./inventory.ts')).inventoryOf(store, policy, filter)};
	if (unit === undefined || unit === 'domain') return {filter, change, by: null};
	return {filter, change, by: await (await import('./periods.ts')).periodsOf(store, policy, settings, unit)};
}

/** What charts show over time: what `--by` asks for where that is time, else what suits; null for forms without charts. */
async function timeline(
	store: Store,
	policy: Policy,
	{format, filter, zone}: Pick<Settings, 'format' | 'filter' | 'zone'>,
	{by, period: shown}: Pick<Summary, 'by' | 'period'>,
): Promise<Periods | null> {
	if (format !== 'html') return null;
	if (by != null && by.unit !== 'suite') return by;
	return (await import('./periods.ts')).timelineOf(store, policy, {filter, zone}, shown);
}

/** Formats with a schema of others, what they hold, and what `--by` says of that. */
const fixedForms: ReadonlyMap<string, readonly [what: string, by: string | null]> = new Map([
	['cyclonedx', ['lists the suites in use', 'suite']],
	['tlsrpt', ['is by UTC day and domain of recipients', null]],
]);

/** Throws one sentence where a form has no room for what else is asked for. */
function checkRoom({format, by, compare}: Settings): void {
	const form = fixedForms.get(format);
	if (form === undefined) return;
	const [what, own] = form;
	const flag = compare !== undefined ? '--compare' : by !== undefined && by !== own ? `--by ${by}` : null;
	if (flag !== null) throw new Error(`--format ${format} ${what} and has no room for ${flag}; leave one of them out`);
}

/** `tlsaudit report`, and `tlsaudit` where there is no terminal. */
export async function report(settings: Settings, io: Io): Promise<Outcome> {
	checkRoom(settings);
	if (settings.compare !== undefined) (await import('./changes.ts')).checkCompare(settings);
	const policy = await judgingPolicy(settings, io);
	const {store, incomplete, problems, nothing, reading, signal} = await load(settings, policy, io);
	try {
		if (nothing) return {incomplete};
		const {filter, ...more} = await asked(store, policy, settings, io, incomplete);
		const why =
			reading.nothing ?? (more.change?.shown.sessions === 0 ? 'no session is in the span that is compared' : null);
		const read = {nothing: why, partial: incomplete, problems};
		const counted = await summaryOf(store, policy, {...settings, filter}, read);
		const deleted = counted.outbound.kept !== null;
		const results = settings.format === 'tlsrpt' ? await previewed(store, filter, deleted, io) : null;
		const said = {...counted, ...more, tlsResults: results};
		const over = await timeline(store, policy, {...settings, filter}, said);
		const summary = settings.privacy.shown({...said, timeline: over});
		const style = io.colour ? coloured : monochrome;
		const text: Format = rows => reportText(rows, style, localeMarks(process.env), io.page);
		await io.write(await (formats[settings.format] ?? text)(summary, settings));
		return {incomplete, unread: summary.nothing !== null, signal};
	} finally {
		await store.close();
	}
}
