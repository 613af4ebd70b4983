import {recipientDomain} from './deliveries.ts';

/** Result types of a TLS report (RFC 8460, section 4.3; IANA, STARTTLS Validation Result Types). */
export const resultTypes = [
	'starttls-not-supported',
	'certificate-host-mismatch',
	'certificate-expired',
	'certificate-not-trusted',
	'validation-failure',
	'tlsa-invalid',
	'dnssec-invalid',
	'dane-required',
	'sts-policy-fetch-error',
	'sts-policy-invalid',
	'sts-webpki-invalid',
] as const;
export type ResultType = (typeof resultTypes)[number];

/** What a connection adds to a TLS report. */
export type TlsResult = 'success' | ResultType;

/** What Postfix handed to its TLSRPT library about one use of a connection. */
export type ReportedResult = {
	/** The policy domain: of the next hop, which is that of the recipients unless a relay host stands in between; null for what is none. */
	readonly domain: string | null;
	readonly result: TlsResult;
	/** The failure reason, such as `tls-handshake-failure`. */
	readonly reason: string | null;
};

/** Equal results of one session, with how often they were reported. */
export type CountedResult = ReportedResult & {readonly count: number};

/*
 * Sessions hold what was reported of them as one text, `bank.example success - 1,shop.example validation-failure tls-handshake-failure 1`,
 * as they do with their deliveries. The view `tls_reports` has a row for each part.
 */

/** A session may be used again for any number of domains: those beyond this are counted as one without a name. */
const mostParts = 200;

const partOf = ({domain, result, reason}: ReportedResult): string => `${domain ?? ''} ${result} ${reason ?? '-'}`;

/** Adds one report to such a text, null for none. No report is ever lost, however many there are. */
export function addReport(text: string | null, report: ReportedResult): string {
	if (text === null) return `${partOf(report)} 1`;
	const parts = text.split(',');
	const add = (part: string): boolean => {
		const at = parts.findIndex(each => each.startsWith(`${part} `) && !each.slice(part.length + 1).includes(' '));
		if (at < 0) return false;
		parts[at] = `${part} ${Number(parts[at]?.slice(part.length + 1)) + 1}`;
		return true;
	};
	if (!add(partOf(report))) {
		const rest = partOf({...report, domain: null, reason: null});
		if (parts.length < mostParts) parts.push(`${partOf(report)} 1`);
		else if (!add(rest)) parts.push(`${rest} 1`);
	}
	return parts.join();
}

const words: ReadonlySet<string> = new Set<string>(['success', ...resultTypes]);

/** Whether a word is the result of a TLS report. */
export const isTlsResult = (word: string): word is TlsResult => words.has(word);

/** Reads such a text. */
export function readReports(text: string | null): CountedResult[] {
	if (text === null) return [];
	return text.split(',').flatMap(part => {
		const [domain = '', result = '', reason = '-', count = '0'] = part.split(' ');
		if (!isTlsResult(result)) return [];
		return [{domain: recipientDomain(domain), result, reason: reason === '-' ? null : reason, count: Number(count)}];
	});
}

/**
 * What a TLS report says of the policy (RFC 8460, section 4.4). `no-policy-found`: the log shows none, which is no proof that there
 * is none.
 */
export type PolicyType = 'tlsa' | 'sts' | 'no-policy-found';

/** Connections to one server for one policy domain on one day in UTC that came to the same result. */
export type TlsResultRow = {
	/** Such as `2026-11-29`. */
	readonly day: string;
	readonly domain: string;
	readonly policy: PolicyType;
	readonly result: TlsResult;
	readonly reason: string | null;
	/** null where there was no connection. */
	readonly mxHost: string | null;
	readonly mxIp: string | null;
	readonly count: number;
};

/** All that TLS reports of a log say, and the connections that are in none. */
export type TlsResults = {
	readonly rows: readonly TlsResultRow[];
	/** Connections of which the log has no policy domain, or no time. */
	readonly nameless: number;
	/** Connections of which no line says that TLS was tried or demanded. */
	readonly untold: number;
};
