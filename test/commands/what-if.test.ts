import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {type Ended, programIn} from '../program.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const program = programIn(at('samples'));
const run = (args: readonly string[]): Ended => program(['whatif', ...args]);

type Tls = {readonly protocol: string} | null;
type Inbound = {
	readonly ip: string;
	readonly sent?: number;
	readonly authed?: boolean;
	readonly tls: Tls;
};
type Outbound = {readonly server: string; readonly msgs: number; readonly tls: Tls};

function truth<T>(name: string): T[] {
	const lines = readFileSync(at(`samples/real/truth-${name}.jsonl`), 'utf8')
		.trim()
		.split('\n');
	return lines.map(line => JSON.parse(line));
}

const isOld = ({tls}: {readonly tls: Tls}): boolean => tls?.protocol === 'TLSv1' || tls?.protocol === 'TLSv1.1';
const inbound = truth<Inbound>('inbound').filter(isOld);
const outbound = truth<Outbound>('outbound').filter(isOld);
/** Who sends nothing and logs in is missed all the same, although Postfix names a user with a message only. */
const isProbe = ({sent = 0, authed}: Inbound): boolean => authed !== true && sent === 0;

/** Address, sessions, messages and whether it only probed: as the clients and the receiving servers saw it. */
function expected(): string[] {
	const rows = new Map<string, [number, number, boolean]>();
	for (const client of inbound) {
		const [sessions, messages] = rows.get(client.ip) ?? [0, 0];
		rows.set(client.ip, [sessions + 1, messages + (client.sent ?? 0), isProbe(client)]);
	}
	for (const {server, msgs} of outbound) {
		const [sessions, messages] = rows.get(server) ?? [0, 0];
		rows.set(server, [sessions + 1, messages + msgs, false]);
	}
	return [...rows].map(([ip, row]) => [ip, ...row].join(' ')).sort();
}

type Row = {peer_ip: string; sessions: number; messages: number; probe: boolean};

for (const name of ['rfc3164.log', 'rfc3339.log', 'rfc5424.log'])
	test(`${name}: whatif names the peers and messages that the two sides of the connections counted`, t => {
		const {status, out, err} = run([`real/${name}`, '--min-version', 'TLSv1.2', '--format', 'json']);
		t.is(status, 0);
		t.is(err, '');
		const {rule, breaks, totals, probes} = JSON.parse(out);
		t.deepEqual(rule, {min_version: 'TLSv1.2', ban: [], policy: null, at: null});
		t.deepEqual(
			breaks.map((row: Row) => [row.peer_ip, row.sessions, row.messages, row.probe].join(' ')).sort(),
			expected(),
		);
		const peers = new Set([...inbound.map(({ip}) => ip), ...outbound.map(({server}) => server)]);
		const messages = [...inbound.map(({sent = 0}) => sent), ...outbound.map(({msgs}) => msgs)];
		t.deepEqual(totals, {
			peers: peers.size,
			sessions: inbound.length + outbound.length,
			messages: messages.reduce((sum, each) => sum + each, 0),
		});
		t.is(probes.peers, inbound.filter(isProbe).length);
		// The figures themselves, so that a truth file that was lost cannot pass.
		t.deepEqual([totals.peers, totals.messages, probes.peers], [53, 41, 1]);
	});

test('whatif says in text who breaks, probes apart, and what remains', t => {
	const {status, out} = run(['--min-version', 'tls1.2', 'real/rfc3339.log']);
	t.is(status, 0);
	t.regex(
		out,
		/^What if TLSv1\.2 or later: 53 peers would be turned away, with 54 sessions and 41\s+messages; of these 1 peer, 1 session without mail and login\.$/m,
	);
	t.regex(out, /^With mail or a login: 52 peers, 53 sessions, 41 messages$/m);
	t.regex(out, /^ana +14 +14 +8 +2026-11-24 +yes$/m);
	t.regex(out, /^Without mail and login, .*: 1 peer, 1 session$/m);
	t.regex(out, /^access +993 +8 +4 +4 +0 +0 +0$/m);
	t.deepEqual(
		out.split('\n').filter(line => line.length > 80),
		[],
	);
});

test('a ban may be written before the files, behind them, with commas and by class', t => {
	const json = (...args: string[]) => JSON.parse(run([...args, '--format', 'json']).out);
	const first = json('--ban', 'SHA1', 'founding-case.log');
	t.deepEqual(first.rule.ban, ['SHA1']);
	t.is(first.totals.peers, 3);
	t.deepEqual(json('founding-case.log', '--ban', 'SHA1'), first);
	t.deepEqual(json('founding-case.log', '--ban', 'RC4,DHE-RSA-AES256-SHA').totals, {
		peers: 1,
		sessions: 1,
		messages: 1,
	});
	t.deepEqual(json('founding-case.log', '--ban', 'RC4', 'NULL').totals, {peers: 0, sessions: 0, messages: 0});
});

test('a policy is tried by --policy and by --preset alike', t => {
	const json = (...args: string[]) => JSON.parse(run([...args, 'founding-case.log', '--format', 'json']).out);
	const modern = json('--preset', 'mozilla-modern');
	t.is(modern.rule.policy, 'mozilla-modern');
	t.true(modern.totals.peers > 3);
	t.deepEqual(json('--policy', 'mozilla-modern'), modern);
});

test('a peer that was also seen with better TLS is shown', t => {
	const {breaks} = JSON.parse(run(['--min-version', 'TLSv1.3', 'founding-case.log', '--format', 'json']).out);
	const row = (ip: string) => breaks.find((each: {peer_ip: string; hop: string}) => each.peer_ip === ip);
	t.like(row('192.0.2.61'), {
		hop: 'submission',
		username: 'scanner@example.org',
		also_seen_allowed: false,
		probe: false,
	});
	t.is(row('192.0.2.61').last_seen, '2026-10-12T08:02:43.000Z');
});

test('without a rule, or with a wrong word, whatif says what to write', t => {
	t.like(run(['founding-case.log']), {
		status: 2,
		err: 'tlsaudit: whatif needs a rule to try: --min-version TLSv1.2, --ban RC4 or --preset rfc9325\n',
	});
	const suite = run(['founding-case.log', '--ban', 'RC5']);
	t.is(suite.status, 2);
	t.regex(suite.err, /^tlsaudit: --ban: "RC5" is no cipher suite .*RC4/);
	const version = run(['founding-case.log', '--min-version', 'TLSv1.4']);
	t.is(version.status, 2);
	t.regex(version.err, /^tlsaudit: .*--min-version.*TLSv1\.4/);
});
