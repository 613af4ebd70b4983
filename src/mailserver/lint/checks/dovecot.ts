import {compareProtocols} from '../../../tls/version.ts';
import type {DovecotConfiguration} from '../../dovecot/doveconf-output.ts';
import {atLeast, type PostfixVersion, parseVersion} from '../../releases/postfix-version.ts';
import type {Draft, LintSubject, LogTrace, Rule} from './rule.ts';

type Known = DovecotConfiguration & {readonly release: PostfixVersion | null};

function rule(
	id: string,
	severity: Rule['severity'],
	source: string,
	find: (dovecot: Known) => readonly Omit<Draft, 'service'>[],
	log: LogTrace = {},
): Rule {
	return {
		id,
		severity,
		source,
		needs: ['doveconf'],
		log,
		find: ({dovecot}: LintSubject) =>
			dovecot === null
				? []
				: find({
						...dovecot,
						release:
							dovecot.version === null ? null : parseVersion(/\d+\.\d+(?:\.\d+)?/.exec(dovecot.version)?.[0] ?? ''),
					}).map(draft => ({
						service: 'dovecot',
						...draft,
					})),
	};
}

/** 2.4 renamed much of what bears on TLS. */
function isNew({release}: Known): boolean {
	return release !== null && atLeast(release, 2, 4);
}

/** The value of a setting wherever it is (`protocol imap { … }` included), null where it was not read. */
function settingOf({settings}: Known, name: string): string | null {
	return settings.get(name) ?? null;
}

const cleartextLogin = rule(
	'dovecot-cleartext-login',
	'error',
	'Dovecot manual, SSL; RFC 8314 section 4.1',
	dovecot => {
		if (!dovecot.cleartextAuth && dovecot.ssl !== 'no') return [];
		const [name, off, on] = isNew(dovecot)
			? ['auth_allow_cleartext', 'no', 'yes']
			: ['disable_plaintext_auth', 'yes', 'no'];
		const fix = [`ssl = required`, `${name} = ${off}`];
		return [
			{
				parameter: dovecot.ssl === 'no' ? 'ssl' : name,
				evidence: dovecot.ssl === 'no' ? 'ssl = no' : `${name} = ${on}`,
				why:
					dovecot.ssl === 'no'
						? 'TLS is not offered at all: passwords and mail cross the net in clear.'
						: 'Logins are taken without TLS: passwords can cross the net in clear.',
				// Both names are given where the version is not known.
				fix: dovecot.release === null ? [...fix, 'auth_allow_cleartext = no (in Dovecot 2.4)'] : fix,
			},
		];
	},
	{
		remarks: [
			{words: 'Login: user=', also: /^(?!.*\b(?:TLS|secured)\b)/, tag: /^dovecot/},
			{words: 'tried to use disallowed plaintext auth'},
		],
	},
);

const wrongProtocolSetting = rule(
	'wrong-protocol-setting',
	'error',
	'Dovecot manual, ssl_min_protocol; upgrading from 2.2 to 2.3',
	dovecot => {
		const {release} = dovecot;
		const old = settingOf(dovecot, 'ssl_protocols');
		const least = settingOf(dovecot, 'ssl_min_protocol');
		if (release === null) return [];
		if (old !== null && atLeast(release, 2, 3))
			return [
				{
					parameter: 'ssl_protocols',
					evidence: `ssl_protocols = ${old}, Dovecot ${dovecot.version}`,
					why: 'The setting ended with 2.2: from 2.3 on there is only a floor, and the server may not start.',
					fix: ['delete ssl_protocols', 'ssl_min_protocol = TLSv1.2'],
				},
			];
		if (least !== null && !atLeast(release, 2, 3))
			return [
				{
					parameter: 'ssl_min_protocol',
					evidence: `ssl_min_protocol = ${least}, Dovecot ${dovecot.version}`,
					why: 'The setting came with 2.3: this server does not start (Unknown setting).',
					fix: ['ssl_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1'],
				},
			];
		if (least !== null && /^(?:TLSv1\.3|LATEST)$/i.test(least) && !atLeast(release, 2, 3, 15))
			return [
				{
					parameter: 'ssl_min_protocol',
					evidence: `ssl_min_protocol = ${least}, Dovecot ${dovecot.version}`,
					why: 'The value is known from 2.3.15 on: this server does not start.',
					fix: ['ssl_min_protocol = TLSv1.2'],
				},
			];
		return [];
	},
	{complaints: [{words: 'Could not find a minimum ssl_min_protocol setting'}]},
);

