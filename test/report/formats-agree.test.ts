import {fileURLToPath} from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import {checkDocument} from '../../src/report/formats/check-tables.ts';
import {checkJson, reportJson, whatIfJson} from '../../src/report/formats/json.ts';
import {markdown} from '../../src/report/formats/markdown.ts';
import {checkCsv, reportCsv} from '../../src/report/formats/report-csv.ts';
import {reportDocument} from '../../src/report/formats/report-tables.ts';
import {whatIfCsv} from '../../src/report/formats/what-if-csv.ts';
import {whatIfDocument} from '../../src/report/formats/what-if-tables.ts';
import {html} from '../../src/report/html/page.ts';
import {checkText} from '../../src/report/text/check-text.ts';
import {asciiMarks, monochrome} from '../../src/report/text/layout.ts';
import {reportText} from '../../src/report/text/report-text.ts';
import {whatIfText} from '../../src/report/text/what-if-text.ts';
import type {TriedRule} from '../../src/report/what-if-result.ts';
import {programIn} from '../program.ts';
import {findingGroup, made, summary, verdict} from './sample-summary.ts';

const numRuns = 30 * Number(process.env.PROPERTY_RUNS ?? 1);

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
/** A word with what may stand in a host's or a user's name; long ones are longer than any table is wide. */
const name = (...inner: string[]) =>
	fc
		.tuple(
			fc.constantFrom(...letters),
			fc.string({unit: fc.constantFrom(...letters, '.', '-', ...inner), maxLength: 250, size: 'max'}),
			fc.constantFrom(...letters),
		)
		.map(parts => parts.join(''));
const person = fc.record({
	peer_ip: fc.oneof(fc.ipV4(), fc.ipV6()),
	peer_host: name(),
	username: name('@', '_', ' ', '\\', '+'),
});
type Person = {readonly peer_ip: string; readonly peer_host: string; readonly username: string};

const busy = {sessions: 2, messages: 1, last_seen: Date.UTC(2026, 0, 31)};

function triedBy(people: readonly Person[]): TriedRule {
	const more = {...busy, also_seen_allowed: false};
	return {
		nothing: null,
		partial: false,
		rule: {min_version: 'TLSv1.2', ban: [], policy: null, at: null},
		breaks: people.map((each, index) => ({
			...{...more, ...each, hop: 'submission', usernames: [each.username], probe: index % 3 === 2},
			reasons: ['TLSv1 is older than TLSv1.2'],
		})),
		users: people.map(({username}) => ({...more, username, hops: ['submission'], peers: 1})),
		domains: people.map(({peer_host: domain}) => ({...more, domain, hops: ['relay-in'], peers: 1})),
		remains: [],
	};
}

test('no host, user or address is cut in a file or pipe, in any format of the three commands', t => {
	fc.assert(
		fc.property(fc.array(person, {minLength: 1, maxLength: 30}), people => {
			const place = {source: 'mail.log', first_line: 1, last_line: 2};
			const peers = people.map(each => ({...each, ...busy, ...place}));
			const violations = [{...findingGroup, peers, peer_count: peers.length}];
			const [report, check, tried] = [{...summary, violations}, {...verdict, violations}, triedBy(people)];
			const texts = {
				report: reportText(report, monochrome, asciiMarks),
				'report csv': reportCsv(report),
				'report markdown': markdown(reportDocument(report)),
				'report html': html(reportDocument(report), made),
				check: checkText(check, monochrome, asciiMarks),
				'check csv': checkCsv(check),
				'check markdown': markdown(checkDocument(check)),
				'check html': html(checkDocument(check), made),
				whatif: whatIfText(tried, monochrome),
				'whatif csv': whatIfCsv(tried),
				'whatif markdown': markdown(whatIfDocument(tried)),
				'whatif html': html(whatIfDocument(tried), made),
			};
			for (const [form, text] of Object.entries(texts)) {
				t.notRegex(text, /…/, form);
				for (const word of people.flatMap(each => Object.values(each))) t.true(text.includes(word), `${form}: ${word}`);
			}
			for (const text of [reportJson(report), checkJson(check), whatIfJson(tried)])
				for (const word of people.flatMap(each => Object.values(each)))
					t.true(text.includes(JSON.stringify(word)), word);
		}),
		{numRuns},
	);
});

