import type {Hop, Outcome, PortSource, TlsMode} from '../model/session.ts';
import * as numbers from '../scan/numbers.ts';
import {namesByNumber} from './records.ts';

/**
 * What the head of a line of a login process says of its connection:
 * - `passing`: something went wrong or went on, and the line that ends the login is still to come,
 * - `ended`: the connection is over and nobody got in,
 * - `entered`: somebody got in,
 * - `proxied`: somebody got in and is proxied from now on,
 * - `proxy-ended`: that is over.
 */
export type LoginHead = 'passing' | 'ended' | 'entered' | 'proxied' | 'proxy-ended';

/** The same by its number in a login's record. */
export const loginHeads = namesByNumber<LoginHead>({
	passing: numbers.headPassing,
	ended: numbers.headEnded,
	entered: numbers.headEntered,
	proxied: numbers.headProxied,
	'proxy-ended': numbers.headProxyEnded,
});

/** Heads by which a login process lets a client go (login-common/client-common.c client_destroy, 2.2 to 2.4). */
const ended = /^(?:Disconnected|Aborted login|Login aborted|Maximum number of connections from user\+IP exceeded)\b/;
/** 2.2 says «started proxying to H:P», 2.3 «Started proxying to <H>», 2.4 «… to remote host» (login-common/login-proxy.c). */
const proxied = /^proxy\(.*\bstarted proxying\b/i;
/** 2.2 says «disconnecting ADDRESS (REASON)», later «Disconnected by WHO … (0s idle, in=1, out=2)» (login-common/login-proxy.c). */
const proxyEnded = /^proxy\(.*(?:\): disconnecting |\b\d+s idle, in=\d)/;

/** Reads the head of a line, without the word of its level; what is in no list is passing. */
export function loginHeadOf(head: string): LoginHead {
	if (/^(?:Login(?! \w)|Logged in\b)/.test(head)) return 'entered';
	if (ended.test(head)) return 'ended';
	if (proxied.test(head)) return 'proxied';
	return proxyEnded.test(head) ? 'proxy-ended' : 'passing';
}

/** Hops, outcomes, sources of a port and ways to TLS by their number in a login's record; null is 0, where there is one. */
export const loginHops = namesByNumber<Hop & ('access' | 'submission' | 'internal')>({
	access: numbers.hopAccess,
	submission: numbers.hopSubmission,
	internal: numbers.hopInternal,
});
export const loginOutcomes = namesByNumber<Outcome>({
	encrypted: numbers.outcomeEncrypted,
	plaintext: numbers.outcomePlaintext,
	failed: numbers.outcomeFailed,
});
export const loginSources = namesByNumber<PortSource & ('log' | 'service')>({
	log: numbers.portFromLog,
	service: numbers.portFromService,
});
export const loginModes = namesByNumber<TlsMode>({
	implicit: numbers.modeImplicit,
	starttls: numbers.modeStarttls,
});

/** A login process by its name, such as `imap-login`. */
export type LoginProcess = {readonly tag: string; readonly service: string};

const suffix = '-login';

export function loginProcess(name: string): LoginProcess {
	const service = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
	const tag = `dovecot/${name}`;
	if (service === 'sieve') return {tag, service: 'managesieve'};
	return {tag, service: service === 'imap-urlauth' ? 'imap' : service};
}
