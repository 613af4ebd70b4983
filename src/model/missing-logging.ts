import type {EvidenceRow, Lack} from './evidence.ts';
import type {Hop} from './session.ts';

/** What a program left out of the log on one hop and port, and the setting that puts it in. */
export type MissingLogging = {
	readonly hop: Hop;
	readonly port: number | null;
	/** The tag of the program that wrote the lines. */
	readonly program: string | null;
	readonly sessions: number;
	readonly lacks: Lack;
	readonly remedy: string;
};

/** Elements of login_log_format_elements in Dovecot 2.2 and 2.3, and their names in 2.4 (login-common/client-common.c). */
const elements = {
	outcome: ['%c', '%{secured}'],
	version: ['%k', '%{ssl_security}'],
	port: ['lport=%a', 'lport=%{local_port}'],
} as const;

/**
 * The setting of the program that wrote the lines, which its tag names; a tag without a program's name (rsyslog cuts it
 * at the slash) leaves the service and the direction. tlsproxy logs what smtpd or smtp would: tlsproxy_tls_loglevel is
 * $smtpd_tls_loglevel and tlsproxy_client_loglevel is $smtp_tls_loglevel (postconf(5)); postscreen has tlsproxy shake
 * hands. /
 */
function remedyOf({tag, service, direction, lacks}: EvidenceRow): string {
	const name = tag?.slice(tag.lastIndexOf('/') + 1) ?? '';
	const dovecot =
		/-login$/.test(name) || /^(?:dovecot|imap|pop3|managesieve|submission)$/.test(tag?.split('/')[0] ?? '');
	if (lacks === 'group') return dovecot ? 'Dovecot has no setting for it' : 'Postfix 3.4 and later log it';
	if (dovecot) {
		const [old, current] = elements[lacks === 'outcome' || lacks === 'port' ? lacks : 'version'];
		return `add ${old} (Dovecot 2.4: ${current}) to login_log_format_elements`;
	}
	if (name === 'lmtp' || (direction === 'out' && name !== 'smtp' && name !== 'tlsproxy' && service === 'lmtp'))
		return 'set lmtp_tls_loglevel = 1 in main.cf';
	return `set ${direction === 'in' ? 'smtpd' : 'smtp'}_tls_loglevel = 1 in main.cf`;
}

/**
 * What the log lacks, by hop, port and program, the most sessions first. Sessions that the log cuts off lack nothing that
 * a setting would give; neither do probes of a program that logs the versions of others.
 */
export function missingLogging(rows: readonly EvidenceRow[]): MissingLogging[] {
	const found = new Map<string, MissingLogging>();
	for (const row of rows) {
		const {hop, port, tag, lacks, sessions} = row;
		if (lacks === null || row.cut || (row.tells && !row.used)) continue;
		const key = JSON.stringify([hop, port, tag, lacks]);
		const known = found.get(key)?.sessions ?? 0;
		found.set(key, {hop, port, program: tag, sessions: known + sessions, lacks, remedy: remedyOf(row)});
	}
	return [...found.values()].sort((a, b) => b.sessions - a.sessions);
}
