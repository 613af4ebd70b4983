import {fileURLToPath} from 'node:url';
import test from 'ava';
import {programIn} from './program.ts';

const program = programIn(fileURLToPath(new URL('../samples', import.meta.url)));
const log = ['key-exchange.log', '--year', '2026'];
const json = (...words: string[]) => JSON.parse(program([...words, ...log, '--format', 'json']).out);

type Violation = {readonly rule: string; readonly severity: string; readonly hop: string; readonly sessions: number};
const broken = (...words: string[]): string[] =>
	json(...words).violations.map((each: Violation) => `${each.rule} ${each.hop} ${each.sessions}`);
const bsi = ['check', '--policy', 'bsi-tr-02102-2'];
const dated = /(?:^|-)(?:no-dhe|no-dsa|only-tls13|hybrid) /;

test('check --at judges by the calendar of that day, and only the dated rules differ', t => {
	const today = broken(...bsi);
	t.false(today.some(each => dated.test(each)));
	t.deepEqual(broken(...bsi, '--at', '2031-12-31'), today);
	const then = broken(...bsi, '--at', '2032-01-01');
	t.deepEqual(then.filter(each => dated.test(each)).sort(), [
		...['hybrid access 1', 'hybrid submission 2', 'only-tls13 access 1', 'only-tls13 submission 1'],
		...['relay-hybrid relay-in 2', 'relay-hybrid relay-out 1', 'relay-only-tls13 relay-in 1'],
	]);
	t.deepEqual(
		then.filter(each => !dated.test(each)),
		today.filter(each => !/best-version/.test(each)),
	);
});

test('the day is told by check, report and whatif, in text and JSON', t => {
	const at = ['--at', '2032-01-01', '--policy', 'bsi-tr-02102-2'];
	t.is(json('check', ...at).at, '2032-01-01');
	t.is(json(...bsi).at, null);
	t.is(json('report', ...at).at, '2032-01-01');
	t.like(json('whatif', ...at).rule, {policy: 'bsi-tr-02102-2', at: '2032-01-01'});
	for (const format of ['text', 'markdown', 'html', 'csv'])
		t.regex(program(['report', ...at, ...log, '--format', format]).out, /bsi-tr-02102-2 as of 2032-01-01/, format);
	for (const format of ['text', 'nagios'])
		t.regex(program(['check', ...at, ...log, '--format', format]).out, /bsi-tr-02102-2 as of 2032-01-01/, format);
	t.regex(program(['whatif', ...at, ...log]).out, /policy bsi-tr-02102-2 as of 2032-01-01/);
});

test('whatif --at says who would be turned away then: TLS 1.2 and classic key exchange, no hybrid', t => {
	const away = (day: string): string[] =>
		json('whatif', '--policy', 'bsi-tr-02102-2', '--at', day).breaks.map(
			(each: {peer_ip: string; hop: string}) => `${each.hop} ${each.peer_ip}`,
		);
	t.deepEqual(away('2031-12-31'), []);
	t.deepEqual(away('2032-01-01').sort(), [
		...['access 198.51.100.33', 'relay-in 192.0.2.25', 'relay-in 192.0.2.26', 'relay-out 203.0.113.26'],
		...['submission 198.51.100.32', 'submission 198.51.100.33'],
	]);
});

test('a log without groups does not pass where a hybrid is asked for', t => {
	const only = (hop: string, day: string) =>
		json(
			...bsi,
			'--at',
			day,
			'--hop',
			hop,
			'--since',
			'2026-11-20T08:07:00Z',
			'--until',
			'2026-11-20T08:21:00Z',
			'--timezone',
			'UTC',
		);
	t.is(only('access', '2031-12-31').verdict, 'pass');
	const then = only('access', '2032-01-01');
	t.like(then, {verdict: 'undecided', pass: null});
	t.like(then.missing_logging[0], {lacks: 'group', remedy: 'Dovecot has no setting for it'});
	t.like(only('submission', '2032-01-01').missing_logging[0], {lacks: 'group', remedy: 'Postfix 3.4 and later log it'});
});

