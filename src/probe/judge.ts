import type {ProbeCertificate} from '../model/probe-result.ts';
import {compareProtocols} from '../tls/version.ts';
import type {SuiteClass} from './client-hello.ts';
import type {Probed, SuiteResult} from './probe.ts';
import type {Target} from './target.ts';

/** What a probe comes to. */
export type Judgement = {
	/** `failed`: no handshake came about. `incomplete`: nothing bad was seen, and not all could be asked. */
	readonly verdict: 'clean' | 'violations' | 'incomplete' | 'failed';
	readonly violations: readonly string[];
	/** Worth knowing, and no reason for status 1. */
	readonly notes: readonly string[];
	/** Handshakes without a result, for a reason of the network or the server. */
	readonly unanswered: readonly string[];
	/** Offers that the local OpenSSL cannot make. */
	readonly untestable: readonly string[];
};

/**
 * RFC 9325 section 4.1 MUST NOT: no encryption, no authentication, export, RC4, less than 112 bits; 3DES by section 4.1
 * too.
 */
const weak: readonly SuiteClass[] = ['3DES', 'RC4', 'anonymous', 'NULL', 'export'];

const list = (words: readonly string[]): string =>
	words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `RC4 suites (RC4-SHA in TLSv1 and TLSv1.1)`. */
function suiteWords(name: SuiteClass, rows: readonly SuiteResult[]): string {
	const ciphers = [...new Set(rows.map(({cipher}) => cipher ?? 'unnamed'))];
	const each = ciphers.map(
		cipher => `${cipher} in ${list(rows.filter(row => (row.cipher ?? 'unnamed') === cipher).map(row => row.version))}`,
	);
	return `${name} suites (${each.join('; ')})`;
}

/** Offers grouped by what is the same in them: `RC4, 3DES in TLSv1.2`. */
function offers({results, suites}: Probed, local: boolean): string[] {
	const open = (row: {accepted: boolean | null; reason: string | null}): boolean =>
		row.accepted === null && (row.reason === 'local') === local;
	const words = results.filter(open).map(({version}) => version as string);
	const versions = [...new Set(suites.map(({version}) => version))];
	const byVersions = new Map<string, string[]>();
	for (const name of new Set(suites.filter(open).map(row => row.class))) {
		const where = versions.filter(version =>
			suites.some(row => row.class === name && row.version === version && open(row)),
		);
		const key = list(where.toReversed());
		byVersions.set(key, [...(byVersions.get(key) ?? []), name]);
	}
	return [...words, ...Array.from(byVersions, ([where, names]) => `${list(names)} in ${where}`)];
}

function certificateNotes(certificate: ProbeCertificate, host: string): string[] {
	const {trusted, validity, trust_problem, chain_complete, name_matches, days_left, signature_algorithm} = certificate;
	const notes: string[] = [];
	// Dates have a sentence of their own.
	if (!trusted && validity === 'valid') {
		const what = chain_complete === false ? 'the chain is not complete' : 'the certificate is not trusted';
		notes.push(`${what}: ${trust_problem ?? 'no reason given'} (by ${certificate.roots})`);
	}
	if (!name_matches) notes.push(`the certificate does not name ${host}`);
	if (validity === 'valid' && days_left !== null && days_left < 14)
		notes.push(`the certificate ends in ${days_left} days: renew it`);
	if (/md5|sha1/i.test(signature_algorithm ?? '')) notes.push(`the certificate is signed with ${signature_algorithm}`);
	const {key_type, key_bits} = certificate;
	if (key_type?.startsWith('rsa') && key_bits !== null && key_bits < 2048)
		notes.push(`its RSA key of ${key_bits} bits is short: RFC 9325 section 4.5 asks for 2048`);
	return notes;
}

function certificateViolations({validity, valid_from, valid_to}: ProbeCertificate): string[] {
	if (validity === 'expired') return [`the certificate expired on ${valid_to?.slice(0, 10)}`];
	if (validity === 'not yet valid') return [`the certificate is not valid before ${valid_from?.slice(0, 10)}`];
	return validity === 'unreadable' ? ['the certificate holds no readable dates'] : [];
}

/**
 * Judges what was found: versions by RFC 8996 (TLS 1.0 and 1.1 are dead), suites by RFC 9325, certificates by their
 * dates.
 */
export function judgeProbe(
	probed: Probed,
	certificate: ProbeCertificate | null,
	target: Target,
	host: string,
): Judgement {
	const {results, suites, ended} = probed;
	const violations: string[] = [];
	const notes: string[] = [];
	const old = results.filter(row => row.accepted === true && compareProtocols(row.version, 'TLSv1.2') < 0);
	if (old.length > 0) violations.push(`the server accepts ${list(old.map(row => row.version))}, older than TLS 1.2`);
	// Clients that relay to port 25 do not check its certificate and may leave it out: Postfix clients do.
	const relay = target.port === 25 && target.starttls === 'smtp';
	for (const name of [...weak, 'static RSA'] as const) {
		const taken = suites.filter(row => row.class === name && row.accepted === true);
		if (taken.length === 0) continue;
		if (name === 'static RSA')
			notes.push(`no forward secrecy in ${suiteWords(name, taken)}: RFC 9325 advises against it`);
		else if (name === 'anonymous' && relay)
			notes.push(`accepts ${suiteWords(name, taken)}: usual on port 25, where clients do not check certificates`);
		else violations.push(`the server accepts ${suiteWords(name, taken)}`);
	}
	if (certificate !== null) {
		violations.push(...certificateViolations(certificate));
		notes.push(...certificateNotes(certificate, host));
	}
	const any = results.some(({accepted}) => accepted === true);
	const unanswered = offers(probed, false);
	if (!any && ended === null) notes.push('no version that could be offered was accepted');
	const verdict = !any
		? 'failed'
		: violations.length > 0
			? 'violations'
			: unanswered.length > 0
				? 'incomplete'
				: 'clean';
	return {verdict, violations, notes, unanswered, untestable: offers(probed, true)};
}
