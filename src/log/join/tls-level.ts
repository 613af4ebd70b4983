import type {Failure, Session} from '../../model/session.ts';

/** A feature of `tls=` (global/pol_stats.c pol_stats_format): `[!]name[:final][?]`. */
type Feature = {readonly name: string; readonly final: string; readonly refused: boolean; readonly undecided: boolean};

/** Reads `tls=` of a delivery (Postfix 3.11): the policy's level, and behind `/` REQUIRETLS where the sender asked for it. */
function featuresOf(tls: string): Feature[] {
	return tls.split('/').map(text => {
		const refused = text.startsWith('!');
		const undecided = text.endsWith('?');
		const words = text.slice(refused ? 1 : 0, undecided ? -1 : undefined);
		const colon = words.indexOf(':');
		const name = colon < 0 ? words : words.slice(0, colon);
		return {name, final: colon < 0 ? name : words.slice(colon + 1), refused, undecided};
	});
}

/**
 * Writes the level of a delivery into its session. `?` says that the connection ended before its policy was decided, or that
 * it was reused, where nothing is decided again: such a value never replaces a decided one.
 */
export function noteLevel(session: Session, tls: string | null): void {
	if (tls === null) return;
	const known = session.tlsLevel;
	if (known === null || known.includes('?') || !tls.includes('?')) session.tlsLevel = tls;
}

/** What the level proves of a connection's transport; null where it is undecided, refused or unknown. */
export function transportOf(tls: string | null): 'plaintext' | 'encrypted' | null {
	if (tls === null) return null;
	const [level] = featuresOf(tls);
	if (!level || level.undecided || level.refused) return null;
	if (level.final === 'none') return 'plaintext';
	return level.final === 'unknown' || level.final === '' ? null : 'encrypted';
}

/** What REQUIRETLS lacked, by the name that the feature ended with (smtp_proto.c, 3.11). */
const requireTlsFailures: ReadonlyMap<string, Failure> = new Map([
	['nocertmatch', 'certificate-not-verified'],
	['nostarttls', 'tls-required-not-offered'],
	['noencryption', 'tls-required-not-offered'],
	['none', 'requiretls-not-offered'],
]);

/**
 * Why the policy refused a connection, by the `!` of its level; null where it did not. REQUIRETLS says what was missing. Of a
 * level the name alone is known: `encrypt` asks for TLS, all above it for a certificate that matches (tls_level.c).
 */
export function refusalOf(tls: string | null): Failure | null {
	if (tls === null || !tls.includes('!')) return null;
	const [level, requireTls] = featuresOf(tls);
	if (requireTls?.refused) {
		const failure = requireTlsFailures.get(requireTls.final);
		if (failure) return failure;
	}
	if (!level?.refused) return requireTls?.refused ? 'other' : null;
	if (level.name === 'encrypt' || level.final === 'none') return 'tls-required-not-offered';
	return 'certificate-not-verified';
}