test('the presets of BSI, NIST, NCSC-NL, TLSRef and CNSA find nothing wrong with hybrids', t => {
	const presets = ['bsi-tr-02102-2', 'nist-800-52r2', 'ncsc-nl-2025-05', 'ncsc-nl-2.1', 'tlsref-modern', 'cnsa-2.0'];
	for (const policy of [...presets, 'tlsref-intermediate']) {
		const {violations} = json('check', '--policy', policy);
		for (const {rule, observed} of violations)
			for (const seen of Object.keys(observed)) t.notRegex(seen, /MLKEM/i, `${policy} ${rule}`);
	}
	const groups = json('check', '--policy', 'bsi-tr-02102-2').violations.filter((each: Violation) =>
		/group/.test(each.rule),
	);
	t.deepEqual(
		groups.map((each: Violation & {observed: object}) => each.observed),
		[{'group x25519': 1}],
	);
});

test('--at wants a day of the calendar, and a policy where something is tried', t => {
	for (const day of ['2030-02-30', '2030-1-1', 'tomorrow', ''])
		t.like(program([...bsi, ...log, '--at', day]), {status: 2, out: ''}, day);
	t.regex(program([...bsi, ...log, '--at', '2030-02-30']).err, /--at .*2030-02-30.*expected a day, such as 2030-01-01/);
	t.regex(program(['whatif', ...log, '--at', '2030-01-01']).err, /name the policy: --policy bsi-tr-02102-2\n$/);
	t.regex(
		program(['whatif', ...log, '--min-version', 'TLSv1.3', '--at', '2030-01-01']).err,
		/name the policy: --policy bsi-tr-02102-2\n$/,
	);
});

test('policy list and show say on which day each was checked', t => {
	const list = JSON.parse(program(['policy', 'list', '--format', 'json']).out);
	for (const {name, checked, stale} of list) {
		t.regex(checked, /^\d{4}-\d{2}-\d{2}$/, name);
		t.is(typeof stale, 'boolean');
	}
	const {out} = program(['policy', 'list']);
	const own = list.filter((each: {same_as: string | null}) => each.same_as === null);
	t.is(out.match(/^ {4}checked \d{4}-\d{2}-\d{2}/gm)?.length, own.length);
	t.regex(out, /^mozilla-modern\n {4}the same as tlsref-modern$/m);
	t.regex(program(['policy', 'show', 'bcp195-2026']).out, /^Checked: \d{4}-\d{2}-\d{2}$/m);
	t.regex(program(['policy', 'show', 'bsi-tr-02102-2']).out, /^from 2030-01-01: submission, access$/m);
});

const kinds = [
	['submission', 465, 1, 1, 1, 1],
	['relay-in', 25, 2, 1, 1, 0],
	['relay-out', 25, 1, 1, 0, 0],
	['access', 993, 0, 0, 1, 1],
] as const;

test('the four kinds of key exchange are counted by hop in every output of the report', t => {
	const report = (format: string): string => program(['report', ...log, '--format', format]).out;
	const {key_exchange: rows} = JSON.parse(report('json'));
	t.deepEqual(
		rows.map((row: Record<string, unknown>) => Object.values(row).slice(0, 6)),
		kinds,
	);
	t.deepEqual(rows[1].groups, {secp256r1mlkem768: 1, x25519: 1, x25519mlkem768: 1});
	const csv = report('csv');
	for (const [hop, port, ...counts] of kinds)
		for (const [index, name] of ['hybrid', 'could', 'cannot', 'not_logged'].entries())
			t.true(csv.includes(`\nkey_exchange,${hop},${port},${name},,${counts[index]},`), `${hop} ${name}`);
	for (const [hop, port, hybrid, could, cannot, unlogged] of kinds) {
		const share = `${((100 * hybrid) / (hybrid + could + cannot + unlogged)).toFixed(1)} %`;
		const text = new RegExp(`^${hop} +${port} +${hybrid} +${share} +${could} +${cannot} +${unlogged}$`, 'm');
		t.regex(report('text'), text);
		const cells = [hop, port, hybrid, share, could, cannot, unlogged].join(' \\| ');
		t.regex(report('markdown'), new RegExp(`\\| ${cells} \\|`));
		t.regex(
			report('html')
				.replace(/<[^>]*>/g, '|')
				.replace(/[|\s]+/g, '|'),
			new RegExp(`\\|${[hop, port, hybrid, share.replace(' ', '[| ]'), could, cannot, unlogged].join('\\|')}\\|`),
		);
	}
});

