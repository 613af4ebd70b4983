import type {CipherRow} from '../../model/sessions.ts';
import type {FailureRow} from '../../model/summary.ts';
import {cipherFacts} from '../../tls/cipher.ts';
import {counted, ported, shared, timed, verdict, verdictOf} from '../columns.ts';
import type {Table} from '../table-view.ts';
import {versionName, versionTone} from '../version-bar.ts';

/** What is to be known about a suite, in few words. */
export function suiteWords(cipher: string | null): string {
	const facts = cipher === null ? null : cipherFacts(cipher);
	if (facts === null) return '';
	return [
		facts.forwardSecret ? 'forward secret' : 'no forward secrecy',
		facts.aead ? 'AEAD' : 'no AEAD',
		...(facts.authentication === 'none' ? ['anonymous'] : []),
		`${facts.bits} bits`,
	].join(', ');
}

const placesOf = (row: CipherRow): string =>
	Object.entries(row.places)
		.sort((a, b) => b[1] - a[1])
		.map(([place]) => place)
		.join(', ');

/** Versions with ciphers. `whole` is the number of all encrypted sessions that are counted. */
export function cipherTable(whole: number): Table<CipherRow> {
	return {
		columns: [
			verdict(row => verdictOf(row)),
			{
				id: 'protocol',
				title: 'VERSION',
				width: 8,
				priority: 0,
				value: row => row.protocol,
				text: row => versionName(row.protocol) || 'unknown',
				tone: row => versionTone(row.protocol),
			},
			{
				id: 'cipher',
				ascends: true,
				title: 'CIPHER',
				width: 29,
				grow: 4,
				priority: 0,
				value: row => row.cipher,
				text: row => row.cipher ?? 'not logged',
			},
			counted('sessions', 'SESSIONS', row => row.sessions),
			shared(
				'share',
				'SHARE',
				row => row.sessions,
				() => whole,
				{priority: 2},
			),
			counted('violations', 'VIOLATE', row => row.violations, {bad: 'bad', priority: 0}),
			{
				id: 'facts',
				title: 'WHAT IT IS',
				width: 18,
				grow: 24,
				priority: 5,
				sorts: false,
				value: row => suiteWords(row.cipher),
			},
			{id: 'places', title: 'WHERE', width: 12, grow: 40, priority: 3, sorts: false, value: placesOf},
			timed('first_seen', 'FIRST SEEN', row => row.first_seen, {priority: 7}),
			timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 6}),
		],
		key: row => `${row.protocol} ${row.cipher}`,
		opens: row => ({
			view: 'peers',
			title: `${versionName(row.protocol) || 'unknown version'} ${row.cipher ?? 'unknown cipher'}`,
			scope: [
				{kind: 'outcome', values: ['encrypted']},
				{kind: 'same', column: 'protocol', value: row.protocol},
				{kind: 'same', column: 'cipher', value: row.cipher},
			],
			order: 'sessions',
		}),
		violates: row => row.violations > 0,
		empty: 'No encrypted session.',
		order: 'sessions',
	};
}

/** Reasons of failed handshakes in words an admin can act on. */
const meanings: Readonly<Record<string, string>> = {
	'not-tls': 'the peer did not speak TLS where TLS was expected',
	'unsupported-protocol': 'no TLS version in common',
	'no-shared-cipher': 'no cipher in common',
	'no-shared-group': 'no key exchange group in common',
	'no-shared-signature': 'no signature algorithm in common',
	'peer-rejected-certificate': 'the peer refused our certificate',
	'peer-alert': 'the peer ended the handshake with an alert',
	'certificate-not-verified': 'the peer’s certificate did not verify',
	'tls-required-not-offered': 'we ask for TLS, the peer offers none',
	'requiretls-not-offered': 'the sender asks for REQUIRETLS, the peer does not offer it',
	'starttls-refused': 'STARTTLS was offered and then refused',
	'tls-unavailable': 'our own TLS could not start: look at certificate and key',
	'client-certificate-required': 'the client sent no certificate',
	dane: 'DANE could not be met',
	'lost-connection': 'the connection broke during the handshake',
	timeout: 'the handshake took too long',
	other: 'for a reason not listed here: see the raw lines',
};

/** What a reason means; empty where there is no such reason. */
export const meaningOf = (reason: string): string => meanings[reason] ?? '';

export const failureTable: Table<FailureRow> = {
	columns: [
		{id: 'reason', ascends: true, title: 'REASON', width: 25, grow: 2, priority: 0, value: row => row.reason},
		{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 0, value: row => row.hop},
		ported(row => row.port),
		counted('sessions', 'SESSIONS', row => row.sessions, {priority: 0}),
		{
			id: 'meaning',
			title: 'WHAT IT MEANS',
			width: 24,
			grow: 30,
			priority: 1,
			sorts: false,
			value: row => meaningOf(row.reason),
		},
		timed('first_seen', 'FIRST SEEN', row => row.first_seen, {priority: 7}),
		timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 6}),
		{id: 'outcome', title: 'THEN', width: 9, priority: 8, value: row => row.outcome},
	],
	key: row => `${row.reason} ${row.hop} ${row.port} ${row.outcome}`,
	opens: row => ({
		view: 'peers',
		title: row.port === null ? `${row.reason} on ${row.hop}` : `${row.reason} on ${row.hop} ${row.port}`,
		scope: [
			...(row.reason === 'other'
				? [{kind: 'outcome' as const, values: ['failed']}]
				: [{kind: 'same' as const, column: 'failure' as const, value: row.reason}]),
			{kind: 'same', column: 'hop', value: row.hop},
			{kind: 'same', column: 'port', value: row.port},
		],
		order: 'sessions',
	}),
	violates: () => false,
	empty: 'No failed handshake.',
	order: 'sessions',
};
