import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcSecond} from '../../text/time.ts';
import {shortened} from '../../text/width.ts';
import {protocols} from '../../tls/version.ts';
import {changeTables, splitTables} from '../formats/change-tables.ts';
import type {DocumentTable} from '../formats/document.ts';
import {outboundTables} from '../formats/outbound-tables.ts';
import {countNames, countsBy, type Summary} from '../summary.ts';
import {coverageLines} from './coverage-text.ts';
import {expectationLines, expectationTitle} from './expectations-text.ts';
import {failureLines, failureSum} from './failures-text.ts';
import {findingGroupLines} from './finding-groups-text.ts';
import {keyExchangeLines, notHybridLines} from './key-exchange-text.ts';
import {type Cell, folded, type Marks, type Page, paper, type Style, share, table} from './layout.ts';
import {judgedBy, missingText, verdictLooks, verdictSentence} from './sentences.ts';

/** Versions shown that nobody knows, the most frequent ones: a peer may make up any number. */
const mostVersions = 3;
/** Ciphers that a terminal shows per hop and port. */
const mostCiphers = 6;

const place = ({hop, port}: {hop: string; port: number | null}): [string, string] => [
	hop,
	port === null ? '-' : String(port),
];

function hopLines({hops}: Summary, page: Page): string[] {
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
		right('VIOLATING'),
		right('MESSAGES'),
	];
	const rows = hops.map(row => [
		...place(row),
		row.sessions,
		row.encrypted,
		row.plaintext,
		row.failed,
		...(withUnknown ? [row.unknown] : []),
		row.violations,
		row.messages,
	]);
	return table(headings, rows, page);
}

function versionLines({hops, suites}: Summary, page: Page): string[] {
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
			return [...place(row), ...columns.map(name => counts.get(name) ?? 0), ...(rest.length > 0 ? [more] : [])];
		});
	const titleOf = (name: string): string => (page.whole ? name : shortened(name, 12));
	const titles = columns.map(name => ({title: name === 'unknown' ? 'not logged' : titleOf(name), right: true}));
	if (rest.length > 0) titles.push({title: `${count(countNames(rest))} more`, right: true});
	return table([{title: 'HOP'}, {title: 'PORT', right: true}, ...titles], rows, page);
}

function cipherLines({hops, suites}: Summary, page: Page): string[] {
	const rows: Cell[][] = [];
	const most = page.whole ? Number.POSITIVE_INFINITY : mostCiphers;
	for (const row of hops) {
		const counts = [...countsBy(suites, row, suite => suite.cipher)];
		counts.slice(0, most).forEach(([cipher, sessions], index) => {
			const name = cipher === 'unknown' ? 'not logged' : cipher;
			rows.push([...(index === 0 ? place(row) : ['', '']), name, sessions, share(sessions, row.encrypted)]);
		});
		const rest = counts.slice(most);
		if (rest.length > 0) {
			const sessions = rest.reduce((sum, [, each]) => sum + each, 0);
			rows.push([
				'',
				'',
				`${count(countNames(rest.map(([name]) => name)))} more`,
				sessions,
				share(sessions, row.encrypted),
			]);
		}
	}
	const right = true;
	const headings = [{title: 'HOP'}, {title: 'PORT', right}, {title: 'CIPHER', room: shortened, least: 30}];
	return table([...headings, {title: 'SESSIONS', right}, {title: 'SHARE', right}], rows, page);
}

/** Rows of a table that a terminal shows. */
const mostRows = 20;

/** A table of other formats as text; one of sentences as they are. */
function tableLines({headings, rows}: DocumentTable, page: Page): string[] {
	if (headings.length === 1) return rows.flatMap(([cell]) => folded(cell?.text ?? '', '', page.width));
	const titles = headings.map((title, column) => ({
		title: (protocols as readonly string[]).includes(title) ? title : title.toUpperCase(),
		right: rows[0]?.[column]?.number === true,
		...(rows.some(cells => cells[column]?.log) ? {room: shortened} : {}),
	}));
	const shown = page.whole ? rows : rows.slice(0, mostRows);
	const lines = table(
		titles,
		shown.map(cells => cells.map(({text}) => text)),
		page,
	);
	const rest = rows.length - shown.length;
	return rest === 0 ? lines : [...lines, ...folded(`and ${count(rest)} more; --format csv has all`, '', page.width)];
}

/**
 * The summary report for people: the verdict, what breaks and what fails, then what was seen. Without a page it is for a
 * file, where nothing is left out.
 */
export function reportText(summary: Summary, style: Style, marks: Marks, page: Page = paper): string {
	const {period, hops, verdict} = summary;
	const {width} = page;
	const sections: string[][] = [];
	const section = (title: string, lines: readonly string[]): void => {
		sections.push([...folded(title, '', width).map(line => style('heading', line)), ...lines]);
	};
	const sentence = folded(verdictSentence(summary), '', width);
	sections.push(sentence.map(line => style(verdictLooks[verdict], line)));
	if (period.from !== null && period.to !== null)
		sections.at(0)?.push(...folded(`From ${utcSecond(period.from)} to ${utcSecond(period.to)} UTC`, '', width));
	for (const each of changeTables(summary.change)) section(plain(each.title), tableLines(each, page));
	if (hops.length === 0) sections.push(['No sessions found.']);
	else sections.push(findingGroupLines(summary, style, page));
	if (summary.failures.length > 0)
		section(`Failures: ${failureSum(summary.failures)}`, failureLines(summary, style, page));
	if (summary.missing.length > 0)
		section(
			'What the log lacks',
			summary.missing.flatMap(each => folded(missingText(each), '', width)),
		);
	if (hops.length > 0) {
		section(
			expectationTitle(plain(judgedBy(summary.policy, summary.at))),
			expectationLines(summary.expectations, marks, style, page),
		);
		section('Hops', hopLines(summary, page));
		if (summary.suites.length > 0) {
			section('TLS versions, in sessions', versionLines(summary, page));
			section('Ciphers', cipherLines(summary, page));
			if (summary.keyExchange.length > 0)
				section('Key exchange, in sessions', keyExchangeLines(summary.keyExchange, page));
			if (summary.notHybrid.peers.length > 0) section(...notHybridLines(summary.notHybrid, page));
		}
	}
	for (const each of outboundTables(summary.outbound)) section(plain(each.title), tableLines(each, page));
	for (const each of splitTables(summary.by)) section(plain(each.title), tableLines(each, page));
	section('Lines read', coverageLines(summary.coverage, page));
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
