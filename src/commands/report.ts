import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {localeMarks} from '../cli/locale.ts';
import type {Settings} from '../cli/settings.ts';
import {programVersion} from '../cli/version.ts';
import type {Calendar} from '../model/periods.ts';
import type {FailureRow, HopRow} from '../model/summary.ts';
import type {Policy} from '../policy/policy.ts';
import {html} from '../report/formats/html.ts';
import {reportJson} from '../report/formats/json.ts';
import {markdown} from '../report/formats/markdown.ts';
import {reportCsv} from '../report/formats/report-csv.ts';
import {reportDocument} from '../report/formats/report-tables.ts';
import {cyclonedx} from '../report/inventory/cyclonedx.ts';
import type {Format, Summary} from '../report/summary.ts';
import {coloured, monochrome} from '../report/text/layout.ts';
import {reportText} from '../report/text/report-text.ts';
import {readCoverage} from '../store/coverage.ts';
import {failures} from '../store/queries/failures.ts';
import {hasKeptMail} from '../store/queries/kept-mail.ts';
import {keyExchanges, notHybridPeers} from '../store/queries/key-exchange.ts';
import {outbound} from '../store/queries/outbound.ts';
import {hops, period, suites} from '../store/queries/summary.ts';
import type {Store} from '../store/store.ts';
import {findingsOf} from './findings.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

const formats: Readonly<Record<string, (summary: Summary, settings: Settings) => string>> = {
	json: reportJson,
	csv: reportCsv,
	markdown: summary => markdown(reportDocument(summary)),
	html: summary => html(reportDocument(summary)),
	cyclonedx: (summary, {now}) => cyclonedx(summary, programVersion(), now),
};

/** Rows of the hop table as reports have them. */
const hopCounts = (rows: readonly HopRow[]): Summary['hops'] =>
	rows.map(({weaknesses: _weaknesses, first_seen: _first, last_seen: _last, ...row}) => row);

/** Failures as reports have them. */
const failureCounts = (rows: readonly FailureRow[]): Summary['failures'] =>
	rows.map(({sessions, first_seen: _first, last_seen: _last, ...row}) => ({...row, count: sessions}));

/** The calendar for the sums of deleted mail; null where there are none, so that it is not loaded. */
const keptMonths = async (store: Store, zone: string | undefined): Promise<Calendar | null> =>
	zone !== undefined && (await hasKeptMail(store)) ? (await import('../cli/calendar.ts')).calendarOf(zone) : null;

/** Returns all that a report says of a store with findings. `nothing` says why there is no session, null where there is one. */
export async function summaryOf(
	store: Store,
	policy: Policy,
	settings: Pick<Settings, 'filter' | 'asOf' | 'judging'> & Partial<Pick<Settings, 'by' | 'zone'>>,
	nothing: string | null,
): Promise<Summary> {
	const {filter} = settings;
	return {
		policy: policy.name,
		coverage: await readCoverage(store),
		period: await period(store, filter),
		hops: hopCounts(await hops(store, filter)),
		suites: await suites(store, filter),
		keyExchange: await keyExchanges(store, filter),
		notHybrid: await notHybridPeers(store, filter),
		...(await findingsOf(store, policy, settings, nothing)),
		failures: failureCounts(await failures(store, filter)),
		outbound: await outbound(store, filter, settings.by === 'domain', await keptMonths(store, settings.zone)),
	};
}

/** What `--compare` and `--by` ask for, and the filter of the span that the report shows. Calendars are loaded for them only. */
async function asked(
	store: Store,
	policy: Policy,
	settings: Settings,
	io: Io,
): Promise<Pick<Summary, 'change' | 'by'> & Pick<Settings, 'filter'>> {
	const {by: unit} = settings;
	const {filter, change} =
		settings.compare === undefined
			? {filter: settings.filter, change: null}
			: await (await import('./changes.ts')).comparison(store, policy, settings, io);
	if (unit === 'suite' || settings.format === 'cyclonedx')
		return {filter, change, by: await (await import('./inventory.ts')).inventoryOf(store, policy, filter)};
	if (unit === undefined || unit === 'domain') return {filter, change, by: null};
	return {filter, change, by: await (await import('./periods.ts')).periodsOf(store, policy, settings, unit)};
}

/** Throws one sentence where a document of CycloneDX has no room for what else is asked for. */
function checkInventory({format, by, compare}: Settings): void {
	if (format !== 'cyclonedx') return;
	const flag = compare !== undefined ? '--compare' : by !== undefined && by !== 'suite' ? `--by ${by}` : null;
	if (flag !== null)
		throw new Error(`--format cyclonedx lists the suites in use and has no room for ${flag}; leave one of them out`);
}

/** `tlsaudit report`, and `tlsaudit` where there is no terminal. */
export async function report(settings: Settings, io: Io): Promise<Outcome> {
	checkInventory(settings);
	if (settings.compare !== undefined) (await import('./changes.ts')).checkCompare(settings);
	const policy = await judgingPolicy(settings, io);
	const {store, incomplete, nothing, reading, signal} = await load(settings, policy, io);
	try {
		if (nothing) return {incomplete};
		const {filter, ...more} = await asked(store, policy, settings, io);
		const why =
			reading.nothing ?? (more.change?.shown.sessions === 0 ? 'no session is in the span that is compared' : null);
		const summary = {...(await summaryOf(store, policy, {...settings, filter}, why)), ...more};
		const style = io.colour ? coloured : monochrome;
		const text: Format = rows => reportText(rows, style, localeMarks(process.env), io.page);
		await io.write((formats[settings.format] ?? text)(summary, settings));
		return {incomplete, unread: summary.nothing !== null, signal};
	} finally {
		await store.close();
	}
}
