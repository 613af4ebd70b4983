import {fileURLToPath} from 'node:url';
import test from 'ava';
import {cipherFacts} from '../../src/tls/cipher.ts';
import {groupOf} from '../../src/tls/group.ts';
import {programIn} from '../program.ts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));
const run = programIn(samples);

type Row = {
	readonly hop: string;
	readonly port: number | null;
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly group: string | null;
	readonly sessions: number;
	readonly messages: number;
	readonly violations: number;
	readonly grade: string;
	readonly first_seen: string | null;
	readonly last_seen: string | null;
};
type Report = {
	readonly hops: ReadonlyArray<{
		readonly hop: string;
		readonly port: number | null;
		readonly encrypted: number;
		readonly versions: Readonly<Record<string, number>>;
		readonly ciphers: Readonly<Record<string, number>>;
	}>;
	readonly key_exchange: ReadonlyArray<{
		readonly hop: string;
		readonly port: number | null;
		readonly groups: Readonly<Record<string, number>>;
	}>;
	readonly by: {readonly unit: string; readonly rows: readonly Row[]; readonly signatures: readonly Row[]};
};
type Session = Readonly<Record<string, string | number | null>>;

function reported(t: import('ava').ExecutionContext, ...words: string[]): Report {
	const {status, out, err} = run(['report', ...words, '--by', 'suite', '--format', 'json']);
	t.is(status, 0, err);
	return JSON.parse(out);
}

/** Sums of sessions by a name; `unknown` where there is none. */
function sums(rows: readonly Row[], name: (row: Row) => string | null): Record<string, number> {
	const found: Record<string, number> = {};
	for (const row of rows) found[name(row) ?? 'unknown'] = (found[name(row) ?? 'unknown'] ?? 0) + row.sessions;
	return found;
}

const logs = [
	'founding-case.log',
	'weak-ciphers.log',
	'tls13-tail.log',
	'real/rfc3339.log',
	'real-3.12/a.maillog',
	'real-3.12/a.dovecot.log',
];

for (const name of logs) {
	test(`the suites of ${name} add up to what the report says of hops, versions, ciphers and groups`, t => {
		const {hops, key_exchange, by} = reported(t, name);
		t.is(by.unit, 'suite');
		t.true(by.rows.length > 0);
		for (const {hop, port, encrypted, versions, ciphers} of hops) {
			const here = by.rows.filter(row => row.hop === hop && row.port === port);
			t.is(
				here.reduce((sum, {sessions}) => sum + sessions, 0),
				encrypted,
			);
			t.deepEqual(
				sums(here, row => row.protocol),
				versions,
			);
			t.deepEqual(
				sums(here, row => row.cipher),
				ciphers,
			);
			const {groups} = key_exchange.find(row => row.hop === hop && row.port === port) ?? {groups: {}};
			t.deepEqual(
				sums(
					here.filter(({group}) => group !== null),
					row => row.group,
				),
				groups,
			);
		}
	});

	test(`first and last seen of the suites of ${name} are those of the sessions`, t => {
		const {by} = reported(t, name);
		const {out} = run(['sessions', name]);
		const sessions: Session[] = out
			.trim()
			.split('\n')
			.map(line => JSON.parse(line))
			.filter(({outcome}) => outcome === 'encrypted');
		const groupIn = ({key_exchange}: Session): string | null =>
			key_exchange === null || key_exchange === undefined ? null : groupOf(String(key_exchange));
		let counted = 0;
		for (const row of by.rows) {
			const same = sessions.filter(
				each =>
					(['hop', 'port', 'protocol', 'cipher'] as const).every(field => each[field] === row[field]) &&
					groupIn(each) === row.group,
			);
			const begun = same.map(({started_at}) => Date.parse(String(started_at)));
			const ended = same.map(({started_at, ended_at}) => Date.parse(String(ended_at ?? started_at)));
			t.is(row.sessions, same.length, JSON.stringify(row));
			t.is(row.first_seen, new Date(Math.min(...begun)).toISOString());
			t.is(row.last_seen, new Date(Math.max(...ended)).toISOString());
			counted += same.length;
		}
		t.is(counted, sessions.length);
		for (const row of by.signatures) t.true(row.sessions > 0 && row.first_seen !== null);
	});
}

