import type {Outcome} from '../exit.ts';
import {reportHtml} from '../report/html.ts';
import {reportJson} from '../report/json.ts';
import {coloured, monochrome} from '../report/layout.ts';
import {reportMarkdown} from '../report/markdown.ts';
import {reportCsv} from '../report/report-csv.ts';
import type {Format, Summary} from '../report/summary.ts';
import {reportText} from '../report/text.ts';
import {readCoverage} from '../store/account.ts';
import {failures, hops, period, suites} from '../store/queries.ts';
import {findingsOf} from './findings.ts';
import type {Io} from './io.ts';
import {load} from './load.ts';
import {localeMarks} from './locale.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';

const formats: Readonly<Record<string, Format>> = {
	json: reportJson,
	csv: reportCsv,
	markdown: reportMarkdown,
	html: reportHtml,
};

/** `tlsaudit report`, and `tlsaudit` where there is no terminal. */
export async function report(settings: Settings, io: Io): Promise<Outcome> {
	const policy = await loadPolicy(settings.policy);
	const {store, incomplete, nothing, reading, signal} = await load(settings, policy, io);
	try {
		if (nothing) return {incomplete};
		const {filter} = settings;
		const summary: Summary = {
			policy: policy.name,
			coverage: await readCoverage(store),
			period: await period(store, filter),
			hops: await hops(store, filter),
			suites: await suites(store, filter),
			...(await findingsOf(store, policy, settings, reading.nothing)),
			failures: await failures(store, filter),
		};
		const style = io.colour ? coloured : monochrome;
		const text: Format = rows => reportText(rows, style, localeMarks(process.env));
		await io.write((formats[settings.format] ?? text)(summary));
		return {incomplete, unread: summary.nothing !== null, signal};
	} finally {
		await store.close();
	}
}
