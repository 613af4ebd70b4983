import {createHash, type X509Certificate} from 'node:crypto';
import type {ProbeTlsa, ProbeTlsaRecord} from '../model/probe-result.ts';

/** A TLSA record as it is published. */
export type TlsaRecord = Omit<ProbeTlsaRecord, 'result'>;

const digests: Readonly<Record<number, string>> = {1: 'sha256', 2: 'sha512'};
/** Hexadecimal digits of a digest, by the matching type (RFC 6698 section 2.1.3). */
const lengths: Readonly<Record<number, number>> = {1: 64, 2: 128};

/**
 * A record as dig(1) prints it or a zone file holds it: `3 1 1 HEX`, or a whole line. Throws one sentence on what is none.
 */
export function readTlsa(text: string): TlsaRecord {
	const line = text.replace(/[()]/g, ' ').trim();
	const found = /^(?:.*\bTLSA\s+)?(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+([0-9a-f][0-9a-f\s]*)$/i.exec(line);
	const [usage = 256, selector = 256, type = 256] = found === null ? [] : found.slice(1, 4).map(Number);
	const data = (found?.[4] ?? '').replace(/\s+/g, '').toLowerCase();
	const length = lengths[type];
	if (Math.max(usage, selector, type) > 255 || data.length % 2 > 0 || (length !== undefined && data.length !== length))
		throw new Error(`--tlsa "${text}" is no TLSA record; write it as dig prints it, such as "3 1 1" and 64 digits`);
	return {usage, selector, matching_type: type, data};
}

/** What a record compares: the whole certificate, or its key (RFC 6698 sections 2.1.2 and 2.1.3); null: no such thing. */
function association(certificate: X509Certificate, selector: number, type: number): string | null {
	const bytes = [() => certificate.raw, () => certificate.publicKey.export({type: 'spki', format: 'der'}) as Buffer][
		selector
	]?.();
	if (bytes === undefined) return null;
	if (type === 0) return bytes.toString('hex');
	const digest = digests[type];
	return digest === undefined ? null : createHash(digest).update(bytes).digest('hex');
}

/** A certificate that the server shows. */
export type Served = {
	/** What it is called in a sentence: `the certificate`, `the RSA certificate`. */
	readonly what: string;
	readonly certificate: X509Certificate;
	/** What the server sends behind it. */
	readonly chain: readonly X509Certificate[];
	/** Whether it names the host that was asked for. */
	readonly nameMatches: boolean;
};

/** No chain of certificates is longer. */
const longestChain = 20;

/** What a server sent behind a certificate of a handshake: Node links them in the order in which they came. */
export function sentBehind(certificate: X509Certificate): X509Certificate[] {
	const chain: X509Certificate[] = [];
	for (
		let at = certificate.issuerCertificate;
		at !== undefined && chain.length < longestChain;
		at = at.issuerCertificate
	)
		chain.push(at);
	return chain;
}

/** The certificates above the server's own that it sent, as far as each has signed the one before. */
function issuersOf({certificate, chain}: Served): X509Certificate[] {
	const issuers: X509Certificate[] = [];
	let at: X509Certificate | undefined = certificate;
	while (at !== undefined) {
		const below: X509Certificate = at;
		at = chain.find(each => !issuers.includes(each) && each.raw.compare(below.raw) !== 0 && signed(below, each));
		if (at !== undefined) issuers.push(at);
	}
	return issuers;
}

function signed(certificate: X509Certificate, issuer: X509Certificate): boolean {
	try {
		return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
	} catch {
		// A key of a kind that the local OpenSSL does not know.
		return false;
	}
}

/**
 * Whether a record fits a certificate: DANE-EE (usage 3) the server's own, DANE-TA (2) one above it that the server sends (RFC
 * 7671 sections 5.1 and 5.2). Usages 0 and 1 are for no client of SMTP (RFC 7672 section 3.1.3).
 */
function resultOf(record: TlsaRecord, served: Served): ProbeTlsaRecord['result'] {
	const {usage, selector, matching_type: type, data} = record;
	if (association(served.certificate, selector, type) === null || (usage !== 2 && usage !== 3)) return 'unusable';
	const candidates = usage === 3 ? [served.certificate] : issuersOf(served);
	return candidates.some(each => association(each, selector, type) === data) ? 'match' : 'mismatch';
}

/** The best of several results. */
function best(results: ReadonlyArray<ProbeTlsaRecord['result']>): ProbeTlsaRecord['result'] {
	return (['match', 'mismatch'] as const).find(each => results.includes(each)) ?? 'unusable';
}

/** Where the records are from. */
export type TlsaOrigin = Pick<ProbeTlsa, 'source' | 'name' | 'resolver' | 'authenticated'>;

function originNotes({source, resolver, authenticated}: TlsaOrigin): string[] {
	if (source === 'given') return ['DNSSEC is not validated: the TLSA records were given, not resolved'];
	if (authenticated !== true)
		return [
			`DNSSEC is not validated: the resolver ${resolver} does not say so (AD), and clients ignore TLSA records without it`,
		];
	const near = /^(?:127\.|\[?::1\b)/.test(resolver ?? '');
	return near ? [] : [`DNSSEC is validated by the resolver ${resolver}, whose word crosses the network unprotected`];
}

/**
 * Compares what a server shows with TLSA records. A server with two certificates may show either, so each has to match a
 * record. Nothing to compare is `unknown`, with the reason in `said`. Pure.
 */
export function compareTlsa(records: readonly TlsaRecord[], served: readonly Served[], origin: TlsaOrigin): ProbeTlsa {
	const fits = served.map(one => records.map(record => resultOf(record, one)));
	const rows = records.map((record, index) => ({...record, result: best(fits.map(row => row[index] ?? 'unusable'))}));
	const each = served.map((one, index) => ({...one, result: best(fits[index] ?? [])}));
	const {name} = origin;
	const wrong = each.filter(({result}) => result === 'mismatch');
	const notes = originNotes(origin);
	const done = (verdict: ProbeTlsa['verdict'], said: string): ProbeTlsa => ({
		...origin,
		records: rows,
		verdict,
		said,
		notes,
	});
	const where = origin.source === 'dns' ? ` at ${name}` : '';
	if (records.length === 0) return done('unknown', `the TLSA records: there is none${where}`);
	if (each.length === 0) return done('unknown', 'the TLSA records: no certificate was seen');
	if (wrong.length > 0) {
		const keys = wrong.map(({certificate}) => `3 1 1 ${association(certificate, 1, 1)}`);
		return done(
			'mismatch',
			`${wrong.map(({what}) => what).join(' and ')} ${wrong.length > 1 ? 'match' : 'matches'} no TLSA record${where}: clients that follow DANE send nothing; publish ${keys.join(' and ')}`,
		);
	}
	if (each.some(({result}) => result === 'unusable'))
		return done('unknown', `the TLSA records${where}: none is of usage 2 or 3, the others are not compared`);
	const anchored = each.filter((one, index) => !one.nameMatches && !ownKey(records, fits[index] ?? []));
	for (const {what} of anchored)
		notes.push(
			`a TLSA record of usage 2 asks that ${what} names the host, or the domain of the recipient: see its names`,
		);
	return done('match', `${each.map(({what}) => what).join(' and ')} ${each.length > 1 ? 'match' : 'matches'}`);
}

/** Whether a record for the server's own certificate fits: names do not count then (RFC 7671 section 5.1). */
function ownKey(records: readonly TlsaRecord[], fits: ReadonlyArray<ProbeTlsaRecord['result']>): boolean {
	return records.some(({usage}, index) => usage === 3 && fits[index] === 'match');
}
