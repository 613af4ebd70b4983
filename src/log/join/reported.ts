import type {Failure, Session} from '../../model/session.ts';
import {addReport, type TlsResult} from '../../model/tls-reports.ts';
import type {LineContext} from '../line-context.ts';
import {outboundSession} from './begin-session.ts';
import type {TlsReport} from './events/tls-report.ts';

/** A result of TLSRPT whose connection no other line has named yet: the session that it is if none does. */
export type Reported = {readonly report: TlsReport; readonly session: Session; queueId: string | null};

/** Why a certificate was refused, in the words of a session's `alert`; the number only where the type stands for one reason. */
const certificateAlerts: ReadonlyMap<TlsResult, string> = new Map([
	['certificate-host-mismatch', 'hostname mismatch (62)'],
	['certificate-expired', 'certificate has expired (10)'],
	['certificate-not-trusted', 'certificate not trusted'],
]);

/** Why the certificate of the peer was refused; null where the result is another one. */
export function certificateAlert({result}: TlsReport): string | null {
	return certificateAlerts.get(result) ?? null;
}

/** Whether a result proves that a handshake was done (tls/tls_client.c): a success, or a certificate that was judged. */
export const provesHandshake = (report: TlsReport): boolean =>
	report.result === 'success' || certificateAlert(report) !== null;

/** Adds a result to the session that it is of. */
export function noteReport(session: Session, report: TlsReport, lineNumber: number): void {
	session.tlsReports = addReport(session.tlsReports, report);
	if (session.lastLine !== null && session.lastLine < lineNumber) session.lastLine = lineNumber;
}

/**
 * A session of which a line of TLSRPT is all that is known: a success or a judged certificate proves TLS, `starttls-not-supported`
 * that there was none (smtp/smtp_proto.c). All other results may be about a policy, and leave the transport open.
 */
export function reportedSession(context: LineContext, report: TlsReport): Session {
	const session = outboundSession(context, report.peer);
	session.endedAt = context.time;
	session.tlsReports = addReport(null, report);
	if (provesHandshake(report)) session.outcome = 'encrypted';
	else session.tlsMode = null;
	const alert = certificateAlert(report);
	if (alert !== null) {
		session.failure = 'certificate-not-verified';
		session.alert = alert;
	} else if (report.result === 'starttls-not-supported') session.outcome = 'plaintext';
	else if (report.reason === handshakeFailure) {
		session.outcome = 'failed';
		session.failure = 'other';
	}
	return session;
}

/** The reason of a `validation-failure` that is a handshake that failed (tls/tls_client.c, tlsproxy/tlsproxy.c). */
const handshakeFailure = 'tls-handshake-failure';

/** Why nothing was sent to a host that was given up for want of TLS. */
export const withoutTls: Readonly<Record<'not-offered' | 'refused', Failure>> = {
	'not-offered': 'tls-required-not-offered',
	refused: 'starttls-refused',
};
