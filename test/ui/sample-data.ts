import type {Change} from '../../src/model/change.ts';
import type {KeyExchange} from '../../src/model/key-exchange.ts';
import type {ListedSession} from '../../src/model/sessions.ts';
import type {OverviewRow} from '../../src/model/summary.ts';
import type {ScreenData, ShownDomains} from '../../src/ui/screen-data.ts';
import {allTime} from '../../src/ui/typing/span.ts';

const noon = Date.UTC(2026, 9, 12, 12);

export const hop = (part: Partial<OverviewRow>): OverviewRow => ({
	hop: 'submission',
	port: 465,
	sessions: 3,
	messages: 2,
	encrypted: 2,
	plaintext: 0,
	failed: 1,
	unknown: 0,
	violations: 1,
	weaknesses: 0,
	judged: 2,
	undecided: 0,
	versions: {'TLSv1.3': 1, TLSv1: 1},
	first_seen: noon,
	last_seen: noon + 60_000,
	...part,
});

/** Two places, and a peer of each whose name is hostile. */
const sampleKeyExchange: KeyExchange = {
	places: [
		{
			hop: 'submission',
			port: 465,
			hybrid: 3,
			could: 1,
			cannot: 1,
			not_logged: 0,
			groups: {x25519mlkem768: 3, x25519: 1},
		},
		{hop: 'relay-out', port: 25, hybrid: 0, could: 4, cannot: 0, not_logged: 1, groups: {secp256r1: 4}},
	],
	notHybrid: {
		peers: [
			{
				...{hop: 'relay-out', port: 25, direction: 'out', peer_ip: null, peer_host: 'mx.\u001B[2Jexample.org'},
				...{sessions: 4, could: 4, cannot: 0, not_logged: 1, messages: 7, last_seen: noon},
			},
			{
				...{hop: 'submission', port: 465, direction: 'in', peer_ip: '192.0.2.61', peer_host: 'scanner.example.org'},
				...{sessions: 2, could: 1, cannot: 1, not_logged: 0, messages: 0, last_seen: noon},
			},
		],
		peer_count: 2,
	},
};

const session = (line: number, part: Partial<Record<string, string | number | null>> = {}): ListedSession => ({
	started_at: noon + line * 1000,
	ended_at: noon + line * 1000 + 500,
	hop: 'submission',
	direction: 'in',
	log_host: 'mx1',
	tag: 'postfix/smtps/smtpd',
	pid: 2101,
	service: 'smtps',
	port: 465,
	port_source: 'service',
	tls_mode: 'implicit',
	peer_host: 'scanner.example.org',
	peer_ip: '192.0.2.61',
	peer_port: null,
	server_name: null,
	outcome: 'encrypted',
	protocol: 'TLSv1',
	cipher: 'ECDHE-RSA-AES256-SHA',
	cipher_bits: 256,
	trust: 'Anonymous',
	key_exchange: null,
	server_signature: null,
	server_digest: null,
	client_signature: null,
	client_digest: null,
	tls_level: null,
	reused: 0,
	failure: null,
	alert: null,
	messages: 1,
	rejected: 0,
	username: 'scanner@example.org',
	source: 'mail.log',
	first_line: line,
	last_line: line + 2,
	judgement: 1,
	rules: 'min-version',
	severity: 'violation',
	judged: 1,
	undecided: 0,
	...part,
});

const span = {since: noon, until: noon + 1000, from: noon, to: noon, sessions: 40, database: null};

