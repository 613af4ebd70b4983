import type {Trust} from '../model/session.ts';
import type {Handshake} from '../model/session-parts.ts';
import {cipherFacts, type KeyExchange} from '../tls/cipher.ts';
import {memberOf, type SuiteSet, suiteSet} from '../tls/cipher-class.ts';
import {groupOf, isHybrid, keyExchangeKind, rsaBitsOf} from '../tls/group.ts';
import {compareProtocols, type Protocol, protocolOf} from '../tls/version.ts';
import type {Check, ServerKey, ServiceChoice, TrustLevel} from './policy.ts';

/** Registered ports (RFC 8314 section 7.3, RFC 5804) for sessions whose port is not known: implicit TLS, then STARTTLS. */
const registered: ReadonlyMap<string, readonly [number | null, number | null]> = new Map([
	['smtp', [null, 25]],
	['smtps', [465, 465]],
	['submissions', [465, 465]],
	['submission', [465, 587]],
	['imap', [993, 143]],
	['imaps', [993, 993]],
	['pop3', [995, 110]],
	['pop3s', [995, 995]],
	['managesieve', [null, 4190]],
	['sieve', [null, 4190]],
]);

/** `465 implicit TLS`, `587 STARTTLS`: one way into a service, for people. */
export function describeChoice(choice: {port?: number | null; service?: string | null; tls: string | null}): string {
	const place = choice.port ?? choice.service ?? 'a port not logged';
	const mode = {implicit: 'implicit TLS', starttls: 'STARTTLS'}[choice.tls ?? ''] ?? 'TLS of a kind not logged';
	return `${place} ${mode}`;
}

/** Whether the handshake came by an allowed way; `unknown` when neither port nor service nor the kind of TLS is logged. */
function checkService(handshake: Handshake, allowed: readonly ServiceChoice[]): CheckResult {
	const {port, service, tlsMode} = handshake;
	if (port === null && service === null) return 'unknown';
	const usual =
		service === null || tlsMode === null ? undefined : registered.get(service)?.[tlsMode === 'implicit' ? 0 : 1];
	const here = allowed.filter(choice => {
		if (choice.service !== undefined && service !== null) return choice.service === service;
		return choice.port !== undefined && choice.port === (port ?? usual);
	});
	if (here.some(choice => choice.tls === tlsMode)) return 'pass';
	if (tlsMode === null && (here.length > 0 || port === null)) return 'unknown';
	return {
		observed: describeChoice({port, service, tls: tlsMode}),
		required: allowed.map(describeChoice).join(' or '),
	};
}

/** What was seen and what was wanted, or why there is nothing to say. */
export type CheckResult = {observed: string; required: string} | 'pass' | 'unknown' | 'not-applicable';

const sets = new WeakMap<readonly string[], SuiteSet>();
function compiled(words: readonly string[]): SuiteSet {
	let set = sets.get(words);
	if (set === undefined) {
		set = suiteSet(words);
		sets.set(words, set);
	}
	return set;
}

function atLeast(handshake: Handshake, least: Protocol, word: string): CheckResult {
	if (handshake.protocol === null) return 'unknown';
	const protocol = protocolOf(handshake.protocol);
	if (protocol === null) return 'unknown';
	if (compareProtocols(protocol, least) >= 0) return 'pass';
	const newest = least === 'TLSv1.3';
	return {observed: protocol, required: newest ? `${least}${word}` : `${least} or later${word}`};
}

function checkSuites(handshake: Handshake, words: readonly string[], wanted: boolean): CheckResult {
	const facts = handshake.cipher === null ? null : cipherFacts(handshake.cipher);
	if (facts === null) return 'unknown';
	const member = memberOf(facts, compiled(words));
	if ((member !== null) === wanted) return 'pass';
	if (wanted) return {observed: facts.name, required: `one of ${words.join(', ')}`};
	return {observed: facts.name, required: member === facts.name ? 'not this suite' : `no ${member} suite`};
}

