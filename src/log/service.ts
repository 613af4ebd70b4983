import type {Hop, PortSource} from '../model/session.ts';
import type {Tag} from './lines/tag.ts';
import {isLoopback} from './peer.ts';

/** What a service's name says of its port; `null` where it says nothing. */
export type ServicePort = {port: number | null; source: PortSource | null; wrapper: boolean};

const unknown: ServicePort = {port: null, source: null, wrapper: false};

/**
 * Port and wrapper mode of an smtpd service by the operator's word: the names of the sample master.cf (smtps up to 3.6,
 * submissions from 3.7), their kin with a suffix, or a port number. `given` comes from `--ports service=port`.
 */
export function servicePort(service: string | null, given: ReadonlyMap<string, number>): ServicePort {
	const name = service ?? 'smtp';
	const configured = given.get(name);
	if (configured !== undefined) return {port: configured, source: 'config', wrapper: configured === 465};
	if (/^\d{1,5}$/.test(name)) return {port: Number(name), source: 'service', wrapper: name === '465'};
	if (/^(?:smtps|submissions|ssmtp|urd)\b/.test(name)) return {port: 465, source: 'service', wrapper: true};
	if (/^submission\b/.test(name)) return {port: 587, source: 'service', wrapper: false};
	return name === 'smtp' || name === 'inet' ? {port: 25, source: 'service', wrapper: false} : unknown;
}

/**
 * The hop of an inbound SMTP session. A client that logs in submits (RFC 6409), on port 25 too; the host talking to itself is
 * re-injection, and so are the ports on which content filters return mail.
 */
export function inboundHop(port: number | null, ip: string | null, loggedIn: boolean): Hop {
	if (isLoopback(ip)) return 'internal';
	if (loggedIn || port === 465 || port === 587) return 'submission';
	return port !== null && port >= 10_000 && port < 10_100 ? 'internal' : 'relay-in';
}

/** The port of LMTP by Postfix's default (postconf(5), lmtp_tcp_port). */
const lmtpPort = 24;

/** Whether lmtp(8) sends: a tag that was cut at its slash does not name it, and its lines are those of smtp(8); then the port tells. */
export function isLmtp({program}: Pick<Tag, 'program'>, port: number | null): boolean {
	return program === 'lmtp' || (program === 'cut' && port === lmtpPort);
}

/** The hop of an outbound session: lmtp delivers, smtp relays, unless it talks to its own host. */
export function outboundHop(lmtp: boolean, ip: string | null): Hop {
	if (lmtp) return 'delivery';
	return isLoopback(ip) ? 'internal' : 'relay-out';
}
