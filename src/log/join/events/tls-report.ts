import {recipientDomain} from '../../../model/deliveries.ts';
import {isTlsResult, type ReportedResult, type TlsResult} from '../../../model/tls-reports.ts';
import {type Peer, peerOfEndpoint} from '../../peer.ts';

/** What a line `TLSRPT: …` says, and of the connection to whom; it bears no port. */
export type TlsReport = ReportedResult & {readonly peer: Peer};

/** Reasons that Postfix gives, and what stands for a type that RFC 8460 does not know: a word. Others are no reason. */
const reasonWord = /^[\w.-]{1,64}$/;

/**
 * The result for a failure type of Postfix: the names of RFC 8460 with underscores, before 3.10 with `TLSRPT_` in front. Types that
 * the library keeps to itself (`unfinished_policY`, `failure_type_901`) are general failures.
 */
function resultOf(type: string): {result: TlsResult; known: boolean} {
	const name = type
		.toLowerCase()
		.replace(/^tlsrpt_/, '')
		.replaceAll('_', '-');
	return name !== 'success' && isTlsResult(name)
		? {result: name, known: true}
		: {result: 'validation-failure', known: false};
}

/**
 * Reads what follows `TLSRPT: ` (tls/tlsrpt_wrapper.c, Postfix 3.10 and later): `status=success, domain=D, receiving_mx=H[A]`, or
 * `status=failure, …, failure_type=T[, failure_reason=R]`. null for what is neither, such as a line cut within
 * the name. Never throws.
 */
export function readTlsReport(text: string): TlsReport | null {
	const found =
		/^status=(success|failure), domain=([^,]*), receiving_mx=([^,[]*\[[^,\]]*\])(?:, failure_type=([^,]*))?(.*)$/s.exec(
			text,
		);
	if (!found) return null;
	const [, status, domain = '', mx = '', type, rest = ''] = found;
	if (status === 'failure' && type === undefined) return null;
	const {result, known} = status === 'success' ? {result: 'success' as const, known: true} : resultOf(type ?? '');
	const reason = known ? (/^, failure_reason=(.*)$/s.exec(rest)?.[1] ?? '') : (type ?? '');
	return {
		// printf(3) of a name that is not set.
		peer: peerOfEndpoint(mx.replaceAll('(null)', 'unknown')),
		domain: recipientDomain(domain),
		result,
		reason: reasonWord.test(reason) && reason !== '-' ? reason : null,
	};
}
