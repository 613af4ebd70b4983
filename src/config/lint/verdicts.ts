import type {LintFinding, LintSeverity} from '../../tls/lint-finding.ts';
import type {CountedWitness, Witness} from './log-evidence.ts';
import {alsoConfirmedBy} from './log-signs.ts';
import {type LintSubject, serviceName} from './rule.ts';

type Alone = {
	readonly severity: LintSeverity;
	readonly why: string;
	readonly fix?: string;
	readonly source: string;
};

/** What the log alone proves: these lines are written for no other reason. */
const alone: Readonly<Record<string, Alone>> = {
	'bad-server-level': {
		severity: 'error',
		why: 'The level is none that a server knows: the service does not start, and its port is dead.',
		fix: "postconf -e 'smtpd_tls_security_level=may'",
		source: 'Postfix smtpd.c',
	},
	'bad-client-level': {
		severity: 'error',
		why: 'The level is none that the client knows: it does not start, and all mail waits.',
		fix: "postconf -e 'smtp_tls_security_level=may'",
		source: 'Postfix smtp.c',
	},
	'invalid-protocol-list': {
		severity: 'error',
		why: 'A word of the list is unknown to this Postfix, which switches TLS off for the service.',
		source: 'postconf(5) smtpd_tls_protocols',
	},
	'no-certificate': {
		severity: 'error',
		why: 'Without a certificate TLS is off, though STARTTLS is still announced.',
		source: 'Postfix smtpd.c',
	},
	'certificate-not-loadable': {
		severity: 'error',
		why: 'The certificate or its key cannot be read, or they do not belong together: TLS is off.',
		source: 'Postfix tls_certkey.c',
	},
	'openssl-string-in-grade': {
		severity: 'error',
		why: 'The value is no grade (high, medium): every handshake fails.',
		source: 'postconf(5) smtpd_tls_ciphers',
	},
	'operators-in-exclusion': {
		severity: 'error',
		why: 'Exclusions are bare names without a sign: every handshake fails.',
		source: 'postconf(5) smtpd_tls_exclude_ciphers',
	},
	'empty-protocol-set': {
		severity: 'error',
		why: 'The protocol list leaves no version: every handshake fails.',
		source: 'postconf(5) smtpd_tls_protocols',
	},
	'dane-without-dnssec': {
		severity: 'error',
		why: 'Without DNSSEC lookups no TLSA record is looked at: the level falls to may.',
		fix: "postconf -e 'smtp_dns_support_level=dnssec'",
		source: 'TLS_README, DANE',
	},
	'resolver-not-validating': {
		severity: 'error',
		why: 'The resolver does not validate DNSSEC, or its answers do not say so: DANE protects nothing.',
		fix: 'run a validating resolver on this machine and name it alone in resolv.conf',
		source: 'TLS_README, DANE; postconf(5) dnssec_probe',
	},
	'sts-plugin-fault': {
		severity: 'error',
		why: 'The program behind the policy table does not answer, or says what this Postfix does not know: mail is deferred.',
		source: 'postconf(5) smtp_tls_policy_maps',
	},
	'policy-attribute-syntax': {
		severity: 'error',
		why: 'A row of the policy table cannot be read: mail for its destination is deferred.',
		source: 'postconf(5) smtp_tls_policy_maps',
	},
	'blank-in-o': {
		severity: 'error',
		why: 'An option in master.cf is broken by a blank: the daemon dies at its start.',
		source: 'master(5)',
	},
	'trailing-comment': {
		severity: 'error',
		why: 'A comment stands behind a value and is part of it: the daemon dies at its start.',
		source: 'postconf(5); master(5)',
	},
	'lost-indentation': {
		severity: 'error',
		why: 'A line of master.cf is no service: reloads are refused, and the old configuration goes on.',
		source: 'master(5)',
	},
	'service-name-unknown': {
		severity: 'error',
		why: 'The name of a service is not in services(5): master dies at its start.',
		fix: 'write the number of the port in master.cf',
		source: 'postconf(5) known_tcp_ports',
	},
	'relayhost-465-without-wrapper': {
		severity: 'error',
		why: 'Port 465 speaks TLS at once; without wrapper mode the client waits for a greeting in clear.',
		fix: "postconf -e 'smtp_tls_wrappermode=yes' 'smtp_tls_security_level=encrypt'",
		source: 'postconf(5) smtp_tls_wrappermode',
	},
	'global-mandatory-hits-local': {
		severity: 'error',
		why: 'TLS is demanded on the way to this machine itself, where none is offered: that mail is deferred.',
		source: 'postconf(5) smtp_tls_security_level',
	},
	'table-not-rebuilt': {
		severity: 'warn',
		why: 'A table was edited and not rebuilt: what was written does not count yet.',
		fix: 'run postmap on the table that the line names',
		source: 'postmap(1)',
	},
	'tlsmgr-missing': {
		severity: 'error',
		why: 'tlsmgr cannot be reached: TLS gets no random numbers and is switched off.',
		source: 'tlsmgr(8)',
	},
	'chain-incomplete-or-expired': {
		severity: 'warn',
		why: 'Clients refuse the certificate. Many of them on one day: it has expired, its chain is incomplete, or the renewed one was not loaded. One alone: its own fault.',
		source: 'RFC 8446 section 6.2',
	},
	'wrong-kind-of-client': {
		severity: 'info',
		why: 'Something that does not speak TLS came to a port that does: a client with the wrong port, or a scanner.',
		source: 'Dovecot manual, SSL',
	},
};

