import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import type {DocumentTable} from '../../../src/report/formats/document.ts';
import {reportDocument} from '../../../src/report/formats/report-tables.ts';
import {html} from '../../../src/report/html/page.ts';
import {programIn} from '../../program.ts';
import {made, summary} from '../sample-summary.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-html-'));
const run = programIn(folder);

const founding = readFileSync(at('samples/founding-case.log'), 'utf8');
writeFileSync(join(folder, 'two-days.log'), founding + founding.replaceAll('Oct 12', 'Oct 22'));
writeFileSync(join(folder, 'hostile.log'), readFileSync(at('samples/hostile-text.log')));

const page = (log: string, ...words: string[]): string =>
	run(['report', log, '--timezone', 'UTC', '--format', 'html', ...words]).out;

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const between = (text: string, begin: string, end: string): string => {
	const from = text.indexOf(begin) + begin.length;
	return text.slice(from, text.indexOf(end, from));
};

/** Words of the rows of the tables below a figure's title. */
function numbersOf(text: string, title: string): string[][] {
	const figure =
		(text.match(/<figure>[\s\S]*?<\/figure>/g) ?? []).find(part => part.includes(`<h2>${title}</h2>`)) ?? '';
	return [...figure.matchAll(/<tr[^>]*>(.*?)<\/tr>/g)].map(([, row = '']) =>
		[...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell = '']) => cell.replaceAll(',', '')),
	);
}

for (const log of ['two-days.log', 'hostile.log'])
	test(`${log}: the policy of content allows the style and the script by their hashes, and nothing else`, t => {
		const text = page(log);
		t.is(
			between(text, 'http-equiv="Content-Security-Policy" content="', '"'),
			[
				"default-src 'none'",
				`style-src '${hashOf(between(text, '<style>', '</style>'))}'`,
				`script-src '${hashOf(between(text, '<script>', '</script>'))}'`,
				"base-uri 'none'",
				"form-action 'none'",
			].join('; '),
		);
		t.is(text.match(/<script/g)?.length, 1);
		t.is(text.match(/<style/g)?.length, 1);
		// The name of a namespace in SVG would be one; in HTML it is not needed.
		t.notRegex(text, /https?:|\b(?:src|style|on[a-z]+)="|@import|url\(/);
		for (const [, to] of text.matchAll(/href="([^"]*)"/g)) t.regex(to ?? '', /^#[a-z0-9-]+$/);
	});

test('each link leads to a place of the page, and no anchor is given twice', t => {
	const text = page('two-days.log');
	const anchors = [...text.matchAll(/ id="([^"]+)"/g)].map(([, anchor]) => anchor);
	t.is(new Set(anchors).size, anchors.length);
	const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, to]) => to);
	t.true(links.length > 30);
	t.deepEqual(
		links.filter(to => !anchors.includes(to)),
		[],
	);
});

test('each chart has a title, a description and a table', t => {
	const text = page('two-days.log');
	const drawings = text.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
	t.is(drawings.length, 4);
	t.is(text.match(/<figure>/g)?.length, 4);
	for (const drawing of drawings) {
		const [, title, desc] = /^<svg viewBox="[^"]+" role="img" aria-labelledby="(\S+) (\S+)">/.exec(drawing) ?? [];
		t.regex(drawing, new RegExp(`<title id="${title}">[^<]+</title>`));
		t.regex(drawing, new RegExp(`<desc id="${desc}">[^<]+\\. In all: [^<]+</desc>`));
	}
	for (const figure of text.split('<figure>').slice(1))
		t.regex(figure, /<summary>Numbers<\/summary>\n<div[^>]*><table/);
});

test('the numbers beside the charts are those of JSON', t => {
	const json = JSON.parse(run(['report', 'two-days.log', '--timezone', 'UTC', '--by', 'day', '--format', 'json']).out);
	const text = page('two-days.log');
	type Row = {period: string; versions: Record<string, number>; plaintext: number; failed: number; violations: number};
	const rows: Row[] = json.by.rows;
	t.deepEqual(
		rows.map(({period}) => period),
		['2026-10-12', '2026-10-22'],
	);
	const counts = ({versions, plaintext, failed}: Pick<Row, 'versions' | 'plaintext' | 'failed'>) =>
		[versions['TLSv1.3'] ?? 0, versions['TLSv1.2'] ?? 0, versions.TLSv1 ?? 0, plaintext, failed].map(String);
	t.deepEqual(numbersOf(text, 'TLS versions over time'), [
		['Day', 'TLSv1.3', 'TLSv1.2', 'older TLS or SSL', 'plaintext', 'failed'],
		...rows.map(row => [row.period, ...counts(row)]),
	]);
	t.deepEqual(numbersOf(text, 'Violations over time'), [
		['Day', 'violations'],
		...rows.map(({period, violations}) => [period, String(violations)]),
	]);
	type Hop = Row & {hop: string; port: number};
	t.deepEqual(
		numbersOf(text, 'TLS versions by hop').slice(1),
		json.hops.map((row: Hop) => [`${row.hop} ${row.port}`, ...counts(row)]),
	);
	type Exchange = {hop: string; port: number; hybrid: number; could: number; cannot: number; not_logged: number};
	const kinds: Exchange[] = json.key_exchange;
	t.true(kinds.length > 3 && kinds.every(({hybrid}) => hybrid === 0));
	t.deepEqual(
		numbersOf(text, 'Key exchange by hop').slice(1),
		kinds.map(row => [`${row.hop} ${row.port}`, ...[row.could, row.cannot, row.not_logged].map(String)]),
	);
	// What `--by` asks for is what the charts show: there is one query.
	t.deepEqual(numbersOf(page('two-days.log', '--by', 'month'), 'TLS versions over time'), []);
	t.is(numbersOf(page('two-days.log', '--by', 'week'), 'Violations over time').length, 3);
});

