import type {SinkSeen} from './mail-sink.ts';
import type {OutboundCase} from './outbound-cases.ts';
import type {Row} from './tlsaudit.ts';

/**
 * The connections of one destination as text lines, so that what the log says and what the server saw can be laid side by
 * side: a line for each TLS session with the messages it carried, a line for each failed handshake, and one for all mail
 * in plaintext (where Postfix logs no border between connections).
 */
export function linesOfServer({sink, trust}: OutboundCase, seen: readonly SinkSeen[]): string[] {
	const port = sink.port ?? 25;
	const mode = sink.tls === 'implicit' ? 'implicit' : 'starttls';
	const lines = seen.flatMap(({tls, failed, certificate, messages}) => {
		if (failed) return [`failed on ${port}`];
		if (!tls) return [];
		const shown = certificate !== null && tls.protocol === 'TLSv1.3' ? ', with a certificate of ours' : '';
		return [`${trust} ${mode} on ${port}: ${tls.protocol} ${tls.cipher} ${tls.bits}, ${messages} messages${shown}`];
	});
	const plain = seen.filter(({tls, failed}) => !tls && !failed).reduce((sum, {messages}) => sum + messages, 0);
	return [...lines, ...plaintext(plain)].sort();
}

/** The same of what tlsaudit read in the log. */
export function linesOfLog(rows: readonly Row[]): string[] {
	const lines = rows.flatMap(row => {
		if (row.outcome === 'failed') return [`failed on ${row.port}`];
		if (row.outcome === null) return [`unknown on ${row.port}, ${row.messages} messages`];
		if (row.outcome !== 'encrypted') return [];
		const shown = row.client_signature === null ? '' : ', with a certificate of ours';
		return [
			`${row.trust} ${row.tls_mode} on ${row.port}: ${row.protocol} ${row.cipher} ${row.cipher_bits}, ${row.messages} messages${shown}`,
		];
	});
	const plain = rows.filter(({outcome}) => outcome === 'plaintext').reduce((sum, row) => sum + Number(row.messages), 0);
	return [...lines, ...plaintext(plain)].sort();
}

function plaintext(messages: number): string[] {
	return messages === 0 ? [] : [`plaintext, ${messages} messages`];
}

/** The reasons that the log gives where no mail got through. */
export function failuresOfLog(rows: readonly Row[]): string[] {
	return [...new Set(rows.flatMap(({failure}) => (typeof failure === 'string' ? [failure] : [])))].sort();
}