/** A change of each kind. */
export const sampleChange: Change = {
	shown: span,
	before: {...span, sessions: 50},
	notes: ['the log begins at 2026-10-11 12:00, within the span before'],
	undecided: false,
	peers: {new: 1, back: 0},
	rows: [
		{
			...{kind: 'violation', change: 'new', hop: 'submission', port: 465, item: 'min-version', severity: 'violation'},
			...{peer: null, sessions: 3, before: 0, of: 40, before_of: 50, first_seen: noon},
		},
		{
			...{kind: 'peer', change: 'new', hop: 'relay-out', port: null, item: 'mx\u001B[2J.example.org', severity: null},
			...{peer: {ip: null, host: 'mx\u001B[2J.example.org'}, sessions: 2, before: 0, of: 2, before_of: 0},
			first_seen: noon,
		},
		{
			...{kind: 'version', change: 'rose', hop: 'submission', port: 465, item: 'TLSv1', severity: null, peer: null},
			...{sessions: 20, before: 1, of: 40, before_of: 50, first_seen: null},
		},
	],
};

/** A domain that got mail in plaintext and has some held back, one with a hostile name that has held mail only, and a good one. */
export const sampleDomains: ShownDomains = {
	total: 3,
	unnamed: 0,
	deleted: 0,
	notes: [],
	rows: [
		{
			...{
				recipient_domain: 'bank.example',
				messages: 9,
				plaintext: 2,
				unknown: 1,
				held: 3,
				delivered_later: 1,
				deleted: 0,
			},
			...{versions: {'TLSv1.3': 6}, trust: {Verified: 4, Anonymous: 2}, sessions: 5},
			...{last_plaintext: noon, last_seen: noon + 60_000},
		},
		{
			...{
				recipient_domain: 'no\u001B[2Jtlsa\u202E.example',
				messages: 0,
				plaintext: 0,
				unknown: 0,
				held: 1,
				deleted: 0,
			},
			...{versions: {}, trust: {}, sessions: 0, delivered_later: 0, last_plaintext: null, last_seen: noon},
		},
		{
			...{recipient_domain: null, messages: 1, plaintext: 0, unknown: 0, held: 0, delivered_later: 0, deleted: 0},
			...{versions: {'TLSv1.2': 1}, trust: {Trusted: 1}, sessions: 1, last_plaintext: null, last_seen: noon},
		},
	],
	held: [
		{
			...{recipient_domain: 'bank.example', reason: 'tls-required-not-offered', messages: 2, before_connection: 0},
			...{deleted: 0, delivered_later: 0, first_seen: noon, last_seen: noon + 60_000},
		},
		{
			...{recipient_domain: 'bank.example', reason: 'handshake-failed', messages: 1, before_connection: 0},
			...{deleted: 0, delivered_later: 1, first_seen: noon, last_seen: noon},
		},
		{
			...{recipient_domain: 'no\u001B[2Jtlsa\u202E.example', reason: 'no-tlsa-records', messages: 1},
			...{before_connection: 1, deleted: 0, delivered_later: 0, first_seen: noon, last_seen: noon},
		},
	],
};

