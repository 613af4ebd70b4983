import type {NoLineReason, SeenNextHop} from '../../model/hardening/policy-line.ts';
import type {SeenMail, SeenTls} from '../../model/hardening/seen-mail.ts';
import {earlier, later} from '../../model/summary.ts';
import {compareProtocols, type Protocol} from '../../tls/version.ts';
import {type InUse, keyOfServer} from './in-use.ts';

/** A next hop, and why it can have no line whatever was seen; null where it can have one. */
export type FoundNextHop = {readonly seen: SeenNextHop; readonly never: NoLineReason | null};

/** RFC 5321 section 4.5.3.1.2, RFC 1035 section 2.3.4: letters, digits and hyphens; the last label is no number. */
const hostName =
	/^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** The port to which mail goes by the records of its domain (RFC 5321 section 4.5.4.2, postconf(5) smtp_tcp_port). */
const mailPort = 25;

/** So many domains with one server and no other are taken for a relayhost: of two, both may have the same provider. */
const fewestRelayed = 3;

const older = (a: Protocol | null, b: Protocol | null): Protocol | null =>
	a === null || b === null ? (a ?? b) : compareProtocols(a, b) < 0 ? a : b;

/** What was seen of two parts. What was held back is of the domain, whose rows all have it. */
function together(a: SeenTls, b: SeenTls, sameDomain: boolean): SeenTls {
	return {
		sessions: a.sessions + b.sessions,
		messages: a.messages + b.messages,
		plaintext: a.plaintext + b.plaintext,
		failed: a.failed + b.failed,
		unknown: a.unknown + b.unknown,
		versionless: a.versionless + b.versionless,
		oldest: older(a.oldest, b.oldest),
		checked: a.checked + b.checked,
		by_dane: a.by_dane + b.by_dane,
		by_verify: a.by_verify + b.by_verify,
		by_unnamed: a.by_unnamed + b.by_unnamed,
		first_seen: earlier(a.first_seen, b.first_seen),
		last_seen: later(a.last_seen, b.last_seen),
		held: sameDomain ? Math.max(a.held, b.held) : a.held + b.held,
		held_reason: a.held_reason ?? b.held_reason,
	};
}

type Key = Pick<SeenNextHop, 'key' | 'spelled'> & {readonly never: NoLineReason | null};

/** The server of a route, as it stands between brackets; null where it is no name and no address of IPv4. */
function serverKey({host, port}: SeenMail, inUse: InUse): Key {
	const name = (host ?? '').toLowerCase().replace(/\.$/, '');
	const number = port ?? mailPort;
	const key = `[${name}]${number === mailPort ? '' : `:${number}`}`;
	const never = hostName.test(name) || ipv4.test(name) ? null : 'no-host-name';
	const known = never === null ? keyOfServer(inUse, name, number) : null;
	return {key: known ?? key, spelled: known === null, never};
}

/**
 * The key under which Postfix looks a policy up: the next hop, which is the domain of the recipient only where nothing routes its
 * mail elsewhere (postconf(5) smtp_tls_policy_maps; smtp_tls_policy.c). A configuration shows it. Without one, a port other
 * than 25, or a server that has an address for a name, is a route of its own, since MX records name hosts and no ports.
 */
function keyOf(mail: SeenMail, inUse: InUse): Key {
	const domain = mail.recipient_domain;
	const ofDomain: Key = {key: domain, spelled: false, never: hostName.test(domain) ? null : 'no-host-name'};
	if (ofDomain.never !== null) return ofDomain;
	if (inUse.route !== null) {
		const key = inUse.route(domain);
		return key === null ? {...ofDomain, never: 'route-unknown'} : {key: key.toLowerCase(), spelled: false, never: null};
	}
	if (mail.host === null) return ofDomain;
	const routed = (mail.port !== null && mail.port !== mailPort) || ipv4.test(mail.host) || mail.host.includes(':');
	return routed ? serverKey(mail, inUse) : ofDomain;
}

/** The one server to which all mail on port 25 goes, that of several domains; null where there are more servers or few domains. */
function onlyServer(rows: readonly SeenMail[], keys: readonly Key[]): string | null {
	const byDomain = rows.filter((row, index) => row.host !== null && keys[index]?.key === row.recipient_domain);
	const hosts = new Set(byDomain.map(({host}) => host));
	const domains = new Set(byDomain.map(({recipient_domain}) => recipient_domain));
	const [host = null] = hosts;
	return hosts.size === 1 && domains.size >= fewestRelayed ? host : null;
}

/** What was seen, by next hop. Mail that was held back belongs to each next hop of its domain. */
export function nextHops(rows: readonly SeenMail[], inUse: InUse): FoundNextHop[] {
	const keys = rows.map(row => keyOf(row, inUse));
	const relay = inUse.route === null ? onlyServer(rows, keys) : null;
	const found = new Map<string, {key: Key; sums: SeenTls; last: string; domains: Set<string>; hosts: Set<string>}>();
	for (const [index, row] of rows.entries()) {
		const own = keys[index] ?? keyOf(row, inUse);
		const isRelayed = relay !== null && row.host === relay && own.key === row.recipient_domain;
		const key: Key = isRelayed ? {...serverKey(row, inUse), never: 'one-server'} : own;
		const {recipient_domain: domain, host, port: _port, ...seen} = row;
		const before = found.get(key.key);
		if (before === undefined)
			found.set(key.key, {
				...{key, sums: seen, last: domain, domains: new Set([domain])},
				hosts: new Set(host === null ? [] : [host]),
			});
		else {
			before.sums = together(before.sums, seen, before.last === domain);
			before.last = domain;
			before.domains.add(domain);
			if (host !== null) before.hosts.add(host);
		}
	}
	return [...found.values()].map(({key: {never, ...key}, sums, domains, hosts}) => ({
		seen: {...sums, ...key, domains: [...domains], hosts: [...hosts]},
		never,
	}));
}
