import type {Hop} from '../model/session.ts';
import {describeChoice} from './check.ts';
import {destinationRule} from './peer.ts';
import type {Check, Policy} from './policy.ts';

/** Whom one end of a hop belongs to: people with mail programs, servers that send to us, servers that we send to, or us alone. */
type Side = 'clients' | 'senders' | 'receivers' | 'ours';

const sides: Readonly<Record<Hop, Side>> = {
	submission: 'clients',
	access: 'clients',
	'relay-in': 'senders',
	'relay-out': 'receivers',
	delivery: 'receivers',
	internal: 'ours',
};

/** The settings that refuse a login without TLS: postconf(5), and Dovecot's settings before and since version 2.4. */
const refuseLogin = (hop: Hop): string =>
	hop === 'access'
		? 'disable_plaintext_auth = yes in Dovecot 2.3, auth_allow_cleartext = no since 2.4'
		: 'smtpd_tls_auth_only = yes in Postfix';

function againstPlaintext(hop: Hop): string {
	switch (sides[hop]) {
		case 'clients':
			return `Have these users turn on TLS in their mail programs; then refuse logins without it: ${refuseLogin(hop)}.`;
		case 'senders':
			return 'Ask the operators of these servers to use STARTTLS; a public server must not refuse mail without it (RFC 3207, section 4).';
		case 'receivers':
			return `Set ${hop === 'delivery' ? 'lmtp' : 'smtp'}_tls_security_level to may or stronger in Postfix; where it is set, these servers offer no TLS or its handshakes fail: see the failures, and ask their operators.`;
		case 'ours':
			return 'Both ends are ours: where the connection leaves the machine, give it TLS; where it does not, make an exception in the policy.';
	}
}

/** What to do about peers that agree on something too old or too weak; `tried` is what `whatif` is to be asked. */
function againstOld(hop: Hop, tried: string): string {
	switch (sides[hop]) {
		case 'clients':
		case 'senders':
			return `Have these peers updated. Before the server refuses them, tlsaudit whatif with ${tried} lists whom that loses, and tlsaudit postfix prints the settings.`;
		case 'receivers':
			return 'Ask the operators of these servers to update them; what is demanded in smtp_tls_policy_maps holds their mail back until they have.';
		case 'ours':
			return 'Both ends are ours: update the older one; tlsaudit postfix prints the settings.';
	}
}

/** Postfix sends elsewhere than to port 25 where relayhost or transport_maps say so: postconf(5), transport(5). */
function toService(allowed: string, hop: Hop): string {
	return sides[hop] === 'receivers'
		? `Let this mail go out by ${allowed}: relayhost and transport_maps of Postfix name the port.`
		: `Move these peers to ${allowed}; close the way that they take now when nobody takes it any more.`;
}

function ofKey(hop: Hop, key: string): string {
	return sides[hop] === 'receivers'
		? `The certificate is of the other server: ask its operators for one with ${key}.`
		: `Give the server a certificate with ${key}.`;
}

function remedyOf(check: Check, hop: Hop): string {
	switch (check.kind) {
		case 'service':
			return toService(check.allowed.map(describeChoice).join(' or '), hop);
		case 'plaintext':
			return againstPlaintext(hop);
		case 'min-version':
			return againstOld(hop, `--min-version ${check.version}`);
		case 'best-version':
			return `Nothing is to be refused: peers that are updated agree on ${check.version} by themselves.`;
		case 'server-key':
			return ofKey(hop, `a key of ${check.allowed.join(' or ')}`);
		case 'min-rsa-bits':
			return ofKey(hop, `an RSA key of ${check.bits} bits or more, or an ECDSA key`);
		case 'hybrid':
			return 'A hybrid group needs OpenSSL 3.5 or later, or its like, at both ends: update ours first; peers that are updated agree on it by themselves.';
		case 'trust':
			return 'See which certificate these servers show with tlsaudit probe; tlsaudit harden writes the lines of smtp_tls_policy_maps that the log carries.';
		case 'dane':
			return 'Set smtp_dns_support_level = dnssec and smtp_tls_security_level = dane in Postfix; the destination needs TLSA records that match (RFC 7672).';
		case 'unseen':
			return 'No log shows whether the rule is kept: look at the configuration with tlsaudit postfix.';
		case 'ban':
		case 'suites':
		case 'key-exchange':
		case 'groups':
		case 'digests':
			return againstOld(hop, 'this policy');
	}
}

/** What to do about a rule of a policy that peers of a hop break, as sentences; they say nothing that a log would have to show. */
export function ruleRemedy(policy: Policy, rule: string, hop: Hop): string {
	const found = [...policy.rules, ...policy.later].find(({id, hops}) => id === rule && hops.includes(hop));
	const check = rule === destinationRule ? ({kind: 'trust', level: 'verified'} as const) : found?.check;
	return check === undefined ? againstOld(hop, 'this policy') : remedyOf(check, hop);
}
