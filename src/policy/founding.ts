import type {Policy, Rule} from './policy.ts';

const mua = ['submission', 'access'] as const;
const relays = ['relay-in', 'relay-out'] as const;
/** `below-112-bits` is single DES and the export suites that have no name of their own here. */
const weakSuites = ['NULL', 'export', 'RC4', '3DES', 'below-112-bits'] as const;

const opportunistic = {document: 'RFC 9325', section: 'section 5.2: cleartext is worse than old TLS'} as const;
const cleartext = {document: 'RFC 8314', section: 'section 4.1: cleartext is obsolete'} as const;
const suites = {document: 'RFC 9325', section: 'section 4.1'} as const;

const rules: readonly Rule[] = [
	{
		id: 'submission-plaintext',
		severity: 'violation',
		hops: ['submission'],
		source: cleartext,
		check: {kind: 'plaintext', of: 'either'},
	},
	{
		id: 'access-plaintext-login',
		severity: 'violation',
		hops: ['access'],
		source: cleartext,
		check: {kind: 'plaintext', of: 'login'},
	},
	{
		id: 'min-version',
		severity: 'violation',
		hops: mua,
		source: {document: 'RFC 8997', section: 'section 3: TLS 1.2 is the least for submission and access'},
		check: {kind: 'min-version', version: 'TLSv1.2'},
	},
	{
		id: 'weak-suite',
		severity: 'violation',
		hops: mua,
		source: suites,
		check: {kind: 'ban', suites: [...weakSuites, 'anonymous']},
	},
	{
		id: 'submission-service',
		severity: 'weakness',
		hops: ['submission'],
		source: {document: 'RFC 8314', section: 'section 3.3'},
		check: {
			kind: 'service',
			allowed: [
				{port: 465, tls: 'implicit'},
				{port: 587, tls: 'starttls'},
			],
		},
	},
	{
		id: 'access-service',
		severity: 'weakness',
		hops: ['access'],
		source: {document: 'RFC 8314', section: 'sections 3.1 and 3.2: implicit TLS for IMAP and POP'},
		check: {
			kind: 'service',
			allowed: [
				{port: 993, tls: 'implicit'},
				{port: 995, tls: 'implicit'},
				// ManageSieve has no port with implicit TLS (RFC 5804 section 1.1).
				{port: 4190, tls: 'starttls'},
			],
		},
	},
	{
		id: 'relay-plaintext',
		severity: 'violation',
		hops: relays,
		source: opportunistic,
		check: {kind: 'plaintext', of: 'either'},
	},
	{
		id: 'delivery-plaintext',
		severity: 'info',
		hops: ['delivery'],
		source: opportunistic,
		check: {kind: 'plaintext', of: 'mail'},
	},
	{
		id: 'relay-min-version',
		severity: 'weakness',
		hops: relays,
		source: opportunistic,
		check: {kind: 'min-version', version: 'TLSv1.2'},
	},
	{
		id: 'relay-weak-suite',
		severity: 'weakness',
		hops: relays,
		source: opportunistic,
		check: {kind: 'ban', suites: weakSuites},
	},
	{
		id: 'delivery-min-version',
		severity: 'info',
		hops: ['delivery'],
		source: opportunistic,
		check: {kind: 'min-version', version: 'TLSv1.2'},
	},
	{
		id: 'delivery-weak-suite',
		severity: 'info',
		hops: ['delivery'],
		source: opportunistic,
		check: {kind: 'ban', suites: [...weakSuites, 'anonymous']},
	},
	{
		// A client that sends to us may well leave out our certificate: Postfix clients do. Our own side should not.
		id: 'relay-anonymous-suite',
		severity: 'weakness',
		hops: ['relay-out'],
		source: opportunistic,
		check: {kind: 'ban', suites: ['anonymous']},
	},
	{
		id: 'relay-service',
		severity: 'info',
		hops: relays,
		source: {document: 'RFC 3207', section: 'section 4: STARTTLS on the relay port'},
		check: {kind: 'service', allowed: [{port: 25, tls: 'starttls'}]},
	},
];

/**
 * The default policy, what one administrator expects of his server: mail enters by SMTPS 465 or by 587 with STARTTLS,
 * is relayed by 25 with STARTTLS, is read by IMAPS 993 or POP3S 995; TLS 1.2 or later. No rule is for `internal`. /
 */
export const founding: Policy = {
	name: 'founding',
	title: 'Submission by 465 or 587, relay by 25 with STARTTLS, mailboxes by 993 or 995; TLS 1.2 or later',
	source: 'RFC 8314, RFC 8997 and RFC 9325 as a mail administrator applies them',
	checked: '2026-11-30',
	rules,
	later: [],
	destinations: [],
	exceptions: [],
	unknowable: [
		{what: 'certificate dates, names and chain', source: {document: 'RFC 9325', section: 'section 4.5'}},
		{what: 'whether DANE was asked for, before Postfix 3.11', source: {document: 'RFC 7672', section: 'section 2.2'}},
	],
	unverified: [],
};
