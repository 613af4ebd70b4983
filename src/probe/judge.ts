import {isIP} from 'node:net';
import {endsWithin, type ProbeCertificate, type ProbeTlsa} from '../model/probe-result.ts';
import {isRelayPort, mayStay} from '../tls/relay-port.ts';
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

/** What is asked of a server beside its versions and suites. */
export type Demands = {
	/** A name, a chain, a digest or a key that clients may refuse is a violation. */
	readonly strict: boolean;
	/** Days before the end of a certificate from which it is said. */
	readonly warnDays: number;
	/** `null`: not asked for. */
	readonly tlsa: ProbeTlsa | null;
};

/** Ports for users, whose programs check the certificate, with TLS from the first byte or demanded (RFC 8314). */
const strictPorts: readonly number[] = [465, 587, 993, 995];

/** Whether certificates are judged strictly where nobody said. */
export function isStrictPort({port}: Target): boolean {
	return strictPorts.includes(port);
}

/**
 * RFC 9325 section 4.1 MUST NOT: no encryption, no authentication, export, RC4, less than 112 bits; 3DES by section 4.1
 * too.
 */
const weak = ['3DES', 'RC4', 'anonymous', 'NULL', 'export'] as const satisfies readonly SuiteClass[];

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
function offers({results, suites, groups, keys}: Probed, local: boolean): string[] {
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
	const hybrids = groups.filter(open).map(({group}) => group);
	return [
		...words,
		...Array.from(byVersions, ([where, names]) => `${list(names)} in ${where}`),
		...(hybrids.length === 0 ? [] : [`hybrid groups (${list(hybrids)})`]),
		...keys.filter(open).map(({key}) => `a certificate with ${key} key`),
	];
}

/** What is wrong, and what is worth knowing. */
type Said = {readonly violations: string[]; readonly notes: string[]};

/** What a client that checks certificates may refuse; RFC 9325 sections 4.3 and 4.5, RFC 6125. */
function refusable(certificate: ProbeCertificate, what: string, host: string): string[] {
	const {trusted, validity, trust_problem, chain_complete, name_matches, signature_algorithm} = certificate;
	const found: string[] = [];
	// Dates have a sentence of their own.
	if (trusted === false && validity === 'valid') {
		const fault = chain_complete === false ? `the chain of ${what} is not complete` : `${what} is not trusted`;
		found.push(`${fault}: ${trust_problem ?? 'no reason given'} (by ${certificate.roots})`);
	}
	// Certificates mostly hold no addresses.
	const hint = isIP(host) === 0 ? '' : '; give the name that clients use with --servername';
	if (!name_matches) found.push(`${what} does not name ${host}${hint}`);
	if (/md5|sha1/i.test(signature_algorithm ?? '')) found.push(`${what} is signed with ${signature_algorithm}`);
	const {key_type, key_bits} = certificate;
	if (key_type?.startsWith('rsa') && key_bits !== null && key_bits < 2048)
		found.push(`its RSA key of ${key_bits} bits is short: RFC 9325 section 4.5 asks for 2048`);
	return found;
}

function outOfDate({validity, valid_from, valid_to}: ProbeCertificate, what: string): string[] {
	if (validity === 'expired') return [`${what} expired on ${valid_to?.slice(0, 10)}`];
	if (validity === 'not yet valid') return [`${what} is not valid before ${valid_from?.slice(0, 10)}`];
	return validity === 'unreadable' ? [`${what} holds no readable dates`] : [];
}

/** `the certificate`, or of two `the RSA certificate`. */
export function certificateWords({key_type}: ProbeCertificate, {length}: readonly ProbeCertificate[]): string {
	if (length < 2) return 'the certificate';
	const kind = key_type?.startsWith('rsa') ? 'RSA' : key_type === 'ec' ? 'ECDSA' : key_type;
	return `the ${kind ?? 'other'} certificate`;
}

function judgeCertificates(certificates: readonly ProbeCertificate[], host: string, demands: Demands): Said {
	const violations: string[] = [];
	const notes: string[] = [];
	for (const certificate of certificates) {
		const what = certificateWords(certificate, certificates);
		violations.push(...outOfDate(certificate, what));
		(demands.strict ? violations : notes).push(...refusable(certificate, what, host));
		if (endsWithin(certificate, demands.warnDays))
			notes.push(`${what} ends in ${certificate.days_left} ${certificate.days_left === 1 ? 'day' : 'days'}: renew it`);
	}
	return {violations, notes};
}

/** Versions by RFC 8996 (TLS 1.0 and 1.1 are dead), suites by RFC 9325; on port 25 by what may stay there. */
function judgeOffers({results, suites}: Probed, {port}: Target): Said {
	const relay = isRelayPort(port);
	const violations: string[] = [];
	const notes: string[] = [];
	const old = results.filter(row => row.accepted === true && compareProtocols(row.version, 'TLSv1.2') < 0);
	const oldWords = `${list(old.map(row => row.version))}, older than TLS 1.2`;
	if (old.length > 0 && mayStay('old version', relay))
		notes.push(`accepts ${oldWords}: usual on port 25, where a peer that has only old TLS would send in clear`);
	else if (old.length > 0) violations.push(`the server accepts ${oldWords}`);
	for (const name of [...weak, 'static RSA'] as const) {
		const taken = suites.filter(row => row.class === name && row.accepted === true);
		if (taken.length === 0) continue;
		if (name === 'static RSA')
			notes.push(`no forward secrecy in ${suiteWords(name, taken)}: RFC 9325 advises against it`);
		else if (!mayStay(name, relay)) violations.push(`the server accepts ${suiteWords(name, taken)}`);
		else if (name === 'anonymous')
			notes.push(`accepts ${suiteWords(name, taken)}: usual on port 25, where clients do not check certificates`);
		else notes.push(`accepts ${suiteWords(name, taken)}: on port 25 still better than cleartext, RFC 9325 section 5.2`);
	}
	const asking = results.filter(row => row.client_certificate === 'demanded');
	if (asking.length > 0)
		notes.push(
			`the server demands a certificate of the client in ${list(asking.map(row => row.version))}: what is accepted is so for clients that have one`,
		);
	return {violations, notes};
}

/** Judges what was found: versions and suites, certificates, TLSA records. */
export function judgeProbe(
	probed: Probed,
	certificates: readonly ProbeCertificate[],
	target: Target,
	host: string,
	demands: Demands,
): Judgement {
	const {results, ended} = probed;
	const parts = [judgeOffers(probed, target), judgeCertificates(certificates, host, demands)];
	const {tlsa} = demands;
	const violations = parts.flatMap(part => part.violations);
	const notes = parts.flatMap(part => part.notes);
	if (tlsa?.verdict === 'mismatch') violations.push(tlsa.said);
	const untrusted = demands.strict && certificates.some(({trusted}) => trusted === null);
	const unanswered = [
		...offers(probed, false),
		...(untrusted ? ['whether the chain is trusted, as no handshake was finished'] : []),
		...(tlsa?.verdict === 'unknown' ? [tlsa.said] : []),
	];
	const any = results.some(({accepted}) => accepted === true);
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