/** TLS 1.3 suites do not name the exchange: it is ephemeral, and the group shows the kind of field. */
function checkKeyExchange(handshake: Handshake, allowed: readonly KeyExchange[]): CheckResult {
	const facts = handshake.cipher === null ? null : cipherFacts(handshake.cipher);
	if (facts === null) return 'unknown';
	let exchange: KeyExchange = facts.keyExchange;
	if (exchange === 'any') {
		if (allowed.includes('any') || (allowed.includes('ECDHE') && allowed.includes('DHE'))) return 'pass';
		const group = handshake.keyExchange === null ? null : groupOf(handshake.keyExchange);
		if (group === null) return 'unknown';
		exchange = group.startsWith('ffdhe') ? 'DHE' : 'ECDHE';
	}
	if (allowed.includes(exchange)) return 'pass';
	return {observed: `${facts.name} (key exchange ${exchange})`, required: `key exchange ${allowed.join(' or ')}`};
}

/** A resumed session of an old Postfix shows a signature without digest, possibly of another key: no evidence. */
function checkRsaBits(handshake: Handshake, least: number): CheckResult {
	const {serverSignature, serverDigest} = handshake;
	if (serverSignature === null) return 'unknown';
	const bits = rsaBitsOf(serverSignature);
	if (bits === null) return /^RSA/i.test(serverSignature) ? 'unknown' : 'not-applicable';
	if (serverDigest === null) return 'unknown';
	return bits >= least ? 'pass' : {observed: `RSA key of ${bits} bits`, required: `RSA keys of ${least} bits or more`};
}

/** Up to TLS 1.2 the suite names the kind of the server's key, in TLS 1.3 its signature does, unless it was resumed. */
function checkServerKey(handshake: Handshake, allowed: readonly ServerKey[]): CheckResult {
	const facts = handshake.cipher === null ? null : cipherFacts(handshake.cipher);
	if (facts === null) return 'unknown';
	let kind: string = facts.authentication;
	if (kind === 'any') {
		const signature = handshake.serverSignature?.toUpperCase() ?? '';
		kind = /^(RSA|ECDSA|ED(?=25519|448))/.exec(signature)?.[0] ?? '';
		if (kind === '' || (kind !== 'ED' && handshake.serverDigest === null)) return 'unknown';
		if (kind === 'ED') kind = 'EdDSA';
	}
	if ((allowed as readonly string[]).includes(kind)) return 'pass';
	return {observed: kind === 'none' ? 'no server key' : `${kind} key`, required: `${allowed.join(' or ')} key`};
}

/** What decides about these suites is not in the log. */
function checkUnseen(handshake: Handshake, words: readonly string[]): CheckResult {
	const facts = handshake.cipher === null ? null : cipherFacts(handshake.cipher);
	return facts === null || memberOf(facts, compiled(words)) !== null ? 'unknown' : 'not-applicable';
}

function checkListed(value: string | null, allowed: readonly string[], what: string): CheckResult {
	if (value === null) return 'unknown';
	const plain = value.toLowerCase();
	if (allowed.some(word => (groupOf(word) ?? word.toLowerCase()) === plain)) return 'pass';
	return {observed: `${what} ${value}`, required: `${what} ${allowed.join(' or ')}`};
}

/** The word for all hybrid groups among the groups of a rule. */
export const anyHybrid = 'hybrid';

/** A list of groups that takes every hybrid was written for classic ones: a hybrid is stronger than the list. */
function checkGroup({keyExchange}: Handshake, allowed: readonly string[]): CheckResult {
	const group = keyExchange === null ? null : groupOf(keyExchange);
	if (group !== null && isHybrid(group) && allowed.some(word => word.toLowerCase() === anyHybrid)) return 'pass';
	return checkListed(group, allowed, 'group');
}

function checkHybrid({protocol, keyExchange}: Handshake): CheckResult {
	const required = 'hybrid key exchange (TLS 1.3, a group with ML-KEM)';
	switch (keyExchangeKind(protocol, keyExchange)) {
		case 'hybrid':
			return 'pass';
		case 'not-logged':
			return 'unknown';
		case 'cannot':
			return {observed: (protocol === null ? null : protocolOf(protocol)) ?? 'TLS', required};
		case 'could':
			return {observed: `key exchange ${keyExchange}`, required};
	}
}

