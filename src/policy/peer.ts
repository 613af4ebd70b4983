import ipaddr from 'ipaddr.js';
import type {Handshake} from '../model/session-parts.ts';
import {severities} from '../model/severity.ts';
import {checkTrust} from './check.ts';
import type {Finding} from './judge.ts';
import type {Destination, Exception, Policy} from './policy.ts';

/** The other side of a session, and who logged in. */
export type Peer = {
	readonly ip: string | null;
	readonly host: string | null;
	readonly username: string | null;
	/** Domains to whose recipients mail was sent, null where an address had none. */
	readonly domains?: ReadonlyArray<string | null>;
};

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

const networks = new Map<string, Network | null>();

/** A network from `192.0.2.0/24`, `2001:db8::/32` or a single address; `null` when the text is neither. */
export function parseCidr(text: string): Network | null {
	if (!ipaddr.isValid(text) && !ipaddr.isValidCIDR(text)) return null;
	if (text.includes('/')) return ipaddr.parseCIDR(text);
	const address = ipaddr.parse(text);
	return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Whether an address lies in a network; IPv4-mapped IPv6 addresses count as IPv4. */
export function inCidr(ip: string, cidr: string): boolean {
	let network = networks.get(cidr);
	if (network === undefined) {
		network = parseCidr(cidr);
		networks.set(cidr, network);
	}
	if (network === null || !ipaddr.isValid(ip)) return false;
	const address = ipaddr.process(ip);
	const [base, length] = network;
	return address.kind() === base.kind() && address.match(base, length);
}

/** Whether a host is the domain or lies below it; case and a final dot do not matter. */
export function inDomain(host: string, domain: string): boolean {
	const plain = host.toLowerCase().replace(/\.$/, '');
	const wanted = domain
		.toLowerCase()
		.replace(/^\*?\./, '')
		.replace(/\.$/, '');
	return plain === wanted || plain.endsWith(`.${wanted}`);
}

/** The end of the last day an exception holds, in milliseconds since 1970 UTC. */
function endOf(exception: Exception): number {
	return Date.parse(`${exception.until}T00:00:00Z`) + 86_400_000;
}

function selects(exception: Exception, peer: Peer): boolean {
	const {cidr, domain, user} = exception;
	if (cidr !== undefined && (peer.ip === null || !inCidr(peer.ip, cidr))) return false;
	if (domain !== undefined && (peer.host === null || !inDomain(peer.host, domain))) return false;
	return user === undefined || peer.username?.toLowerCase() === user.toLowerCase();
}

/**
 * The exception that takes a rule's finding for this peer off the list, or `null`. `now` is milliseconds since 1970 UTC;
 * an exception past its date takes nothing off. Depends on the peer and the rule only: ask once per distinct pair.
 */
export function exceptionFor(peer: Peer, rule: string, policy: Policy, now: number): Exception | null {
	for (const exception of policy.exceptions) {
		if (exception.rules.length > 0 && !exception.rules.includes(rule)) continue;
		if (endOf(exception) > now && selects(exception, peer)) return exception;
	}
	return null;
}

/** Exceptions whose date is over at `now`, for a reminder. */
export function expiredExceptions(policy: Policy, now: number): Exception[] {
	return policy.exceptions.filter(exception => endOf(exception) <= now);
}

/** Where mail goes: the mail host as logged, its port, and the domain of the recipients, where the log has one. */
export type Target = {readonly host: string | null; readonly port?: number | null; readonly domain?: string | null};

/** How well an entry fits a target: the higher, the more it says; 0 where it is about something else. */
function fitOf(entry: string, {host, port = null, domain = null}: Target): number {
	const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry);
	if (bracketed !== null) {
		const [, name = '', at] = bracketed;
		const same = host !== null && host.toLowerCase().replace(/\.$/, '') === name.toLowerCase();
		return same && (at === undefined || Number(at) === port) ? 4000 + (at === undefined ? 0 : 1) : 0;
	}
	const name = entry.toLowerCase().replace(/^\*?\./, '');
	const below = name.length !== entry.length;
	if (domain !== null && !below && domain === name) return 3000;
	if (domain !== null && below && domain.endsWith(`.${name}`)) return 2000 + name.length;
	// A mail host of that name, whatever domain it takes mail for.
	return host !== null && inDomain(host, name) ? 1 + name.length : 0;
}

/**
 * The trust a policy wants of a target, or `null`: of the entries that fit the one that says most. As in Postfix's own tables
 * (smtp_tls_policy.c) that is the mail host in brackets, then the domain of the recipients, then the longest `.domain` that it lies
 * below; an entry without brackets also means mail hosts of that name or below it.
 */
export function destinationFor(target: Target, policy: Policy): Destination | null {
	let best: Destination | null = null;
	let most = 0;
	for (const entry of policy.destinations) {
		const how = fitOf(entry.domain, target);
		if (how <= most) continue;
		best = entry;
		most = how;
	}
	return best;
}

/** The destinations of a session that the policy names, each once: its mail may go to several domains. */
export function destinationsOf(handshake: Handshake, {host, domains = []}: Peer, policy: Policy): Destination[] {
	const targets = domains.length === 0 ? [null] : domains;
	const found = targets.map(domain => destinationFor({host, port: handshake.port, domain}, policy));
	return [...new Set(found.filter(entry => entry !== null))];
}

/** The id of the rule behind `destinations:` of a policy. */
export const destinationRule = 'destination-trust';

/**
 * Outbound mail against the trust wanted of its destination: a finding, or `null` when it is met, does not apply, or the
 * log shows no trust.
 */
export function judgeDestination(handshake: Handshake, destination: Destination): Finding | null {
	if (handshake.hop !== 'relay-out' || !handshake.carriedMail) return null;
	if (handshake.outcome !== 'encrypted' && handshake.outcome !== 'plaintext') return null;
	const result = checkTrust(handshake, destination.trust);
	if (typeof result === 'string') return null;
	const {domain, severity} = destination;
	return {rule: destinationRule, severity, ...result, reference: `policy, destinations: ${domain}`};
}

/** The gravest finding about the destinations of a session, or `null`. */
export function missedDestination(handshake: Handshake, peer: Peer, policy: Policy): Finding | null {
	let worst: Finding | null = null;
	for (const destination of destinationsOf(handshake, peer, policy)) {
		const finding = judgeDestination(handshake, destination);
		if (finding === null) continue;
		if (worst === null || severities.indexOf(finding.severity) < severities.indexOf(worst.severity)) worst = finding;
	}
	return worst;
}
