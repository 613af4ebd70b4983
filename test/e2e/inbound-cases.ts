import type {ConnectionOptions} from 'node:tls';
import type {Identity} from './certificates.ts';
import type {MailClient} from './mail-client.ts';
import type {MailboxClient} from './mailbox-client.ts';
import type {Row} from './tlsaudit.ts';

/** A client, and what the log must say of it beyond what the client itself can see. */
export type InboundCase = {readonly about: string; readonly and?: Row} & (
	| {readonly mail: MailClient}
	| {readonly mailbox: MailboxClient}
);

export const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type Version = (typeof versions)[number];

/** A client's end that speaks one version and these suites, however old. */
export function only(version: Version, suites = 'ALL:eNULL'): ConnectionOptions {
	// Node hands TLS 1.3 suites over apart, and what is left must not be empty.
	return {
		minVersion: version,
		maxVersion: version,
		ciphers: `${suites}${suites.startsWith('TLS_') ? ':AES128-SHA' : ''}:@SECLEVEL=0`,
	};
}

/** A suite of every class, up to TLS 1.2: forward secrecy or not, AEAD or not, both keys, anonymous, no encryption. */
const suites: ReadonlyArray<readonly [Version, string]> = [
	['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
	['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'],
	['TLSv1.2', 'ECDHE-RSA-CHACHA20-POLY1305'],
	['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
	['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
	['TLSv1.2', 'ECDHE-ECDSA-AES256-CCM'],
	['TLSv1.2', 'ECDHE-ECDSA-AES128-CCM8'],
	['TLSv1.2', 'ECDHE-RSA-AES256-SHA384'],
	['TLSv1.2', 'ECDHE-ECDSA-CAMELLIA256-SHA384'],
	['TLSv1.2', 'DHE-RSA-AES256-GCM-SHA384'],
	['TLSv1.2', 'DHE-RSA-AES128-SHA256'],
	['TLSv1.2', 'AES256-GCM-SHA384'],
	['TLSv1.2', 'AES128-SHA256'],
	['TLSv1.2', 'ARIA256-GCM-SHA384'],
	['TLSv1.2', 'ADH-AES256-GCM-SHA384'],
	['TLSv1.2', 'AECDH-AES256-SHA'],
	['TLSv1.2', 'NULL-SHA256'],
	['TLSv1', 'ECDHE-RSA-AES128-SHA'],
	['TLSv1', 'DHE-RSA-AES256-SHA'],
	['TLSv1', 'AES128-SHA'],
	['TLSv1.1', 'CAMELLIA256-SHA'],
	['TLSv1.1', 'ECDHE-RSA-NULL-SHA'],
	['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
	['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'],
];

const groups = ['X25519', 'P-256', 'P-384', 'P-521', 'X448'];

export type ClientIdentities = {readonly trusted: Identity; readonly selfSigned: Identity};

function asClient({keyPem, certPem}: Identity): ConnectionOptions {
	return {key: keyPem, cert: certPem};
}

/** Clients of SMTP. It is long, as it is a table of cases. */
function mailCases({
	trusted,
	selfSigned,
}: ClientIdentities): Array<Omit<MailClient, 'from'> & {about: string; and?: Row}> {
	const starttls = {port: 25, tls: 'starttls'} as const;
	return [
		...versions.flatMap(version => [
			{about: `25 ${version}`, ...starttls, options: only(version), messages: 1},
			{about: `587 ${version}`, port: 587, tls: 'starttls' as const, options: only(version), user: 'ana', messages: 2},
			{about: `465 ${version}`, port: 465, tls: 'implicit' as const, options: only(version), user: 'bo', messages: 1},
		]),
		...suites.map(([version, suite]) => ({
			about: `25 ${suite}`,
			...starttls,
			options: only(version, suite),
			messages: 1,
		})),
		...groups.map(group => ({
			about: `465 group ${group}`,
			port: 465,
			tls: 'implicit' as const,
			options: {...only('TLSv1.3'), ecdhCurve: group},
		})),
		{about: '25 plaintext', port: 25, tls: 'none', messages: 1},
		{
			about: '25 plaintext, three messages and refused recipients',
			port: 25,
			tls: 'none',
			messages: 3,
			refused: 1,
			and: {rejected: 3},
		},
		{about: '25 plaintext, broken off', port: 25, tls: 'none', messages: 1, drop: true},
		{about: '25 plaintext without mail', port: 25, tls: 'none'},
		{about: '587 plaintext is taken no mail from', port: 587, tls: 'none', messages: 1, and: {rejected: 1}},
		{about: '2530 login in plaintext', port: 2530, tls: 'none', user: 'mila', messages: 1},
		{about: '2530 login by TLS', port: 2530, tls: 'starttls', user: 'mila', messages: 1},
		{about: '465 without mail', port: 465, tls: 'implicit', user: 'ana', and: {username: null}},
		{about: '465 wrong password', port: 465, tls: 'implicit', user: 'ana', wrongPassword: true, and: {rejected: 1}},
		{about: '587 TLS, many messages, broken off', port: 587, tls: 'starttls', user: 'ana', messages: 4, drop: true},
		{about: '25 mail before STARTTLS', ...starttls, messagesBefore: 1, messages: 1},
		{about: '465 TLS with refused recipients', port: 465, tls: 'implicit', messages: 1, refused: 2, and: {rejected: 2}},
		{about: '2525 no client certificate', port: 2525, tls: 'starttls', messages: 1},
		...(['TLSv1.2', 'TLSv1.3'] as const).flatMap(version => [
			{
				about: `2525 trusted client certificate, ${version}`,
				port: 2525,
				tls: 'starttls' as const,
				options: {...only(version), ...asClient(trusted)},
				messages: 1,
				and: {trust: 'Trusted', client_signature: version === 'TLSv1.3' ? 'RSA-PSS (2048 bits)' : null},
			},
			{
				about: `2525 unknown client certificate, ${version}`,
				port: 2525,
				tls: 'starttls' as const,
				options: {...only(version), ...asClient(selfSigned)},
				messages: 1,
				and: {trust: 'Untrusted', client_signature: version === 'TLSv1.3' ? 'ECDSA (prime256v1)' : null},
			},
		]),
		{
			about: '2526 client certificate demanded and shown',
			port: 2526,
			tls: 'starttls',
			options: asClient(trusted),
			messages: 1,
			and: {trust: 'Trusted', client_signature: 'RSA-PSS (2048 bits)'},
		},
		{
			about: '2526 client certificate demanded, none shown',
			port: 2526,
			tls: 'starttls',
			messages: 1,
			and: {failure: 'client-certificate-required'},
		},
		{about: '2527 takes TLS 1.2', port: 2527, tls: 'starttls', options: only('TLSv1.2'), messages: 1},
		{
			about: '2527 refuses TLS 1.1',
			port: 2527,
			tls: 'starttls',
			options: only('TLSv1.1'),
			and: {failure: 'unsupported-protocol'},
		},
		{
			about: '2527 refuses a suite',
			port: 2527,
			tls: 'starttls',
			options: only('TLSv1.2', 'NULL-SHA256'),
			and: {failure: 'no-shared-cipher'},
		},
		{about: '2528 has no certificate', port: 2528, tls: 'starttls', and: {failure: 'starttls-refused'}},
		{about: '2528 plaintext', port: 2528, tls: 'none', messages: 1},
		{
			about: '25 SNI with a certificate of its own',
			...starttls,
			options: {servername: 'imap.example.org'},
			messages: 1,
			and: {server_name: 'imap.example.org'},
		},
		{about: '25 SNI unknown here', ...starttls, options: {servername: 'www.example.org'}, messages: 1},
		{
			about: '587 SNI',
			port: 587,
			tls: 'starttls',
			options: {servername: 'imap.example.org'},
			and: {server_name: 'imap.example.org'},
		},
	];
}

const mailboxPorts = [
	[993, 'implicit'],
	[143, 'starttls'],
	[995, 'implicit'],
	[110, 'starttls'],
] as const;

function mailboxCases(): Array<Omit<MailboxClient, 'from'> & {about: string; and?: Row}> {
	return [
		...versions.flatMap(version =>
			mailboxPorts.map(([port, tls]) => ({
				about: `${port} ${version}`,
				port,
				tls,
				options: only(version),
				user: 'ana',
			})),
		),
		...suites
			.filter(([, suite]) => !/ECDSA|AECDH|NULL/.test(suite))
			.map(([version, suite]) => ({
				about: `993 ${suite}`,
				port: 993 as const,
				tls: 'implicit' as const,
				options: only(version, suite),
				user: 'bo',
			})),
		{about: '143 login in plaintext', port: 143, tls: 'none', user: 'mila'},
		{about: '110 login in plaintext', port: 110, tls: 'none', user: 'mila'},
		{about: '993 wrong password', port: 993, tls: 'implicit', user: 'ana', wrongPassword: true},
		{about: '143 wrong password', port: 143, tls: 'starttls', user: 'ana', wrongPassword: true},
		{about: '143 wrong password in plaintext', port: 143, tls: 'none', user: 'ana', wrongPassword: true},
		{
			about: '993 no shared suite',
			port: 993,
			tls: 'implicit',
			options: only('TLSv1.2', 'NULL-SHA256'),
			user: 'ana',
			and: {failure: 'no-shared-cipher'},
		},
		// After STARTTLS Dovecot 2.3 sometimes logs no more than «syscall failed» of it.
		{
			about: '143 no shared suite',
			port: 143,
			tls: 'starttls',
			options: only('TLSv1.2', 'NULL-SHA256'),
			user: 'ana',
			and: {failure: 'any'},
		},
		{about: '993 plaintext', port: 993, tls: 'none', user: 'ana', and: {failure: 'not-tls'}},
	];
}

/** Every client with an address of its own. */
export function inboundCases(identities: ClientIdentities, address: () => string): InboundCase[] {
	return [
		...mailCases(identities).map(({about, and, ...mail}) => ({
			about,
			...(and ? {and} : {}),
			mail: {...mail, from: address()},
		})),
		...mailboxCases().map(({about, and, ...mailbox}) => ({
			about,
			...(and ? {and} : {}),
			mailbox: {...mailbox, from: address()},
		})),
	];
}