const trustRank: Readonly<Record<TrustLevel | Trust, number>> = {
	encrypted: 0,
	Anonymous: 0,
	Untrusted: 0,
	trusted: 1,
	Trusted: 1,
	verified: 2,
	Verified: 2,
};

/** The trust word speaks of the other side's certificate: inbound that is the client's, and none is normal. */
export function checkTrust(handshake: Handshake, level: TrustLevel): CheckResult {
	if (handshake.direction === 'in') return 'not-applicable';
	if (handshake.outcome === 'plaintext') return {observed: 'plaintext', required: `TLS, ${level}`};
	if (level === 'encrypted') return 'pass';
	if (handshake.trust === null) return 'unknown';
	if (trustRank[handshake.trust] >= trustRank[level]) return 'pass';
	return {observed: `trust ${handshake.trust}`, required: `trust ${level === 'verified' ? 'Verified' : 'Trusted'}`};
}

/** Only Postfix 3.11 and later log the level; `Verified` alone may be any policy's match. */
function checkDane(handshake: Handshake): CheckResult {
	if (handshake.direction === 'in') return 'not-applicable';
	const first = handshake.tlsLevel?.split('/')[0];
	const undecided = first?.endsWith('?') === true;
	const level = first?.replace(/^!|\?$/g, '');
	if (level === undefined || level === '' || level === 'unknown') return 'unknown';
	const effective = level.split(':').at(-1) ?? level;
	// `?` is a policy that was not decided (global/pol_stats.c): asked for, and not known to be met.
	if (/^(?:dane|dane-only|halfdane)$/.test(effective)) return undecided ? 'unknown' : 'pass';
	return {observed: `TLS level ${effective}`, required: 'DANE'};
}

function checkPlaintext(handshake: Handshake, of: 'login' | 'mail' | 'either'): CheckResult {
	if (handshake.outcome !== 'plaintext') return handshake.outcome === 'encrypted' ? 'pass' : 'not-applicable';
	const login = handshake.loggedIn && of !== 'mail';
	const mail = handshake.carriedMail && of !== 'login';
	if (!login && !mail) return 'not-applicable';
	// A delivery without a port went through a socket of this host.
	if (handshake.hop === 'delivery' && handshake.port === null) return 'not-applicable';
	return {observed: login ? 'login in plaintext' : 'mail in plaintext', required: 'TLS'};
}

/** One check on one handshake. Everything but `plaintext`, `trust` and `dane` asks about encrypted sessions only. */
export function applyCheck(check: Check, handshake: Handshake): CheckResult {
	if (check.kind === 'plaintext') return checkPlaintext(handshake, check.of);
	if (check.kind === 'trust') return checkTrust(handshake, check.level);
	if (handshake.outcome !== 'encrypted') return 'not-applicable';
	switch (check.kind) {
		case 'service':
			return checkService(handshake, check.allowed);
		case 'min-version':
			return atLeast(handshake, check.version, '');
		case 'best-version':
			return atLeast(handshake, check.version, ' preferred');
		case 'ban':
			return checkSuites(handshake, check.suites, false);
		case 'suites':
			return checkSuites(handshake, check.allowed, true);
		case 'key-exchange':
			return checkKeyExchange(handshake, check.allowed);
		case 'server-key':
			return checkServerKey(handshake, check.allowed);
		case 'unseen':
			return checkUnseen(handshake, check.suites);
		case 'min-rsa-bits':
			return checkRsaBits(handshake, check.bits);
		case 'groups':
			return checkGroup(handshake, check.allowed);
		case 'hybrid':
			return checkHybrid(handshake);
		case 'digests':
			return checkListed(handshake.serverDigest, check.allowed, 'signature digest');
		case 'dane':
			return checkDane(handshake);
	}
}