test('CSV of whatif has the sentence, the sums, the users, the domains and what remains of JSON', t => {
	const {out: csv} = run(['whatif', 'founding-case.log', '--min-version', 'TLSv1.3', '--format', 'csv']);
	const {out: text} = run(['whatif', 'founding-case.log', '--min-version', 'TLSv1.3']);
	const json = JSON.parse(run(['whatif', 'founding-case.log', '--min-version', 'TLSv1.3', '--format', 'json']).out);
	const lines = csv.split('\r\n');
	const of = (section: string): string[] => lines.filter(line => line.startsWith(`${section},`));
	const sentence = /^verdict,+"(.+)",+$/.exec(lines[1] ?? '')?.[1] ?? '';
	t.true(sentence !== '' && text.replaceAll(/\s+/g, ' ').startsWith(sentence), sentence);
	const {peers, sessions, messages} = json.totals;
	t.is(of('total')[0], `total,,,,,,,${sessions},${messages},,,,,all,,${peers}`);
	t.is(of('user').length, json.users.length);
	for (const row of json.users)
		t.true(of('user').some(line => line.startsWith(`user,,,,,${row.username},,${row.sessions},${row.messages},`)));
	t.is(of('domain').length, json.domains.length);
	for (const row of json.domains)
		t.true(
			of('domain').some(line => line.includes(`,${row.domain},`)),
			row.domain,
		);
	t.is(of('remains').length, 5 * json.remains.length);
	for (const {hop, port, ...row} of json.remains) {
		t.true(of('remains').includes(`remains,${hop},${port},,,,,${row.sessions},,,,,,sessions,,`));
		t.true(of('remains').includes(`remains,${hop},${port},,,,,${row.remains},${row.remaining_messages},,,,,remains,,`));
	}
});

test('a terminal shows no line that is wider, cuts with a mark, and says how many more there are', t => {
	fc.assert(
		fc.property(fc.array(person, {minLength: 21, maxLength: 30}), fc.integer({min: 40, max: 300}), (people, width) => {
			const page = {width, whole: false};
			const peers = people.map(each => ({...each, ...busy, source: 'mail.log', first_line: 1, last_line: 2}));
			const violations = [{...findingGroup, peers, peer_count: peers.length}];
			const tried = whatIfText(triedBy(people), monochrome, page);
			const report = reportText({...summary, violations}, monochrome, asciiMarks, page);
			const check = checkText({...verdict, violations}, monochrome, asciiMarks, page);
			for (const text of [tried, report, check])
				t.deepEqual(
					text.split('\n').filter(line => line.length > width),
					[],
				);
			t.regex(tried, new RegExp(`^and ${people.length - 20} more; --format csv has all$`, 'm'));
			t.regex(report.replaceAll(/\s+/g, ' '), new RegExp(` and ${people.length - 5} more .* all peers: tlsaudit sql `));
			// An address tells who it is: the host's name gives way.
			for (const {peer_ip} of people.slice(0, 2)) if (peer_ip.length < 16) t.true(tried.includes(peer_ip), peer_ip);
		}),
		{numRuns},
	);
});

const run = programIn(fileURLToPath(new URL('../../samples', import.meta.url)));
type Group = {rule: string; hop: string; port: number | null; severity: string; sessions: number; messages: number};
type Violation = Group & {peers: Array<{peer_ip: string}>};