/** The tags of the services that findings name: `smtps/inet` is `postfix/smtps/smtpd`. */
export function tagsOf({servers, clients}: Pick<LintSubject, 'servers' | 'clients'>): ReadonlyMap<string, string> {
	return new Map([...servers, ...clients].map(({service, tag}) => [serviceName(service), tag]));
}

function program(tag: string): string {
	return tag.slice(tag.lastIndexOf('/') + 1);
}

function fits(tag: string | undefined, {tag: seen, early}: Witness): boolean {
	if (tag === undefined || seen === null || seen === tag) return true;
	// What shakes hands for smtp, and what has not read its own name yet.
	return program(seen) === 'tlsproxy' || (early && program(seen) === program(tag) && seen.split('/').length === 2);
}

function confirms(finding: LintFinding, {id}: Witness): boolean {
	return id === finding.id || alsoConfirmedBy[finding.id]?.includes(id) === true;
}

/**
 * Findings with what the log says of them: `confirmed` where a line shows the mistake at work (the evidence then tells how
 * often), `config-only` where none does. What the log shows and no file does is added as `log-only`. `tags` tells the
 * services apart; without it any line counts for each.
 */
export function withVerdicts(
	findings: readonly LintFinding[],
	witnesses: readonly CountedWitness[],
	tags: ReadonlyMap<string, string> = new Map(),
): LintFinding[] {
	const heard = new Set<Witness>();
	const judged = findings.map((finding): LintFinding => {
		const lines = witnesses.filter(one => confirms(finding, one) && fits(tags.get(finding.service), one));
		for (const one of lines) heard.add(one);
		const count = lines.reduce((sum, one) => sum + one.count, 0);
		if (count === 0) return {...finding, verdict: 'config-only'};
		const evidence = `${finding.evidence}; the log shows it in ${count} ${count === 1 ? 'line' : 'lines'}`;
		return {...finding, evidence, verdict: 'confirmed'};
	});
	const others = witnesses.flatMap((one): LintFinding[] => {
		const words = alone[one.id];
		if (words === undefined || heard.has(one)) return [];
		const {severity, why, fix, source} = words;
		const service = [...tags].find(([, tag]) => tag === one.tag)?.[0] ?? one.tag ?? 'log';
		const evidence = `${one.text}${one.count > 1 ? ` (${one.count} lines)` : ''}`;
		const fixes = fix === undefined ? [] : [fix];
		return [
			{
				id: one.id,
				severity,
				service,
				parameter: null,
				place: null,
				evidence,
				why,
				fix: fixes,
				source,
				verdict: 'log-only',
			},
		];
	});
	return [...judged, ...others];
}
