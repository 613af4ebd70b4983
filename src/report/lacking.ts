import type {Hop} from '../tls/session.ts';
import type {Summary} from './summary.ts';

/** What makes the programs of a hop log what is missing (postconf(5), Dovecot's login_log_format_elements). */
const remedies: Readonly<Record<Hop, string>> = {
	submission: 'set smtpd_tls_loglevel = 1 in main.cf',
	'relay-in': 'set smtpd_tls_loglevel = 1 in main.cf',
	'relay-out': 'set smtp_tls_loglevel = 1 in main.cf',
	delivery: 'set lmtp_tls_loglevel = 1 in main.cf',
	access: 'add %k (Dovecot 2.4: %{ssl_security}) and lport=%a (%{local_port}) to login_log_format_elements',
	internal: 'set smtpd_tls_loglevel = 1 in main.cf',
};

const sessionsText = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);

/**
 * Sentences about what the log did not say and what would make it say it: outcomes that stay unknown, and TLS without a
 * version. A log that lacks nothing gets none.
 */
export function lacking({hops, suites}: Pick<Summary, 'hops' | 'suites'>): string[] {
	const unknown = new Map<Hop, number>();
	const unnamed = new Map<Hop, number>();
	for (const {hop, unknown: count} of hops) if (count > 0) unknown.set(hop, (unknown.get(hop) ?? 0) + count);
	for (const {hop, protocol, sessions} of suites)
		if (protocol === null) unnamed.set(hop, (unnamed.get(hop) ?? 0) + sessions);
	return [
		...[...unknown].map(
			([hop, count]) =>
				`${hop}: for ${sessionsText(count)} the log does not tell whether TLS was used (cut off, or TLS is not logged); ${remedies[hop]}.`,
		),
		...[...unnamed].map(
			([hop, count]) =>
				`${hop}: ${sessionsText(count)} used TLS of a version that is not logged, so no version rule could be judged; ${remedies[hop]}.`,
		),
	];
}
