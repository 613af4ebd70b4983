import type {Failure, Outcome, TlsMode} from '../../tls/session.ts';
import type {Learned} from '../entry.ts';
import type {Counters} from '../smtpd.ts';

/** All that the lines of one smtpd session proved, at its end. */
export type Proof = {
	/** Its connect line was seen, so a summary of it would have been seen too. */
	readonly startSeen: boolean;
	/** A TLS summary was logged. */
	readonly summary: boolean;
	readonly handshakeFailed: boolean;
	readonly failure: Failure | null;
	/** STARTTLS, or the wrapper-mode connection, was turned away by a warning. */
	readonly refused: boolean;
	/** «Session encryption is required» was answered: plaintext at that moment. */
	readonly plaintext: boolean;
	/** Last command before the connection broke, null when it did not. */
	readonly brokenAfter: string | null;
	readonly messages: number;
	/** null up to Postfix 2.11, which counts nothing. */
	readonly counters: Counters | null;
	/** The service is wrapper mode by its name. */
	readonly wrapper: boolean;
	/** The operator named the service in the tag, so it is not several ports in one. */
	readonly named: boolean;
	/** The name is a standard one, whose way to TLS is known. */
	readonly standard: boolean;
	/** The machine talks to itself: re-injection, where no TLS is meant to be. */
	readonly loopback: boolean;
};

export type Verdict = {outcome: Outcome | null; failure: Failure | null; mode: TlsMode | null};

const nothingSaid = 'no-dialogue';

/**
 * What a session was: TLS, plaintext or a failed handshake; `no-dialogue` for a connection in which nobody said anything;
 * undefined when that hangs on what the tag may still teach and `final` is false. Counters prove plaintext at any log level
 * (smtpd.c: `starttls=` counts completed handshakes); without counters the absence of a summary proves it only where the
 * tag has logged summaries.
 */
export function verdictOf(proof: Proof, learned: Learned, final: boolean): Verdict | typeof nothingSaid | undefined {
	const {counters} = proof;
	if (proof.summary) return {outcome: 'encrypted', failure: proof.failure, mode: modeOfSummary(proof)};
	if (counters && counters.starttls > 0) return {outcome: 'encrypted', failure: proof.failure, mode: 'starttls'};
	if (proof.handshakeFailed) {
		const mode = proof.brokenAfter === 'CONNECT' || proof.wrapper ? 'implicit' : 'starttls';
		return {outcome: 'failed', failure: proof.failure ?? 'other', mode};
	}
	if (proof.wrapper) return ofWrapper(proof);
	if (counters && counters.starttlsTried > 0) {
		return {
			outcome: counters.mail > 0 || counters.auth > 0 ? 'plaintext' : 'failed',
			failure: 'starttls-refused',
			mode: counters.mail > 0 ? null : 'starttls',
		};
	}
	if (proof.plaintext) return plaintext;
	if (counters) {
		if (!counters.dialogue) return nothingSaid;
		return counted(proof, learned, final);
	}
	if (proof.messages === 0 && proof.brokenAfter === 'CONNECT') return nothingSaid;
	if (learned.summaries && proof.startSeen) return plaintext;
	return final ? unknown : undefined;
}

const plaintext: Verdict = {outcome: 'plaintext', failure: null, mode: null};
const unknown: Verdict = {outcome: null, failure: null, mode: null};
const implicit: Verdict = {outcome: 'encrypted', failure: null, mode: 'implicit'};

/** A wrapper-mode service speaks SMTP only after the handshake: any dialogue was encrypted. */
function ofWrapper(proof: Proof): Verdict | typeof nothingSaid {
	const spoke = proof.counters ? proof.counters.commands > 0 : proof.messages > 0;
	if (spoke) return implicit;
	if (proof.refused) return {outcome: 'failed', failure: 'tls-unavailable', mode: 'implicit'};
	return proof.counters || proof.brokenAfter === 'CONNECT' ? nothingSaid : {...unknown, mode: 'implicit'};
}

/** A dialogue with no STARTTLS in it: plaintext, unless the tag is shared with, or is, a wrapper-mode service. */
function counted(proof: Proof, learned: Learned, final: boolean): Verdict | undefined {
	const wrapperOnly = learned.wrapper && !learned.starttls;
	if (proof.named) {
		if (wrapperOnly) return implicit;
		return proof.standard || proof.loopback || learned.starttls || final ? plaintext : undefined;
	}
	// The bare tag may be several ports in one (sample master.cf up to 2.8): then only an expected summary that is missing tells.
	if (learned.summaries && proof.startSeen) return plaintext;
	if (wrapperOnly) return implicit;
	if (learned.wrapper) return final ? unknown : undefined;
	return learned.starttls || final ? plaintext : undefined;
}

function modeOfSummary(proof: Proof): TlsMode | null {
	if (proof.counters) {
		if (proof.counters.starttlsTried > 0) return 'starttls';
		if (proof.startSeen) return 'implicit';
	}
	return proof.wrapper || proof.brokenAfter === 'CONNECT' ? 'implicit' : 'starttls';
}