/** Screen data that is made up; what is asked is noted. It is long, as it is a table of rows. */
export function sampleData(part: Partial<ScreenData> = {}): ScreenData & {readonly asked: string[]} {
	const asked: string[] = [];
	const noting =
		<Words extends unknown[], Result>(name: string, result: (...words: Words) => Result) =>
		async (...words: Words): Promise<Awaited<Result>> => {
			asked.push(`${name} ${JSON.stringify(words)}`);
			return await result(...words);
		};
	const histogram = {
		from: noon,
		to: noon + 60_000,
		width: 10_000,
		sessions: [1, 0, 2, 4, 0, 8],
		plaintext: [0, 0, 0, 0, 0, 1],
		failed: [1, 0, 0, 0, 0, 0],
		violations: [0, 0, 0, 4, 0, 0],
	};
	return {
		asked,
		policy: 'founding',
		hops: [],
		policies: () => [
			{name: 'founding', title: 'The founding policy', source: 'here', stale: null},
			{name: 'rfc9325', title: 'Recommendations', source: 'RFC 9325', stale: null},
		],
		judgeBy: place => void asked.push(`judgeBy ${place}`),
		span: allTime,
		moment: noting('moment', text => {
			const ms = Date.parse(text);
			if (Number.isNaN(ms)) throw new Error(`"${text}": no time`);
			return ms;
		}),
		words: noting('words', () => ({
			hop: ['submission'],
			port: ['465', '25'],
			version: ['TLSv1.3', 'TLSv1'],
			user: ['ana maria'],
		})),
		progress: () => ({phase: 'ended', lines: 57, share: null, sessions: 15, source: 'mail.log', problems: []}),
		version: () => 1,
		counted: () => 15,
		overview: noting('overview', () => ({
			rows: [
				hop({}),
				hop({port: 587, violations: 0, failed: 0, versions: {'TLSv1.2': 1}}),
				hop({hop: 'internal', port: 25, violations: 0, failed: 0, judged: 0, plaintext: 3, versions: {}}),
			],
			news: [
				{
					hop: 'submission' as const,
					port: 465,
					outcome: 'encrypted',
					protocol: 'TLSv1',
					cipher: 'ECDHE-RSA-AES256-SHA',
					failure: null,
					sessions: 1,
					violations: 1,
					weaknesses: 0,
					first_seen: noon,
				},
			],
			broken: [{rule: 'min-version', severity: 'violation', sessions: 1}],
			gravest: {
				rule: 'min-version',
				severity: 'violation',
				hop: 'submission' as const,
				port: 465,
				sessions: 3,
				peer_count: 2,
				observed: ['TLSv1'],
			},
			histogram,
			verdict: 'fail' as const,
			sentence: 'Fail: 1 violation of policy founding.',
			missing: [],
		})),
		violations: noting('violations', () => []),
		peers: noting('peers', () => ({
			rows: [
				{
					peer_ip: '192.0.2.61',
					peer_host: 'sca\u001B[2Jnner\u202E.example.org',
					username: 'ana',
					others: 1,
					sessions: 2,
					messages: 1,
					plaintext: 0,
					failed: 0,
					violations: 1,
					weaknesses: 0,
					judged: 2,
					undecided: 0,
					worst: 'TLSv1',
					first_seen: noon,
					last_seen: noon,
				},
			],
			total: 1,
		})),
		ciphers: noting('ciphers', () => []),
		failures: noting('failures', () => []),
		whatIf: noting('whatIf', () => []),
		sessions: noting('sessions', (_filter, {offset, limit}) => ({
			rows: Array.from({length: Math.min(limit, 500 - offset)}, (_, index) => session(1000 - offset - index)),
			total: 500,
		})),
		change: noting('change', () => sampleChange),
		domains: noting('domains', () => sampleDomains),
		keyExchange: noting('keyExchange', () => sampleKeyExchange),
		findings: noting('findings', () => [
			{
				rule: 'min-version',
				severity: 'violation',
				observed: 'TLSv1',
				required: 'TLSv1.2 or later',
				reference: 'RFC 8997',
			},
		]),
		remedy: noting('remedy', () => null),
		coverage: noting('coverage', () => ({
			lines: 57,
			understood: 41,
			irrelevant: 16,
			foreign: 0,
			malformed: 0,
			notUnderstood: 0,
			examples: [],
			noDialogue: 0,
			evicted: 0,
			notices: [],
			missing: [],
		})),
		rawLines: noting('rawLines', (row, around) => {
			const first = Number(row.first_line);
			const last = Number(row.last_line);
			const from = Math.max(1, first - around);
			return {
				lines: Array.from({length: last + around - from + 1}, (_, index) => {
					const number = from + index;
					const own = number >= first && number <= last && (number - first) % 2 === 0;
					const text = `Oct 12 mx1 postfix/smtps/smtpd[${own ? 2101 : 9}]: line`;
					return {number, text, bytes: Buffer.from(text), own};
				}),
				problem: null,
				note: null,
			};
		}),
		saveLines: noting('saveLines', () => 'file'),
		save: noting('save', () => 'file'),
		...part,
	};
}
