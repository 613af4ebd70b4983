import type {Grade} from '../model/inventory.ts';
import type {Handshake} from '../model/session-parts.ts';
import {cipherFacts} from '../tls/cipher.ts';
import {memberOf, suiteSet} from '../tls/cipher-class.ts';
import {compareProtocols, protocolOf} from '../tls/version.ts';
import {applyCheck} from './check.ts';
import type {CheckKind, Policy} from './policy.ts';
import {discouragedSuites, forbiddenSuites} from './presets/rfc.ts';

/** What two sides agreed on; null is what the log does not have. */
type Agreement = Pick<Handshake, 'protocol' | 'cipher' | 'keyExchange'>;

/** The checks that look at nothing but the suite, and those that look at what was agreed with it. */
const aboutSuites: readonly CheckKind[] = ['ban', 'suites', 'key-exchange'];
const aboutAgreements: readonly CheckKind[] = [...aboutSuites, 'min-version', 'groups', 'hybrid'];

/** What RFC 9325 section 4.1 says must not or should not be negotiated, as the preset has it. */
const weakAnywhere = suiteSet([...forbiddenSuites, ...discouragedSuites]);
const anonymous = suiteSet(['anonymous']);
/** Where other servers are, clients that check no certificate may leave it out (RFC 7435). */
const relays: readonly string[] = ['relay-in', 'relay-out', 'delivery'];

/** A handshake of which nothing else is known. */
const bare = (hop: Handshake['hop'], agreement: Agreement): Handshake => ({
	hop,
	direction: hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in',
	service: null,
	port: null,
	tlsMode: null,
	outcome: 'encrypted',
	cipherBits: null,
	trust: null,
	serverSignature: null,
	serverDigest: null,
	tlsLevel: null,
	failure: null,
	alert: null,
	carriedMail: true,
	loggedIn: true,
	...agreement,
});

/** TLS 1.0 and 1.1 must not be used any more (RFC 8996), nor SSL (RFC 6176, RFC 7568). */
function isOld(word: string | null): boolean {
	const protocol = word === null ? null : protocolOf(word);
	return protocol !== null && compareProtocols(protocol, 'TLSv1.2') < 0;
}

/** What the rules of some kinds say, the gravest of them; where they say nothing, what RFC 9325 section 4.1 and RFC 8996 do. */
function grade(
	agreement: Agreement,
	hops: ReadonlyArray<Handshake['hop']>,
	policy: Policy,
	kinds: readonly CheckKind[],
): {readonly grade: Grade; readonly undecided: boolean} {
	const {protocol, cipher} = agreement;
	const results = policy.rules
		.filter(({check}) => kinds.includes(check.kind))
		.flatMap(rule =>
			hops
				.filter(hop => rule.hops.includes(hop))
				.map(hop => ({severity: rule.severity, result: applyCheck(rule.check, bare(hop, agreement))})),
		);
	const broken = results.filter(({result}) => typeof result === 'object');
	const of = (found: Grade) => ({grade: found, undecided: results.some(({result}) => result === 'unknown')});
	if (broken.some(({severity}) => severity === 'violation')) return of('forbidden');
	if (broken.length > 0 || isOld(protocol)) return of('weak');
	const facts = cipher === null ? null : cipherFacts(cipher);
	if (facts === null) return of('unknown');
	const unnamed = memberOf(facts, anonymous) !== null && hops.some(hop => !relays.includes(hop));
	return of(unnamed || memberOf(facts, weakAnywhere) !== null ? 'weak' : 'fine');
}

/**
 * The grade of a suite by itself, whatever else its sessions did: what the policy's rules about suites say on the hops where it
 * was seen, the gravest of them; where they say nothing, what RFC 9325 section 4.1 does.
 */
export function suiteGrade(cipher: string | null, hops: ReadonlyArray<Handshake['hop']>, policy: Policy): Grade {
	return grade({protocol: null, cipher, keyExchange: null}, hops, policy, aboutSuites).grade;
}

/**
 * The same of version, suite and group together on one hop. What lacks something that a rule asks for is not fine: it is not
 * known.
 */
export function agreementGrade(agreement: Agreement, hop: Handshake['hop'], policy: Policy): Grade {
	const {grade: found, undecided} = grade(agreement, [hop], policy, aboutAgreements);
	return undecided && found === 'fine' ? 'unknown' : found;
}