test('the grade is that of the policy, and unknown where the log lacks what a rule asks for', t => {
	const gradesBy = (...words: string[]): Map<string, string> =>
		new Map(
			reported(t, 'founding-case.log', ...words).by.rows.map(({hop, port, protocol, grade}) => [
				`${hop} ${port} ${protocol}`,
				grade,
			]),
		);
	const founding = gradesBy();
	t.is(founding.get('submission 465 TLSv1'), 'forbidden');
	t.is(founding.get('relay-in 25 TLSv1'), 'weak');
	t.is(founding.get('submission 465 TLSv1.3'), 'fine');
	const bsi = gradesBy('--policy', 'bsi-tr-02102-2');
	t.is(bsi.get('submission 587 TLSv1.2'), 'unknown', 'no log shows the group of TLS 1.2');
	t.is(bsi.get('submission 465 TLSv1'), 'forbidden');
});

test('only what is asked for by time and hop is in the inventory', t => {
	const {by, hops} = reported(t, 'founding-case.log', '--hop', 'access');
	t.deepEqual([...new Set(by.rows.map(({hop}) => hop))], ['access']);
	t.is(
		by.rows.reduce((sum, {sessions}) => sum + sessions, 0),
		hops.reduce((sum, {encrypted}) => sum + encrypted, 0),
	);
});

test('every form has every suite, its place, grade and dates', t => {
	for (const format of ['text', 'csv', 'markdown', 'html']) {
		const {status, out} = run(['report', 'founding-case.log', '--by', 'suite', '--format', format]);
		t.is(status, 0);
		for (const word of ['ECDHE-RSA-AES256-SHA', 'x25519', 'forbidden', 'RSA-PSS (2048 bits)', '2026-10-12'])
			t.true(out.includes(word), `${format}: ${word}`);
		t.regex(out, /mail that users hand in/, format);
	}
	const {out} = run(['report', 'founding-case.log', '--by', 'suite', '--format', 'csv']);
	const [head = '', ...lines] = out.trim().split('\r\n');
	t.true(head.endsWith('last_line,protocol,cipher,group,signature,digest,violations,grade,purpose'));
	const row = lines.find(line => line.startsWith('suite,submission,465,ECDHE-RSA-AES256-SHA,'));
	t.is(
		row,
		'suite,submission,465,ECDHE-RSA-AES256-SHA,,1,1,,2026-10-12T08:02:40.000Z,2026-10-12T08:02:43.000Z,,,,,,,,TLSv1,ECDHE-RSA-AES256-SHA,,,,1,forbidden,mail that users hand in',
	);
});

test('names that a peer makes up are counted together beyond the fifty most frequent', t => {
	const stamp = '2026-01-31T08:40:05+00:00 mx postfix/smtpd';
	const log = Array.from({length: 300}, (_, n) =>
		[
			`${stamp}[${n}]: connect from a.example[192.0.2.1]`,
			`${stamp}[${n}]: Anonymous TLS connection established from a.example[192.0.2.1]: TLSv1.2 with cipher MADE-UP-${n} (128/128 bits)`,
			`${stamp}[${n}]: disconnect from a.example[192.0.2.1] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`,
		].join('\n'),
	).join('\n');
	const {out} = run(['report', '-', '--by', 'suite', '--format', 'json'], `${log}\n`);
	const {by}: Report = JSON.parse(out);
	t.is(by.rows.length, 51);
	t.is(by.rows[0]?.cipher, '250 others');
	t.is(by.rows[0]?.grade, 'unknown');
	t.is(cipherFacts('250 others'), null);
	const bom = JSON.parse(run(['report', '-', '--format', 'cyclonedx'], `${log}\n`).out);
	const suites: ReadonlyArray<{name: string}> =
		bom.components[0].cryptoProperties.protocolProperties.cipherSuites ?? [];
	t.is(suites.length, 50);
	t.false(suites.some(({name}) => name.includes('others')));
});