const oldFloor = rule('dovecot-old-floor', 'warn', 'Dovecot manual, ssl_min_protocol; RFC 8997', dovecot => {
	const {release, minProtocol, ssl} = dovecot;
	if (ssl === 'no' || (minProtocol !== null && compareProtocols(minProtocol, 'TLSv1.2') >= 0)) return [];
	const set = settingOf(dovecot, 'ssl_min_protocol') ?? settingOf(dovecot, 'ssl_protocols');
	if (!dovecot.allowed.some(protocol => compareProtocols(protocol, 'TLSv1.2') < 0)) return [];
	const before = release !== null && !atLeast(release, 2, 3);
	return [
		{
			parameter: before ? 'ssl_protocols' : 'ssl_min_protocol',
			evidence:
				set === null
					? `ssl_min_protocol is not set${dovecot.version === null ? '' : `, Dovecot ${dovecot.version}`}`
					: `${settingOf(dovecot, 'ssl_min_protocol') === null ? 'ssl_protocols' : 'ssl_min_protocol'} = ${set}`,
			why: `${dovecot.allowed[0] ?? 'TLSv1'} and newer are accepted for mailbox access, where RFC 8997 wants TLS 1.2 at least.`,
			fix: [before ? 'ssl_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1' : 'ssl_min_protocol = TLSv1.2'],
		},
	];
});

const noDetailLogged = rule('no-tls-detail-logged', 'info', 'Dovecot manual, login_log_format_elements', dovecot => {
	if (dovecot.logsTls || dovecot.ssl === 'no') return [];
	const add = isNew(dovecot) ? '%{ssl_security}' : '%k';
	return [
		{
			parameter: 'login_log_format_elements',
			evidence: 'the login line says no more than TLS',
			why: 'Protocol and cipher of a login are not in the log: nothing can be proved of them.',
			fix: [
				isNew(dovecot)
					? `add ${add} to login_log_format_elements`
					: `login_log_format_elements = user=<%u> method=%m rip=%r lip=%l mpid=%e %c ${add}`,
			],
		},
	];
});

const notRequired = rule('ssl-yes-not-required', 'info', 'Dovecot manual, ssl; RFC 8314 section 3.1', dovecot => {
	// With cleartext logins allowed, that is the mistake to report.
	if (dovecot.ssl !== 'yes' || dovecot.cleartextAuth) return [];
	return [
		{
			parameter: 'ssl',
			evidence: 'ssl = yes',
			why: 'Only passwords in clear are held back without TLS: mechanisms such as CRAM-MD5 log in without it, and the mail itself is then in clear.',
			fix: ['ssl = required'],
		},
	];
});

/** Names of Dovecot's own listeners with STARTTLS. */
const starttlsListeners: Readonly<Record<string, string>> = {imap: '993', pop3: '995'};

const openPorts = rule(
	'pop3-imap-ports-open',
	'info',
	'RFC 8314 sections 3.2 and 4.1; Dovecot manual, inet_listener',
	({listeners}) => {
		const open = listeners.filter(
			({implicit, port, service}) => !implicit && port !== 0 && (service === 'imap-login' || service === 'pop3-login'),
		);
		return open.map(({name, port, service}) => ({
			parameter: `service ${service} inet_listener ${name}`,
			evidence: `port ${port} of ${service} is open`,
			why: `Clients begin there in clear; those of port ${starttlsListeners[name] ?? '993 or 995'} speak TLS at once. In the log the two can be told apart only with the port (%a).`,
			fix: [`service ${service} { inet_listener ${name} { port = 0 } }`],
		}));
	},
);

/** Rules about the mailbox server. */
export const dovecotRules: readonly Rule[] = [
	cleartextLogin,
	wrongProtocolSetting,
	oldFloor,
	notRequired,
	noDetailLogged,
	openPorts,
];
