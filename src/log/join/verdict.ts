import type {Failure, Outcome, TlsMode} from '../../model/session.ts';
import {isHandshakeFailure} from '../library-problem.ts';
import type {Learned} from '../line-context.ts';
import type {ServerSession} from './server-session.ts';

export type Verdict = {outcome: Outcome | null; failure: Failure | null; mode: TlsMode | null};

const nothingSaid = 'no-dialogue';

/**
 * What a session was: TLS, plaintext or a failed handshake; `no-dialogue` for a connection in which nobody said anything;
 * undefined when that hangs on what the tag may still teach and `final` is false. Counters prove plaintext at any log level
 * (smtpd.c: `starttls=` counts completed handshakes); without counters the absence of a summary proves it only where the
 * tag has logged summaries.
 */
export function verdictOf(
	proof: ServerSession,
	learned: Learned,
	final: boolean,
): Verdict | typeof nothingSaid | undefined {
	const {counters, daemon} = proof;
	if (proof.summary) return agreed(proof, modeOfSummary(proof));
	if (counters && counters.starttls > 0) return agreed(proof, 'starttls');
	if (proof.handshakeFailed) {
		const mode = proof.brokenAfter === 'CONNECT' || daemon.wrapper ? 'implicit' : 'starttls';
		return {outcome: 'failed', failure: proof.failure ?? 'other', mode};
	}
	if (proof.handshake) return ofHandshake(proof);
	if (daemon.wrapper) return ofWrapper(proof);
	if (counters && counters.starttlsTried > 0) {
		return {
			outcome: counters.mail > 0 || counters.auth > 0 ? 'plaintext' : 'failed',
			failure: proof.failure ?? 'starttls-refused',
			mode: counters.mail > 0 ? null : 'starttls',
		};
	}
	if (proof.plaintext) return plaintext;
	if (counters) {
		if (!counters.dialogue) return nothingSaid;
		return counted(proof, learned, final);
	}
	if (proof.session.messages === 0 && proof.brokenAfter === 'CONNECT') return nothingSaid;
	if (learned.summaries && proof.startSeen) return plaintext;
	return final ? unknown : undefined;
}

/**
 * Records of TLS went over the connection and the line that says what came of it is missing: a handshake that failed if the
 * connection broke in it, else a session of unknown version.
 */
function ofHandshake(proof: ServerSession): Verdict {
	const {brokenAfter, counters, failure} = proof;
	const mode = modeOfSummary(proof);
	const broke = brokenAfter === 'STARTTLS' || brokenAfter === 'CONNECT' || (counters && counters.starttlsTried > 0);
	if (broke || isHandshakeFailure(failure)) return {outcome: 'failed', failure: failure ?? 'other', mode};
	return agreed(proof, mode);
}

/** A session of TLS: without a summary, the library's word that the connection is over may have come after the handshake. */
function agreed({failure, handshakeFailed}: ServerSession, mode: TlsMode | null): Verdict {
	const closed = failure === 'lost-connection' && !handshakeFailed;
	return {outcome: 'encrypted', failure: closed ? null : failure, mode};
}

const plaintext: Verdict = {outcome: 'plaintext', failure: null, mode: null};
const unknown: Verdict = {outcome: null, failure: null, mode: null};
const implicit: Verdict = {outcome: 'encrypted', failure: null, mode: 'implicit'};

/** A wrapper-mode service speaks SMTP only after the handshake: any dialogue was encrypted. */
function ofWrapper(proof: ServerSession): Verdict | typeof nothingSaid {
	const spoke = proof.counters ? proof.counters.commands > 0 : proof.session.messages > 0;
	if (spoke) return implicit;
	if (proof.refused) return {outcome: 'failed', failure: 'tls-unavailable', mode: 'implicit'};
	return proof.counters || proof.brokenAfter === 'CONNECT' ? nothingSaid : {...unknown, mode: 'implicit'};
}

/** A dialogue with no STARTTLS in it: plaintext, unless the tag is shared with, or is, a wrapper-mode service. */
function counted(proof: ServerSession, learned: Learned, final: boolean): Verdict | undefined {
	const wrapperOnly = learned.wrapper && !learned.starttls;
	// A service the operator named is one port; the names that are standard show how it comes to TLS.
	if (proof.daemon.tag.service !== null) {
		if (wrapperOnly) return implicit;
		return proof.daemon.port !== null || proof.loopback || learned.starttls || final ? plaintext : undefined;
	}
	// The bare tag may be several ports in one (sample master.cf up to 2.8): then only an expected summary that is missing proves anything.
	if (learned.summaries && proof.startSeen) return plaintext;
	if (wrapperOnly) return implicit;
	if (learned.wrapper) return final ? unknown : undefined;
	return learned.starttls || final ? plaintext : undefined;
}

function modeOfSummary(proof: ServerSession): TlsMode | null {
	if (proof.counters) {
		if (proof.counters.starttlsTried > 0) return 'starttls';
		if (proof.startSeen) return 'implicit';
	}
	return proof.daemon.wrapper || proof.brokenAfter === 'CONNECT' ? 'implicit' : 'starttls';
}
