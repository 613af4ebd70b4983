import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcSecond} from '../../text/time.ts';
import {shortened} from '../../text/width.ts';
import {protocols} from '../../tls/version.ts';
import {changeTables, periodTables} from '../formats/change-tables.ts';
import type {ReportTable} from '../formats/report-tables.ts';
import {countNames, countsBy, type Summary} from '../summary.ts';
import {coverageLines} from './coverage-text.ts';
import {expectationLines, expectationTitle} from './expectations-text.ts';
import {failureLines} from './failures-text.ts';
import {findingGroupLines} from './finding-groups-text.ts';
import {keyExchangeLines} from './key-exchange-text.ts';
import {folded, type Marks, type Style, share, table} from './layout.ts';
import {judgedBy, missingText, verdictSentence} from './sentences.ts';

/** Versions shown that nobody knows, the most frequent ones: a peer may make up any number. */
const mostVersions = 3;
/** Ciphers shown per hop and port; the JSON report has all. */
const mostCiphers = 6;

const place = ({hop, port}: {hop: string; port: number | null}): [string, string] => [
	hop,
	port === null ? '-' : String(port),
];

function hopLines({hops}: Summary): string[] {
	const withUnknown = hops.some(row => row.unknown > 0);
	const right = (title: string) => ({title, right: true});
	const headings = [
		{title: 'HOP'},
		right('PORT'),
		right('SESSIONS'),
		right('ENCRYPTED'),
		right('PLAINTEXT'),
		right('FAILED'),
		...(withUnknown ? [right('UNKNOWN')] : []),
		right('MESSAGES'),
		right('VIOLATIONS'),
	];
	const lines = (form: (value: number) => string): string[] =>
		table(
			headings,
			hops.map(row => [
				...place(row),
				form(row.sessions),
				form(row.encrypted),
				form(row.plaintext),
				form(row.failed),
				...(withUnknown ? [form(row.unknown)] : []),
				form(row.messages),
				form(row.violations),
			]),
		);
	const parted = lines(count);
	// Millions of sessions fit into 80 columns without the commas.
	return parted.some(line => line.length > 80) ? lines(String) : parted;
}

function versionLines({hops, suites}: Summary): string[] {
	const seen = new Set(suites.map(({protocol}) => protocol));
	const sums = new Map<string, number>();
	for (const {protocol, sessions} of suites)
		if (protocol !== null && !(protocols as readonly string[]).includes(protocol))
			sums.set(protocol, (sums.get(protocol) ?? 0) + sessions);
	const others = [...sums.keys()].sort(
		(a, b) => countNames([a]) - countNames([b]) || (sums.get(b) ?? 0) - (sums.get(a) ?? 0) || (a < b ? -1 : 1),
	);
	const columns = [...protocols.filter(name => seen.has(name)), ...others.slice(0, mostVersions).sort()];
	const rest = others.slice(mostVersions);
	if (seen.has(null)) columns.push('unknown');
	const rows = hops
		.filter(row => row.encrypted > 0)
		.map(row => {
			const counts = countsBy(suites, row, suite => suite.protocol);
			const more = rest.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
			return [
				...place(row),
				...columns.map(name => count(counts.get(name) ?? 0)),
				...(rest.length > 0 ? [count(more)] : []),
			];
		});
	const titles = columns.map(name => ({title: name === 'unknown' ? 'not logged' : shortened(name, 12), right: true}));
	if (rest.length > 0) titles.push({title: `${count(countNames(rest))} more`, right: true});
	return table([{title: 'HOP'}, {title: 'PORT', right: true}, ...titles], rows);
}

function cipherLines({hops, suites}: Summary): string[] {
	const rows: string[][] = [];
	for (const row of hops) {
		const counts = [...countsBy(suites, row, suite => suite.cipher)];
		counts.slice(0, mostCiphers).forEach(([cipher, sessions], index) => {
			const name = cipher === 'unknown' ? 'not logged' : shortened(cipher, 36);
			rows.push([...(index === 0 ? place(row) : ['', '']), name, count(sessions), share(sessions, row.encrypted)]);
		});
		const rest = counts.slice(mostCiphers);
		if (rest.length > 0) {
			const sessions = rest.reduce((sum, [, each]) => sum + each, 0);
			rows.push([
				'',
				'',
				`${count(countNames(rest.map(([name]) => name)))} more`,
				count(sessions),
				share(sessions, row.encrypted),
			]);
		}
	}
	const right = true;
	const headings = [{title: 'HOP'}, {title: 'PORT', right}, {title: 'CIPHER'}];
	return table([...headings, {title: 'SESSIONS', right}, {title: 'SHARE', right}], rows);
}

/** A table of other formats as text; one of sentences as they are. */
function tableLines({headings, rows}: ReportTable): string[] {
	if (headings.length === 1) return rows.flatMap(([cell]) => folded(cell?.text ?? ''));
	const titles = headings.map((title, column) => ({
		title: (protocols as readonly string[]).includes(title) ? title : title.toUpperCase(),
		right: rows[0]?.[column]?.number === true,
	}));
	return table(
		titles,
		rows.map(cells => cells.map(({text}) => text)),
	);
}

const verdictLooks = {pass: 'pass', fail: 'violation', undecided: 'weakness', 'nothing-read': 'weakness'} as const;

/** The summary report for people: at most 80 columns wide, unless counts or names are longer than that allows. */
export function reportText(summary: Summary, style: Style, marks: Marks): string {
	const {period, hops} = summary;
	const sections: string[][] = [];
	const section = (title: string, lines: readonly string[]): void => {
		sections.push([style('heading', title), ...lines]);
	};
	const sentence = folded(verdictSentence(summary));
	const look = verdictLooks[summary.verdict];
	sections.push([...sentence.map(line => style(look, line))]);
	if (period.from !== null && period.to !== null)
		sections.at(0)?.push(`From ${utcSecond(period.from)} to ${utcSecond(period.to)} UTC`);
	for (const each of changeTables(summary.change)) section(each.title, tableLines(each));
	if (hops.length === 0) sections.push(['No sessions found.']);
	else {
		section(
			expectationTitle(plain(judgedBy(summary.policy, summary.at))),
			expectationLines(summary.expectations, marks, style),
		);
		section('Hops', hopLines(summary));
		if (summary.suites.length > 0) {
			section('TLS versions', versionLines(summary));
			section('Ciphers', cipherLines(summary));
			if (summary.keyExchange.length > 0) section('Key exchange', keyExchangeLines(summary.keyExchange));
		}
		sections.push(findingGroupLines(summary, style));
		if (summary.failures.length > 0) section('Failures', failureLines(summary, style));
	}
	for (const each of periodTables(summary.by)) section(each.title, tableLines(each));
	section('Lines read', coverageLines(summary.coverage));
	if (summary.missing.length > 0)
		section(
			'What the log lacks',
			summary.missing.flatMap(each => folded(missingText(each))),
		);
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
