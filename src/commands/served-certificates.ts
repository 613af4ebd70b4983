import type {DovecotConfiguration} from '../mailserver/dovecot/configuration.ts';
import type {LintSubject} from '../mailserver/lint/checks/rule.ts';
import {
	type CertificateFacts,
	type CertificateSource,
	certificateSource,
	dovecotCertificateSource,
	servedFindings,
} from '../mailserver/lint/served-certificate.ts';
import type {LintFinding} from '../model/lint-finding.ts';
import {certificateFacts, leavesOf, type PeerView} from '../probe/certificate.ts';

/** Certificates that were served, by service as the matrix names it. */
export type Served = ReadonlyMap<string, readonly PeerView[]>;

/** Reads a file that a configuration names; null where it is not to be had. */
export type ReadFile = (path: string) => Promise<string | null>;

/** What the comparison came to. */
type Compared = {
	readonly findings: readonly LintFinding[];
	readonly notCheckable: ReadonlyArray<{readonly id: string; readonly why: string}>;
};

/** The certificates in the files; null where one of them cannot be read: what it holds is not known. */
async function heldIn({files}: CertificateSource, read: ReadFile): Promise<readonly CertificateFacts[] | string> {
	const texts: string[] = [];
	for (const file of files) {
		const text = await read(file);
		if (text === null) return file;
		texts.push(text);
	}
	const held = leavesOf(texts.join('\n')).map(certificateFacts);
	return held.length === 0 ? files.join(', ') : held;
}

function sourcesOf({configuration, servers}: LintSubject, dovecot: DovecotConfiguration | null) {
	const sources = new Map<string, CertificateSource | null>();
	for (const {service} of servers)
		sources.set(`${service.name}/${service.type}`, certificateSource(configuration, service));
	for (const {name} of dovecot?.listeners ?? [])
		sources.set(name, dovecotCertificateSource(dovecot?.settings ?? new Map()));
	return sources;
}

/** Holds what services served against the files of their certificates. */
export async function compareServed(
	subject: LintSubject,
	served: Served,
	read: ReadFile,
	now: number,
): Promise<Compared> {
	const findings: LintFinding[] = [];
	const unread = new Set<string>();
	for (const [service, source] of sourcesOf(subject, subject.dovecot)) {
		const peers = (served.get(service) ?? []).flatMap(({certificate}) => certificate ?? []);
		if (peers.length === 0 || source === null) continue;
		const held = await heldIn(source, read);
		if (typeof held === 'string') unread.add(held);
		else findings.push(...servedFindings({service, source, held, served: peers.map(certificateFacts)}, now));
	}
	const notCheckable = [...unread].map(file => ({id: 'certificate-not-reloaded', why: `not read: ${file}`}));
	return {findings, notCheckable};
}
