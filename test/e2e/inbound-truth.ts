import {clientName} from './cast.ts';
import type {InboundCase} from './inbound-cases.ts';
import type {MailSeen} from './mail-client.ts';
import type {MailboxSeen} from './mailbox-client.ts';
import type {Row} from './tlsaudit.ts';

/** How Postfix writes a group (tls_misc.c): those of the NIST curves are behind the kind of exchange. */
function exchangeOf(group: string): string {
	return /^X\d+$/.test(group) ? group : `ECDHE (${group})`;
}

function hopOf(port: number, loggedIn: boolean): string {
	if (port === 143 || port === 993 || port === 110 || port === 995) return 'access';
	return loggedIn || port === 465 || port === 587 ? 'submission' : 'relay-in';
}

/** The columns about TLS. */
function tlsColumns(seen: MailSeen | MailboxSeen, mode: string) {
	const outcome = seen.failed ? 'failed' : seen.tls ? 'encrypted' : 'plaintext';
	return {
		outcome,
		tls_mode: outcome === 'plaintext' ? null : mode,
		protocol: seen.tls?.protocol ?? null,
		cipher: seen.tls?.cipher ?? null,
		cipher_bits: seen.tls?.bits ?? null,
		failure: null,
	};
}

/** The rows that the log must come to: one, or two where mail went before STARTTLS. */
export function expectedOf(one: InboundCase, seen: MailSeen | MailboxSeen): Row[] {
	if (seen.failed && typeof one.and?.failure !== 'string') throw new Error(`${one.about}: ${seen.error}`);
	const {from, port, tls, user} = 'mail' in one ? one.mail : one.mailbox;
	const columns = {
		port,
		hop: hopOf(port, seen.authenticated),
		peer_ip: from,
		...tlsColumns(seen, tls === 'none' && (port === 465 || port === 993 || port === 995) ? 'implicit' : tls),
	};
	if (!('sent' in seen)) return [{...columns, username: seen.authenticated ? (user ?? null) : null, ...one.and}];
	const encrypted = columns.outcome === 'encrypted';
	const group = seen.group ?? '';
	const row: Row = {
		...columns,
		peer_host: clientName(from),
		messages: seen.sent,
		rejected: 0,
		username: seen.authenticated && seen.sent > 0 ? (user ?? null) : null,
		trust: encrypted ? 'Anonymous' : null,
		server_name: null,
		client_signature: null,
		key_exchange: seen.tls?.protocol === 'TLSv1.3' ? exchangeOf(group) : null,
		...one.and,
	};
	if (seen.sentBefore === 0) return [row];
	const before: Row = {
		...row,
		outcome: 'plaintext',
		...{tls_mode: null, protocol: null, cipher: null, cipher_bits: null, trust: null, key_exchange: null},
		messages: seen.sentBefore,
	};
	return [before, row];
}
