import {isWhole} from '../../dovecot/configuration.ts';
import type {Rule} from '../checks/rule.ts';
import {inBlocksOrAlone, setting} from './configuration-lines.ts';
import {allLogins, dovecotRule, type Finding, type Known, type Logins} from './dovecot-rule.ts';

const cleartextOff: Readonly<Record<string, readonly string[]>> = {
	true: ['auth_allow_cleartext = no'],
	false: ['disable_plaintext_auth = yes'],
	// `required` alone is enough, by either name.
	null: [],
};

/** Whether a certificate is set, as far as is known. */
function hasCertificate(dovecot: Known): boolean {
	const set = ['ssl_cert', 'ssl_server_cert_file'].some(name => (dovecot.settings.get(name) ?? '') !== '');
	return set || !isWhole(dovecot);
}

/** Logins that are taken without TLS; those of a protocol by its own settings, or in spite of them. */
function cleartext({ssl, cleartextAuth, own, blocks, where}: Logins, dovecot: Known): readonly Finding[] {
	if (cleartextAuth !== true && ssl !== 'no') return [];
	const name = ['ssl', 'auth_allow_cleartext', 'disable_plaintext_auth'].find(
		each => own(each) !== null && (ssl === 'no') === (each === 'ssl'),
	);
	// What is written for all is reported of all.
	if (name === undefined && (blocks.length === 0 || ssl === 'no' || own('ssl') === null)) return [];
	const unless = ssl === null ? ', unless ssl = required is in what was not read' : '';
	const ready = hasCertificate(dovecot);
	// A name of another release is first replaced by one that means the same; `required` is enough until then.
	const strange = own(dovecot.recent === true ? 'disable_plaintext_auth' : 'auth_allow_cleartext') !== null;
	const off = strange ? [] : (cleartextOff[String(dovecot.recent)] ?? []);
	return [
		{
			parameter: name ?? 'ssl',
			evidence: `${name ?? 'ssl'} = ${own(name ?? 'ssl')}${where}`,
			why: `${
				ssl === 'no'
					? 'TLS is not offered at all: passwords and mail cross the net in clear.'
					: `Logins are taken without TLS${unless}: passwords can cross the net in clear.`
			}${ready ? '' : ' A certificate has to be set before ssl = required, or nobody can log in.'}`,
			fix: ready ? inBlocksOrAlone(blocks, ['ssl = required', ...off]) : [],
		},
	];
}

const noCertificate = dovecotRule(
	{
		id: 'dovecot-no-certificate',
		severity: 'error',
		source: 'Dovecot manual, SSL configuration; tried with 2.3.19',
		needs: ['whole doveconf'],
	},
	dovecot => {
		if (dovecot.ssl === 'no' || hasCertificate(dovecot)) return [];
		const name = dovecot.recent === true ? 'ssl_server_cert_file' : 'ssl_cert';
		return [
			{
				parameter: name,
				evidence: `${name} is not set, ssl = ${dovecot.ssl}`,
				why: "TLS is on and has no certificate: no TLS session comes about (Can't load SSL certificate).",
			},
		];
	},
);

const cleartextLogin = dovecotRule(
	{
		id: 'dovecot-cleartext-login',
		severity: 'error',
		source: 'Dovecot manual, SSL; RFC 8314 section 4.1',
		needs: ['whole doveconf'],
	},
	dovecot => allLogins(dovecot).flatMap(logins => cleartext(logins, dovecot)),
	{
		remarks: [
			{words: 'Login: user=', also: /^(?!.*\b(?:TLS|secured)\b)/, tag: /^dovecot/},
			{words: 'tried to use disallowed plaintext auth'},
		],
	},
);

/** What login lines hold by default, and the protocol and cipher behind it (login-settings.c of each release). */
const elementsOf = {
	true: [
		'user=<%{user}> method=%{mechanism} rip=%{remote_ip} lip=%{local_ip} mpid=%{mail_pid} %{secured} session=<%{session}>',
		'%{ssl_security}',
	],
	false: ['user=<%u> method=%m rip=%r lip=%l mpid=%e %c session=<%{session}>', '%k'],
} as const;

function elements({settings, recent}: Known): readonly string[] {
	if (recent === null) return [];
	const [usual, detail] = elementsOf[recent ? 'true' : 'false'];
	const set = settings.get('login_log_format_elements') ?? '';
	// What is written with the short variables of 2.3 means nothing in 2.4.
	const before = set === '' || (recent && /%[A-Za-z]/.test(set)) ? usual : set;
	return [setting('login_log_format_elements', `${before} ${detail}`)];
}

const noDetailLogged = dovecotRule(
	{
		id: 'no-tls-detail-logged',
		severity: 'info',
		source: 'Dovecot manual, login_log_format_elements',
		needs: ['whole doveconf', 'release of Dovecot'],
	},
	dovecot => {
		if (dovecot.logsTls !== false) return [];
		return [
			{
				parameter: 'login_log_format_elements',
				evidence: 'the login line says no more than TLS',
				why: 'Protocol and cipher of a login are not in the log: nothing can be proved of them.',
				fix: elements(dovecot),
			},
		];
	},
);

const notRequired = dovecotRule(
	{
		id: 'ssl-yes-not-required',
		severity: 'info',
		source: 'Dovecot manual, ssl; RFC 8314 section 3.1',
		needs: ['whole doveconf'],
	},
	dovecot => {
		// With cleartext logins allowed, that is the mistake to report.
		if (dovecot.ssl !== 'yes' || dovecot.cleartextAuth === true) return [];
		return [
			{
				parameter: 'ssl',
				evidence: 'ssl = yes',
				why: 'Only passwords in clear are held back without TLS: mechanisms such as CRAM-MD5 log in without it, and the mail itself is then in clear.',
				fix: hasCertificate(dovecot) ? ['ssl = required'] : [],
			},
		];
	},
);

/** Rules about who may log in without TLS, and what is logged of it. */
export const loginRules: readonly Rule[] = [noCertificate, cleartextLogin, notRequired, noDetailLogged];
