import {cipherFacts} from '../tls/cipher.ts';
import {type Protocol, protocols} from '../tls/version.ts';
import {type Asked, type Bounds, createAsker, type Gathered, type Outside} from './asker.ts';
import {classesOf, classOf, type SuiteClass} from './offer.ts';
import type {Target} from './target.ts';

export type VersionResult = {readonly version: Protocol} & Asked;
export type SuiteResult = {readonly class: SuiteClass; readonly version: Protocol} & Asked;

/** What a probe found. */
export type Probed = Gathered & {
	/** Oldest version first. */
	readonly results: readonly VersionResult[];
	readonly suites: readonly SuiteResult[];
};

/**
 * Dovecot closes the connection in place of an alert: where the server takes other offers, that is its refusal. Where it
 * takes none, nothing is known.
 */
function refusedByClosing<Row extends Asked>(row: Row): Row {
	return row.reason === 'handshake-closed' ? {...row, accepted: false} : row;
}

/**
 * Asks a server for each version, the newest first, then in each accepted version up to TLS 1.2 for each class of suites. One
 * connection at a time, never more than `bounds.connections`. Never throws for what the server or the network does.
 */
export async function probeServer(
	target: Target,
	servername: string | null,
	bounds: Bounds,
	outside: Outside,
): Promise<Probed> {
	const asker = createAsker(target, servername, bounds, outside);
	const results: VersionResult[] = [];
	const suites: SuiteResult[] = [];
	for (const version of [...protocols].reverse())
		results.unshift({version, ...(await asker.ask({version, suites: null}))});
	for (const {version, accepted, cipher} of [...results].reverse()) {
		if (accepted !== true) continue;
		const facts = cipherFacts(cipher ?? '');
		const known = facts === null ? null : classOf(facts);
		for (const suite of classesOf(version)) {
			// The handshake of the version has answered for one class already.
			const asked =
				suite === known
					? {accepted: true, cipher, error: null, reason: null}
					: await asker.ask({version, suites: suite});
			suites.push({class: suite, version, ...asked});
		}
	}
	const any = results.some(({accepted}) => accepted === true);
	return {
		results: any ? results.map(refusedByClosing) : results,
		suites: suites.map(refusedByClosing),
		...asker.close({version: 'TLSv1.3', suites: null}),
	};
}
