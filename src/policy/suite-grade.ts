import type {Handshake} from '../model/session-parts.ts';
import type {SuiteGrade} from '../model/sessions.ts';
import {cipherFacts} from '../tls/cipher.ts';
import {memberOf, suiteSet} from '../tls/cipher-class.ts';
import {applyCheck} from './check.ts';
import type {CheckKind, Policy} from './policy.ts';
import {discouragedSuites, forbiddenSuites} from './presets/rfc.ts';

/** The checks that look at nothing but the suite. */
const aboutSuites: readonly CheckKind[] = ['ban', 'suites', 'key-exchange'];

/** What RFC 9325 section 4.1 says must not or should not be negotiated, as the preset has it. */
const weakAnywhere = suiteSet([...forbiddenSuites, ...discouragedSuites]);
const anonymous = suiteSet(['anonymous']);
/** Where other servers are, clients that check no certificate may leave it out (RFC 7435). */
const relays: readonly string[] = ['relay-in', 'relay-out', 'delivery'];

/** A handshake of which only the suite is known. */
const bare = (hop: Handshake['hop'], cipher: string): Handshake => ({
	hop,
	direction: hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in',
	service: null,
	port: null,
	tlsMode: null,
	outcome: 'encrypted',
	protocol: null,
	cipher,
	cipherBits: null,
	trust: null,
	keyExchange: null,
	serverSignature: null,
	serverDigest: null,
	tlsLevel: null,
	failure: null,
	alert: null,
	carriedMail: true,
	loggedIn: true,
});

/**
 * The grade of a suite by itself, whatever else its sessions did: what the policy's rules about suites say on the hops where it
 * was seen, the gravest of them; where they say nothing, what RFC 9325 section 4.1 does.
 */
export function suiteGrade(cipher: string | null, hops: ReadonlyArray<Handshake['hop']>, policy: Policy): SuiteGrade {
	const facts = cipher === null ? null : cipherFacts(cipher);
	if (cipher === null || facts === null) return 'unknown';
	const broken = policy.rules.filter(
		rule =>
			aboutSuites.includes(rule.check.kind) &&
			hops.some(hop => rule.hops.includes(hop) && typeof applyCheck(rule.check, bare(hop, cipher)) === 'object'),
	);
	if (broken.some(({severity}) => severity === 'violation')) return 'forbidden';
	const unnamed = memberOf(facts, anonymous) !== null && hops.some(hop => !relays.includes(hop));
	return broken.length > 0 || unnamed || memberOf(facts, weakAnywhere) !== null ? 'weak' : 'fine';
}
