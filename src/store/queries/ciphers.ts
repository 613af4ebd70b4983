import type {Filter} from '../../model/filter.ts';
import type {AgreedSignature, AgreedSuite} from '../../model/inventory.ts';
import type {CipherRow} from '../../model/sessions.ts';
import {earlier, later} from '../../model/summary.ts';
import {groupOf} from '../../tls/group.ts';
import type {Store} from '../store.ts';
import {atOnce} from './steps.ts';
import {agreed, suites} from './summary.ts';

/** Returns versions and ciphers of the encrypted sessions over all hops, the most frequent first. The sessions are judged before. */
export async function ciphers(store: Store, filter: Filter = {}): Promise<CipherRow[]> {
	const rows = new Map<string, CipherRow>();
	for (const {hop, port, ...suite} of await suites(store, filter, atOnce)) {
		const key = JSON.stringify([suite.protocol, suite.cipher]);
		const place = port === null ? hop : `${hop} ${port}`;
		const row = rows.get(key);
		rows.set(
			key,
			row === undefined
				? {...suite, places: {[place]: suite.sessions}}
				: {
						protocol: row.protocol,
						cipher: row.cipher,
						sessions: row.sessions + suite.sessions,
						messages: row.messages + suite.messages,
						violations: row.violations + suite.violations,
						weaknesses: row.weaknesses + suite.weaknesses,
						judged: row.judged + suite.judged,
						undecided: row.undecided + suite.undecided,
						places: {...row.places, [place]: (row.places[place] ?? 0) + suite.sessions},
						first_seen: earlier(row.first_seen, suite.first_seen),
						last_seen: later(row.last_seen, suite.last_seen),
					},
		);
	}
	return [...rows.values()].sort((a, b) => b.sessions - a.sessions);
}

/**
 * Returns what was agreed in the encrypted sessions by hop and port, the most frequent first: version, suite and group. Groups that are
 * logged under several names are one. The sessions are judged before.
 */
export async function agreedSuites(store: Store, filter: Filter = {}): Promise<AgreedSuite[]> {
	const rows = new Map<string, AgreedSuite>();
	for (const each of await agreed(store, filter, ['protocol', 'cipher', 'key_exchange'])) {
		const {hop, port, protocol, cipher, sessions, messages, violations, first_seen, last_seen} = each;
		const group = each.key_exchange === null ? null : groupOf(each.key_exchange);
		const key = JSON.stringify([hop, port, protocol, cipher, group]);
		const row = rows.get(key);
		rows.set(key, {
			...{hop, port, protocol, cipher, group},
			sessions: sessions + (row?.sessions ?? 0),
			messages: messages + (row?.messages ?? 0),
			violations: violations + (row?.violations ?? 0),
			first_seen: earlier(row?.first_seen ?? null, first_seen),
			last_seen: later(row?.last_seen ?? null, last_seen),
		});
	}
	return [...rows.values()];
}

/**
 * Returns the signatures of servers by hop and port, the most frequent first. Postfix logs them for TLS 1.3
 * (tls/tls_misc.c, tls_log_summary). The sessions are judged before.
 */
export async function agreedSignatures(store: Store, filter: Filter = {}): Promise<AgreedSignature[]> {
	const rows = await agreed(store, filter, ['protocol', 'server_signature', 'server_digest']);
	return rows.flatMap(({hop, port, protocol, server_signature: signature, server_digest: digest, ...row}) => {
		if (signature === null) return [];
		const {sessions, first_seen, last_seen} = row;
		return [{hop, port, protocol, signature, digest, sessions, first_seen, last_seen}];
	});
}