/** Words of the rows of Markdown's and HTML's tables. */
const rowsOf = (text: string): string[] =>
	text
		.split('\n')
		.filter(line => /^(?:\| |<tr[ >])/.test(line))
		.map(line =>
			line
				.replaceAll(/<\/td>|\|/g, ' ')
				.replaceAll(/<[^>]+>|[`*]/g, '')
				.replaceAll(/ +/g, ' ')
				.trim(),
		);

for (const log of ['founding-case.log', 'real/rfc3339.log', 'real-3.12/b.3339.log'])
	for (const command of ['check', 'report'])
		test(`${command} of ${log}: all formats have the same violations with the same numbers`, t => {
			const form = (format: string): string => run([command, log, '--format', format]).out;
			const {violations, summary: sentence} = JSON.parse(form('json'));
			t.true(violations.length > 1);
			const [text, csv, pages] = [form('text'), form('csv'), [form('markdown'), form('html')]];
			t.is(csv.split('\r\n').filter(line => line.startsWith('violation,')).length, violations.length);
			for (const each of violations as Violation[]) {
				const {rule, hop, port, severity, sessions, messages, peers} = each;
				const at = port === null ? '' : ` ${port}`;
				t.regex(
					text,
					new RegExp(`^${severity} ${rule}: ${hop}${at}: ${sessions.toLocaleString('en-US')} session`, 'm'),
				);
				const cells = [hop, port ?? '', rule, severity, sessions, messages].join(',');
				t.true(csv.includes(`\nviolation,${cells},`), cells);
				for (const page of pages)
					t.true(
						rowsOf(page).some(row =>
							row.startsWith(`${severity} ${rule} ${hop} ${port ?? '-'} ${sessions} ${messages} `),
						),
						cells,
					);
				if (severity !== 'info')
					for (const {peer_ip} of peers)
						for (const each of [text, csv, ...pages]) t.true(each.includes(peer_ip), peer_ip);
			}
			const [first = ''] = String(sentence).split(/[;.] ?/);
			for (const each of [text, csv, ...pages]) t.true(each.replaceAll(/\s+/g, ' ').includes(first), first);
			t.true(pages.every(page => page.indexOf(first) < page.indexOf('What breaks the policy')));
			for (const page of [text, ...pages]) t.notRegex(page, /…/);
		});

for (const log of ['founding-case.log', 'real/rfc3339.log', 'real-3.12/b.3339.log'])
	test(`whatif of ${log}: all formats name the same peers with the same numbers`, t => {
		const form = (format: string): string => run(['whatif', log, '--min-version', 'TLSv1.2', '--format', format]).out;
		const {breaks, totals, remains} = JSON.parse(form('json'));
		t.true(breaks.length > 2);
		const [text, csv, pages] = [form('text'), form('csv'), [form('markdown'), form('html')]];
		t.is(csv.split('\r\n').filter(line => line.startsWith('breaks,')).length, breaks.length);
		const sentence = `${totals.peers} peers would be turned away, with ${totals.sessions} sessions and ${totals.messages} messages`;
		for (const each of [text, ...pages]) t.true(each.replaceAll(/\s+/g, ' ').includes(sentence));
		for (const {hop, peer_ip, peer_host, sessions, messages} of breaks) {
			const peer = `${hop} ${peer_ip}${peer_host === null || peer_host === peer_ip ? '' : ` ${peer_host}`} `;
			for (const page of pages)
				t.true(
					rowsOf(page).some(row => row.startsWith(peer) && row.includes(` ${sessions} ${messages} `)),
					peer,
				);
			t.true(csv.includes(`\nbreaks,${hop},,${peer_ip},`), peer);
			t.regex(text, new RegExp(`^${hop} .*${peer_ip.replaceAll('.', '\\.')}.* ${sessions} +${messages} `, 'm'));
		}
		for (const {hop, port, sessions, breaks: lost, remains: kept, unknown} of remains)
			for (const page of [text.replaceAll(/ +/g, ' '), ...pages.map(each => rowsOf(each).join('\n'))])
				t.true(page.includes(`${hop} ${port ?? '-'} ${sessions} ${lost} ${kept} ${unknown} `), `${hop} ${port}`);
	});