test('each finding says what was seen, what is required and what to do, and names its peers', t => {
	const {violations} = JSON.parse(run(['report', 'two-days.log', '--format', 'json']).out);
	const text = page('two-days.log');
	t.true(violations.length > 5);
	type Finding = {rule: string; required: string; remedy: string; severity: string; peers: Array<{peer_ip: string}>};
	for (const [index, {rule, required, remedy, severity, peers}] of (violations as Finding[]).entries()) {
		t.true(text.includes(`<a href="#finding-${index + 1}">${rule}</a>`));
		const more = between(text, `<div id="finding-${index + 1}">`, '</details>');
		for (const words of [required, remedy]) t.true(more.includes(words), words);
		if (severity !== 'info') for (const {peer_ip} of peers) t.true(more.includes(`>${peer_ip}</td>`), peer_ip);
	}
});

test('the page says what it is about: hosts, time, policy, program and when it was made', t => {
	const text = html(reportDocument(summary), made);
	const facts = [...text.matchAll(/<dt>([^<]+)<\/dt><dd>([^<]*)<\/dd><\/div>/g)].map(([, name, words]) => [
		name,
		words,
	]);
	t.deepEqual(facts, [
		['Policy', 'founding'],
		['Time', '2026-01-31 08:00 to 2026-01-31 09:00 UTC'],
		['Logged by', 'mx.example.org'],
		['Made', '2026-02-01 06:00 UTC by tlsaudit 0.1.0'],
	]);
	const hosts = Array.from({length: 100}, (_, index) => ({log_host: `mx${index}<b>`, sessions: 1}));
	t.true(
		html(reportDocument({...summary, logHosts: {hosts, host_count: 4000}}), made).includes(
			'mx0&lt;b&gt;, mx1&lt;b&gt;, mx2&lt;b&gt; and 3,997 more',
		),
	);
});

test('a table of more rows than a page has says so, and details share the rows that there are', t => {
	const table = (rows: number): DocumentTable => ({
		title: 'Many',
		headings: ['N'],
		rows: Array.from({length: rows}, (_, index) => [{text: `row ${index}.`}]),
	});
	const document = {...reportDocument(summary), charts: []};
	const long = html({...document, tables: [table(1234)]}, made);
	t.is(long.match(/row \d+\./g)?.length, 500);
	t.true(long.includes('The first 500 of 1,234 rows; --format csv has all.'));
	const detail = (index: number) => ({anchor: `a-${index}`, title: 'x', grave: true, facts: [], table: table(100)});
	const details = Array.from({length: 50}, (_, index) => detail(index));
	const deep = html({...document, tables: [{...table(50), details}]}, made);
	t.is(deep.match(/row \d+\./g)?.length, 50 + 50 * 30);
	t.is(deep.match(/<details open>/g)?.length, 5);
});

test('the largest report of honest names is smaller than two megabytes', t => {
	const [group] = summary.violations;
	const [failure] = summary.failures;
	if (group === undefined || failure === undefined) return t.fail();
	const place = {
		sessions: 12_345,
		messages: 12_345,
		last_seen: made.now,
		source: '/var/log/mail.log',
		first_line: 1_234_567,
	};
	const peers = Array.from({length: 100}, (_, index) => ({
		...{
			...place,
			last_line: 1_234_599,
			peer_ip: `198.51.100.${index}`,
			peer_host: `mail-${index}.customers.example.net`,
		},
		username: `somebody.${index}@example.org`,
	}));
	const failed = peers.map(each => ({...each, peer: `${each.peer_host}[${each.peer_ip}]`}));
	const days = Array.from({length: 1000}, (_, index) => ({
		...{
			period: `day ${index}`,
			from: index * 86_400_000,
			until: (index + 1) * 86_400_000,
			deleted: 0,
			messages: 12_345,
		},
		...{sessions: 50_000, encrypted: 40_000, plaintext: 5000, failed: 5000, unknown: 0, violations: 4000},
		versions: {TLSv1: 10_000, 'TLSv1.2': 10_000, 'TLSv1.3': 20_000},
		key_exchange: {hybrid: 10_000, could: 10_000, cannot: 10_000, not_logged: 10_000},
	}));
	const by = {unit: 'day', zone: 'UTC', rows: days, mail: [], notes: []} as const;
	const large = {
		...{...summary, by, timeline: by},
		violations: Array.from({length: 80}, () => ({...group, peers, peer_count: 5000})),
		failures: Array.from({length: 60}, () => ({...failure, peers: failed, peer_count: 5000})),
	};
	const {length} = Buffer.from(html(reportDocument(large), made));
	t.true(length < 2_000_000, String(length));
	t.true(length > 500_000, String(length));
});

test('check and whatif are pages of the same kind', t => {
	for (const words of [['check'], ['whatif', '--min-version', 'TLSv1.2']]) {
		const {out} = run([...words, 'two-days.log', '--format', 'html']);
		t.regex(out, /<h1 class="bad">[^<]+<\/h1>/);
		t.regex(out, /<dt>Made<\/dt><dd>\d{4}-\d\d-\d\d \d\d:\d\d UTC by tlsaudit \d/);
		t.regex(out, /script-src 'sha256-/);
	}
});