test('the four kinds are counted by day, week and month in every output', t => {
	const [hybrid, could, cannot, unlogged] = [4, 3, 3, 2];
	for (const [by, period] of [
		['day', '2026-11-20'],
		['week', '2026-W47'],
		['month', '2026-11'],
	] as const) {
		const report = (format: string): string =>
			program(['report', ...log, '--by', by, '--timezone', 'UTC', '--format', format]).out;
		t.deepEqual(
			JSON.parse(report('json')).by.rows.map((row: {period: string; key_exchange: object}) => [
				row.period,
				row.key_exchange,
			]),
			[[period, {hybrid, could, cannot, not_logged: unlogged}]],
		);
		t.regex(report('text'), /^2026-\S+ +4 +33\.3 % +3 +3 +2$/m);
		t.true(report('markdown').includes(`| ${period} | ${hybrid} | 33.3 % | ${could} | ${cannot} | ${unlogged} |`));
		t.regex(
			report('html')
				.replace(/<[^>]*>/g, '|')
				.replace(/[|\s]+/g, '|'),
			new RegExp(`\\|${period}\\|4\\|33\\.3[| ]%\\|3\\|3\\|2\\|`),
		);
		const csv = report('csv');
		for (const [kind, sessions] of Object.entries({hybrid, could, cannot, not_logged: unlogged}))
			t.true(csv.includes(`\nperiod_key_exchange,,,${period},,${sessions},,,,,${kind},`), `${by} ${kind}`);
	}
});

test('the peers without a hybrid session are the same in every output, and none of whom nothing is logged is one', t => {
	const expected = [
		['submission', 465, '198.51.100.32', 1, 0],
		['submission', 465, '198.51.100.33', 0, 1],
		['relay-in', 25, '192.0.2.25', 1, 0],
		['relay-in', 25, '192.0.2.26', 0, 1],
		['relay-out', 25, '203.0.113.26', 1, 0],
		['access', 993, '198.51.100.33', 0, 1],
	] as const;
	const report = (format: string): string => program(['report', ...log, '--format', format]).out;
	const {not_hybrid_peers: peers, not_hybrid_peer_count: count} = JSON.parse(report('json'));
	t.is(count, expected.length);
	type Peer = {hop: string; port: number; peer_ip: string; could: number; cannot: number};
	t.deepEqual(
		peers.map(({hop, port, peer_ip, could, cannot}: Peer) => [hop, port, peer_ip, could, cannot]),
		expected,
	);
	for (const [hop, port, ip, could, cannot] of expected) {
		t.regex(report('text'), new RegExp(`^${hop} +${port} +\\S*${ip}\\S* +${could} +${cannot} +0 +[01]$`, 'm'));
		t.regex(
			report('markdown'),
			new RegExp(`\\| ${hop} \\| ${port} \\| \`${ip}\` \\|[^|]*\\| 1 \\| ${could} \\| ${cannot} \\| 0 \\|`),
		);
		t.regex(report('csv'), new RegExp(`^not_hybrid,${hop},${port},peer,,1,.*,${ip},`, 'm'));
		t.true(report('html').includes(ip));
	}
	t.is(report('csv').match(/^not_hybrid,/gm)?.length, expected.length);
});

test('sql and explain have the key exchange of each session as it is logged', t => {
	const query = `select hop, key_exchange, protocol, count(*)::int as n from sessions where outcome = 'encrypted' group by all`;
	const rows: Array<{hop: string; key_exchange: string | null; protocol: string; n: number}> = JSON.parse(
		program(['sql', query, ...log, '--format', 'json']).out,
	);
	for (const [hop, , hybrid, could, cannot, unlogged] of kinds) {
		const sum = (test: (row: (typeof rows)[number]) => boolean): number =>
			rows.filter(row => row.hop === hop && test(row)).reduce((all, {n}) => all + n, 0);
		t.is(
			sum(row => /MLKEM/.test(row.key_exchange ?? '')),
			hybrid,
		);
		t.is(
			sum(row => row.key_exchange !== null && !/MLKEM/.test(row.key_exchange)),
			could,
		);
		t.is(
			sum(row => row.protocol !== 'TLSv1.3'),
			cannot,
		);
		t.is(
			sum(row => row.protocol === 'TLSv1.3' && row.key_exchange === null),
			unlogged,
		);
	}
	for (const [line, group] of [
		[2, 'X25519MLKEM768'],
		[22, 'ECDHE (prime256v1)'],
		[33, 'SecP384r1MLKEM1024'],
	] as const) {
		const {out} = program(['explain', `key-exchange.log:${line}`, '--year', '2026']);
		t.true(out.includes(group), `line ${line}`);
	}
});
