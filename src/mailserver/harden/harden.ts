import type {
	Contradiction,
	DemandedLevel,
	Enough,
	LineDecision,
	NoLineReason,
	PolicyLine,
	RowInUse,
	SeenNextHop,
} from '../../model/hardening/policy-line.ts';
import type {SeenMail} from '../../model/hardening/seen-mail.ts';
import {compareProtocols, type Protocol} from '../../tls/version.ts';
import type {ClientLevel} from '../effective/effective.ts';
import {readPolicy} from '../effective/policy-table.ts';
import {newestRelease} from '../releases/postfix-version.ts';
import {type InUse, rowFor} from './in-use.ts';
import {type FoundNextHop, nextHops} from './next-hops.ts';

/**
 * What was seen of mail that went out, and what is in use, come in; for each next hop a line of smtp_tls_policy_maps goes out, or
 * why there is none. No line demands what a session that was seen, or mail that was held back, would not have passed, and none
 * weakens what is in use. Pure.
 */

/**
 * Where no configuration shows what `smtp_tls_mandatory_protocols` allows: many administrators forbid there what is older, as RFC
 * 8996 asks, so that mail over TLS 1.1 that `may` let pass would wait.
 */
const usualFloor: Protocol = 'TLSv1.2';

const day = 86_400_000;

/** Days of the calendar (UTC) from the first session to the last, both counted. */
function daysSeen({first_seen, last_seen}: SeenNextHop): number {
	if (first_seen === null || last_seen === null) return 0;
	return Math.floor(last_seen / day) - Math.floor(first_seen / day) + 1;
}

/**
 * What keeps a next hop from any demand: each of these is mail that `encrypt` would have held back, or may have (postconf(5)
 * smtp_tls_security_level, "encrypt"). A failed handshake counts although another server may have taken the mail.
 */
function obstacle(seen: SeenNextHop, floor: Protocol): NoLineReason | null {
	if (seen.held > 0) return 'held';
	if (seen.plaintext > 0) return 'plaintext';
	if (seen.failed > 0) return 'failed';
	if (seen.unknown > 0 || seen.versionless > 0) return 'not-logged';
	return seen.oldest !== null && compareProtocols(seen.oldest, floor) < 0 ? 'old-version' : null;
}

/**
 * The level that what was seen carries; null where certificates were checked and the log does not show how.
 *
 * - `dane-only` where all sessions were Verified by TLSA records: the log of Postfix 3.11 says so, or the configuration, where no row
 *   rules the next hop and no table is unread.
 * - `verify` where the log says that all sessions were Verified by that very level, and what is in use is given and has no row for the
 *   next hop: then `smtp_tls_verify_cert_match` of main.cf is what matched. Under `secure`, `fingerprint` and `dane` other names or no
 *   authority at all matched, and a row may have `match=` or `tafile=` of its own: none of these proves that `verify` would pass.
 * - Verified in any other way, also in part: no line. `encrypt` checks no certificate, and in the place of what checks one it
 *   would weaken.
 * - `encrypt` else: it takes any certificate and none (postconf(5)).
 */
function provenLevel(seen: SeenNextHop, row: RowInUse | null, {general, unread, given}: InUse): DemandedLevel | null {
	const {sessions, checked, by_dane, by_verify, by_unnamed} = seen;
	if (checked === 0) return 'encrypt';
	const ofMain = given && row === null && unread.length === 0;
	const isDane = ofMain && (general?.level === 'dane' || general?.level === 'dane-only');
	if (by_dane + (isDane ? by_unnamed : 0) === sessions) return 'dane-only';
	if (ofMain && by_verify === sessions) return 'verify';
	return null;
}

/**
 * Whether a row is not to be touched for a demand: it is as strict, or stricter, or checks certificates in another way. `dane` gives
 * way to `dane-only` alone: `encrypt` would end the look for TLSA records.
 */
function stays(level: ClientLevel | null, demand: DemandedLevel): boolean {
	if (level === 'none' || level === 'may') return false;
	if (level === 'dane') return demand !== 'dane-only';
	return level !== 'encrypt' || demand === 'encrypt';
}

/** What the log shows that cannot be, were the level in force for it: it is newer than the log, or never looked up. */
function contradiction(level: ClientLevel | null, seen: SeenNextHop): Contradiction | null {
	if (seen.sessions === 0 && seen.held === 0) return null;
	if (level === 'none') return seen.sessions > seen.plaintext + seen.unknown ? 'encrypted' : null;
	if (level === null || level === 'may' || level === 'dane') return null;
	if (seen.held > 0) return 'held';
	if (seen.plaintext > 0) return 'plaintext';
	return level !== 'encrypt' && seen.checked < seen.sessions ? 'not-verified' : null;
}

/** The right-hand side with another level; attributes of the row stay, since the sessions that were seen were made by them. */
const withLevel = (value: string, level: DemandedLevel): string => value.replace(/^\s*[^\s,]+/, level);

function decide({seen, never}: FoundNextHop, inUse: InUse, enough: Enough): LineDecision {
	const {general} = inUse;
	const row = rowFor(inUse, seen.key);
	const level = row === null ? (general?.level ?? null) : readPolicy(row.value, newestRelease).level;
	const ruling = row ?? general?.row ?? null;
	const none = (why: NoLineReason): LineDecision => ({kind: 'none', why});
	if (never !== null) return none(never);
	const by = row === null ? null : contradiction(level, seen);
	if (row !== null && by !== null) return {kind: 'contradicted', row, by};
	// A row that cannot be read defers all mail: it is for `tlsaudit postfix` to say.
	if (row !== null && level === null) return {kind: 'left', row};
	const demand = provenLevel(seen, row, inUse);
	const strict = demand !== null && (row !== null || level !== 'dane') && stays(level, demand);
	if (ruling !== null && level !== null && (strict || (demand === null && stays(level, 'encrypt'))))
		return {kind: 'left', row: ruling};
	const why = obstacle(seen, inUse.floor ?? usualFloor);
	if (why !== null) return none(why);
	if (demand === null) return none('checked-already');
	if (seen.sessions < enough.sessions) return none('few-sessions');
	if (daysSeen(seen) < enough.days) return none('few-days');
	if (row === null) return {kind: 'added', value: demand};
	return {kind: 'stricter', value: withLevel(row.value, demand), row};
}

/** A line, or why there is none, for each next hop that was seen, in the order of their keys. */
export function harden(rows: readonly SeenMail[], inUse: InUse, enough: Enough): PolicyLine[] {
	return nextHops(rows, inUse)
		.map(found => ({...found.seen, decision: decide(found, inUse, enough)}))
		.sort((a, b) => (a.key < b.key ? -1 : 1));
}
