import type {DovecotConfiguration} from '../../../../src/mailserver/dovecot/configuration.ts';
import {clientPolicies, serverPolicies} from '../../../../src/mailserver/effective/effective-policy.ts';
import type {LintSubject} from '../../../../src/mailserver/lint/checks/rule.ts';
import {completed, findingsOf, lint} from '../../../../src/mailserver/lint/lint.ts';
import type {PostfixConfiguration} from '../../../../src/mailserver/read/configuration.ts';
import {readMainCf} from '../../../../src/mailserver/read/main-cf.ts';
import {readMasterCf} from '../../../../src/mailserver/read/master-cf.ts';
import {parseVersion} from '../../../../src/mailserver/releases/postfix-version.ts';
import type {LintFinding} from '../../../../src/model/lint-finding.ts';

/** What every master.cf has beside the services that a test is about. */
const usual = `smtp inet n - y - - smtpd
tlsmgr unix - - y 1000? 1 tlsmgr
smtp unix - - y - - smtp
relay unix - - y - - smtp
  -o syslog_name=postfix/$service_name
lmtp unix - - y - - lmtp
`;

/** A main.cf about which no rule has anything to say. */
const sound = `smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/private/mail.example.key, /etc/ssl/certs/mail.example.pem
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_protocols = >=TLSv1
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
smtp_tls_security_level = may
smtp_tls_loglevel = 1
`;

export type Texts = {
	/** Lines behind the sound ones; what they repeat is taken out of those. */
	readonly main?: string;
	/** In place of the sound ones. */
	readonly wholeMain?: string;
	/** Services behind the usual ones. */
	readonly master?: string;
	/** In place of the usual ones. */
	readonly wholeMaster?: string;
	/** Null: not known. */
	readonly version?: string | null;
	readonly tables?: Readonly<Record<string, string>>;
	readonly newerThanIndex?: boolean;
	readonly dovecot?: DovecotConfiguration;
	readonly more?: Partial<PostfixConfiguration>;
};

function joined(main: string): string {
	const names = new Set([...main.matchAll(/^(\w+)\s*=/gm)].map(found => found[1]));
	const rest = sound.split('\n').filter(line => !names.has(line.split(' ', 1)[0] ?? ''));
	return `${rest.join('\n')}\n${main}`;
}

/** All that the lint is asked about, from real texts. */
export function subjectOf(texts: Texts): LintSubject {
	const main = readMainCf(texts.wholeMain ?? joined(texts.main ?? ''), '/etc/postfix/main.cf');
	const master = readMasterCf(texts.wholeMaster ?? `${usual}${texts.master ?? ''}`, '/etc/postfix/master.cf');
	const version = texts.version === undefined ? '3.7.11' : texts.version;
	const configuration: PostfixConfiguration = {
		form: 'files',
		directory: '/etc/postfix',
		version: version === null ? null : parseVersion(version),
		main: main.main,
		services: master.services,
		defaults: null,
		tables: new Map(
			Object.entries(texts.tables ?? {}).map(([name, text]) => [
				name,
				{text, file: name.replace(/^\w+:/, ''), newerThanIndex: texts.newerThanIndex ?? null},
			]),
		),
		unread: [],
		faults: [...main.faults, ...master.faults],
		warnings: [],
		...texts.more,
	};
	return {
		configuration,
		servers: serverPolicies(configuration),
		clients: clientPolicies(configuration),
		dovecot: texts.dovecot ?? null,
	};
}

export function linted(texts: Texts): readonly LintFinding[] {
	return lint(subjectOf(texts));
}

/** The findings of one rule, with the fix that it would like by itself; what is left of it among others is lint's. */
export function found(id: string, texts: Texts): readonly LintFinding[] {
	const subject = subjectOf(texts);
	return findingsOf(completed(subject), subject).filter(finding => finding.id === id);
}

/** The ids of all findings, each once, in order. */
export function ids(texts: Texts): readonly string[] {
	return [...new Set(linted(texts).map(({id}) => id))];
}
