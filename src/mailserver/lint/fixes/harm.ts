import type {Protocol} from '../../../tls/version.ts';
import {compareProtocols} from '../../../tls/version.ts';
import type {ClientPolicy, GoverningCiphers, GoverningProtocols, ServerPolicy} from '../../effective/effective.ts';
import {exclusionItems, isBadExclusion} from '../../effective/governed-tls.ts';
import {
	expectsTls,
	isImplicitPort,
	isLoopback,
	nextHopOf,
	relayedTransport,
	unreadRoutes,
	usualTransport,
	type Way,
	waysBy,
} from '../checks/routes.ts';
import {type LintSubject, serviceName} from '../checks/rule.ts';
import {rulingValue} from '../checks/values.ts';
import type {Edit} from './command.ts';

/**
 * What a change would take from somebody: protection, the way in, the way to log in or to deliver. The same installation
 * before and after a change comes in; each loss goes out in words. No loss, no harm: a command of the plan does none. Pure.
 */

/** One loss. `kind` is what a change beside the first could prevent. */
export type Harm = {
	readonly policy: ServerPolicy | ClientPolicy | null;
	readonly kind: 'versions' | 'certificates' | 'other';
	/** What it lets in. */
	readonly versions?: readonly Protocol[];
	/** Ends a sentence that begins with "it". */
	readonly words: string;
};

const serverRank = {none: 0, may: 1, encrypt: 2} as const;
const clientRank = {
	none: 0,
	may: 1,
	dane: 2,
	encrypt: 2,
	fingerprint: 3,
	verify: 3,
	secure: 3,
	'dane-only': 3,
} as const;
const certificateRank = {none: 0, asked: 1, required: 2} as const;
const gradeOrder = ['null', 'export', 'low', 'medium', 'high'];

function nameOf(policy: ServerPolicy | ClientPolicy): string {
	const name = serviceName(policy.service);
	return policy.side === 'client' && policy.destination !== null ? `${name} towards ${policy.destination}` : name;
}

function isForUsers({role}: ServerPolicy): boolean {
	return role === 'submission' || role === 'submissions';
}

/** Somebody can get in: the service starts, and TLS works where it is demanded. */
function isOpen({fault, level}: ServerPolicy): boolean {
	return fault === null || (fault.effect === 'off' && level !== 'encrypt');
}

/** A user can log in: AUTH is offered, and TLS is there where AUTH waits for it. */
function takesLogins(policy: ServerPolicy): boolean {
	const {authEnabled, authOnly, level, fault} = policy;
	return authEnabled && isOpen(policy) && (!authOnly || (level !== 'none' && fault === null));
}

/** Wrapper mode where no client speaks TLS at once: nobody gets in, whatever the level says. */
function isMisplacedWrapper({wrapper, port}: ServerPolicy): boolean {
	return wrapper && (port === 25 || port === 587);
}

/** The versions that a change lets in, the repair of a list that leaves only old ones apart. */
function addedVersions(before: GoverningProtocols | null, after: GoverningProtocols | null): readonly Protocol[] {
	if (before === null || after === null || before.allowed.length === 0) return [];
	const added = after.allowed.filter(version => !before.allowed.includes(version));
	const modern = (version: Protocol) => compareProtocols(version, 'TLSv1.2') >= 0;
	return before.allowed.some(modern) || !added.every(modern) ? added : [];
}

function opened(policy: ServerPolicy | ClientPolicy, versions: readonly Protocol[]): Harm {
	return {policy, kind: 'versions', versions, words: `lets ${versions.join(' and ')} into ${nameOf(policy)}`};
}

/** What lists leave out, what Postfix leaves out by itself apart. */
function exclusionsOf({exclusions}: GoverningCiphers): readonly string[] {
	return exclusions.flatMap(({value}) => exclusionItems(value)).filter(item => !isBadExclusion(item));
}

function cipherLoss(before: GoverningCiphers | null, after: GoverningCiphers | null): string | null {
	if (before === null || after === null || !before.grade.valid) return null;
	const kept = new Set(exclusionsOf(after).map(item => item.toUpperCase()));
	const dropped = exclusionsOf(before).filter(item => !kept.has(item.toUpperCase()));
	if (dropped.length > 0) return `no longer excludes ${dropped.join(', ')}`;
	const rank = ({grade}: GoverningCiphers) => gradeOrder.indexOf(grade.value.toLowerCase());
	return rank(after) < rank(before) ? `takes grade ${after.grade.value} for ${before.grade.value}` : null;
}

/** What is the same for both sides: faults, versions, suites. */
function tlsHarm(before: ServerPolicy | ClientPolicy, after: ServerPolicy | ClientPolicy): Harm[] {
	const harms: Harm[] = [];
	const add = (words: string) => harms.push({policy: after, kind: 'other', words});
	const name = nameOf(after);
	if (before.fault === null && after.fault !== null) add(`leaves ${name} without TLS that works`);
	if (before.fault !== null) return harms;
	const added = addedVersions(before.protocols, after.protocols);
	if (added.length > 0) harms.push(opened(after, added));
	if (before.protocols?.allowed.length && after.protocols?.allowed.length === 0) add(`leaves ${name} no version`);
	const loss = cipherLoss(before.ciphers, after.ciphers);
	if (loss !== null) add(`${loss} at ${name}`);
	return harms;
}

function serverHarm(before: ServerPolicy, after: ServerPolicy): Harm[] {
	const harms = tlsHarm(before, after);
	const add = (words: string) => harms.push({policy: after, kind: 'other', words});
	const name = nameOf(after);
	if (isOpen(before) && !isOpen(after)) add(`closes ${name}`);
	const written = before.levelSetting.value.toLowerCase();
	const meant = written === 'encrypt' ? 'encrypt' : written === 'may' ? 'may' : 'none';
	const was = isMisplacedWrapper(before) && !after.wrapper ? meant : before.level;
	if (serverRank[after.level] < serverRank[was]) add(`lowers ${name} from level ${was} to ${after.level}`);
	if (before.wrapper && !after.wrapper && !isMisplacedWrapper(before)) add(`ends TLS at once at ${name}`);
	if (after.wrapper && !before.wrapper && after.port !== 465) add(`makes ${name} speak TLS at once`);
	if (after.level === 'encrypt' && before.level !== 'encrypt' && !isForUsers(after))
		add(`makes ${name} refuse every sender without TLS`);
	if (before.authEnabled && before.authOnly && !after.authOnly) add(`lets passwords into ${name} in clear`);
	const [had, has] = [certificateRank[before.clientCertificates], certificateRank[after.clientCertificates]];
	if (has < had) add(`asks no client certificate at ${name} any more`);
	if (has > had && before.fault === null)
		harms.push({policy: after, kind: 'certificates', words: `asks for client certificates at ${name}`});
	return harms;
}

/** Whether a transport sends to the servers of the world, since nothing names a host for its mail. */
function isToTheWorld({configuration}: LintSubject, transport: string, ways: readonly Way[]): boolean {
	const named = (names: RegExp) => ways.some(({parameter}) => names.test(parameter));
	if (transport === usualTransport(configuration)) return !named(/^(?:relayhost|default_transport)$/);
	// The transport relay is for relay_domains; without any, only what names it uses it.
	const isUsed = transport === relayedTransport(configuration) && rulingValue(configuration, 'relay_domains') !== '';
	return isUsed && !named(/^relayhost$/);
}

/** Hosts whose mail waits where a transport demands TLS and they offer none. */
function heldBack({service, wrapper}: ClientPolicy, {clients}: LintSubject, ways: readonly Way[]): readonly Way[] {
	const rows = clients.filter(
		policy => policy.destination !== null && serviceName(policy.service) === serviceName(service),
	);
	const ruled = new Set(rows.map(({destination}) => nextHopOf(destination ?? '')?.text));
	return ways.filter(
		way => !expectsTls(way) && !ruled.has(way.nextHop.text) && !(wrapper && isImplicitPort(way.nextHop)),
	);
}

/** Names of hosts in a sentence, the first few of many. */
function hostWords(ways: readonly Way[]): string {
	const hosts = [...new Set(ways.map(({nextHop}) => nextHop.text))];
	const [most, rest] = [hosts.slice(0, 3).join(' and '), hosts.length - 3];
	return rest > 0 ? `${most} and ${rest} more` : most;
}

/** Where a transport goes, and what its own level and wrapper mode would do on the way. */
function deliveryHarm(before: ClientPolicy, after: ClientPolicy, subject: LintSubject): string[] {
	if (after.wrapper === before.wrapper && clientRank[after.level] <= clientRank[before.level]) return [];
	const {configuration} = subject;
	const {service, destination} = after;
	const ways = waysBy(configuration, service.name);
	const toTheWorld = isToTheWorld(subject, service.name, ways);
	const unread = unreadRoutes(configuration).join(', ');
	const name = nameOf(after);
	const words: string[] = [];
	if (after.wrapper && !before.wrapper) {
		if (toTheWorld || ways.some(({nextHop}) => !isImplicitPort(nextHop)))
			words.push(`makes ${name} speak TLS at once where nobody expects it`);
		else if (unread !== '') words.push(`makes ${name} speak TLS at once to every host that ${unread} names, not read`);
		if (clientRank[after.level] < 2)
			words.push(`makes ${name} put off all mail, since TLS at once wants level encrypt`);
	}
	if (before.wrapper && !after.wrapper && ways.some(({nextHop}) => isImplicitPort(nextHop)))
		words.push(`takes the way to port 465 from ${name}`);
	if (destination === null && clientRank[before.level] < 2 && ['encrypt', 'dane-only'].includes(after.level)) {
		const held = heldBack(after, subject, ways);
		const others = held.filter(({nextHop}) => !isLoopback(nextHop));
		if (others.length < held.length) words.push(`holds back what ${name} hands on to this host itself`);
		if (others.length > 0)
			words.push(`holds back mail of ${name} for ${hostWords(others)} where no TLS is offered there`);
		if (toTheWorld) words.push(`holds back mail of ${name} for every server without TLS`);
		if (unread !== '')
			words.push(`holds back mail of ${name} for every host without TLS that ${unread} names, not read`);
	}
	return words;
}

function clientHarm(before: ClientPolicy, after: ClientPolicy, subject: LintSubject): Harm[] {
	const harms = tlsHarm(before, after);
	const add = (words: string) => harms.push({policy: after, kind: 'other', words});
	const name = nameOf(after);
	if (clientRank[after.level] < clientRank[before.level])
		add(`lowers ${name} from level ${before.level} to ${after.level}`);
	const checked = ['fingerprint', 'verify', 'secure', 'dane-only'];
	if (checked.includes(after.level) && !checked.includes(before.level) && before.fault === null)
		add(`holds back mail of ${name} unless the other side's certificate passes, which no file shows`);
	if (after.reach === 'deferred' && before.reach !== 'deferred') add(`holds back all mail of ${name}`);
	for (const words of deliveryHarm(before, after, subject)) add(words);
	return harms;
}

/**
 * A way to log in that is gone. That users have another on a port of their own does not help those who are still set to this
 * one, nor does any file show whom the other one lets in: the log shows who logs in where.
 */
function loginHarm(before: LintSubject, after: LintSubject): Harm[] {
	const now = new Map(after.servers.map(policy => [nameOf(policy), policy]));
	return before.servers.filter(takesLogins).flatMap(policy => {
		const same = now.get(nameOf(policy));
		if (same !== undefined && takesLogins(same)) return [];
		return [{policy: same ?? null, kind: 'other' as const, words: `takes the login from ${nameOf(policy)}`}];
	});
}

/** A line that begins with a blank belongs to the parameter above (postconf(5), general format): postconf writes or removes both. */
function swallowedHarm({configuration}: LintSubject, edits: readonly Edit[]): Harm[] {
	const swallowing = configuration.faults.filter(({kind}) => kind === 'swallowed-line').map(({subject}) => subject);
	return edits.flatMap(({service, name}): Harm[] =>
		service === null && swallowing.includes(name)
			? [{policy: null, kind: 'other', words: `takes away the line that ${name} has swallowed`}]
			: [],
	);
}

/** Who may send, and where mail goes: no fix of TLS touches that. */
const ofAccess =
	/_(?:restrictions|checks|maps|clients|hosts|recipients|transport|destination|domains|networks|classes)$|^(?:mynetworks|mydestination|relayhost|inet_interfaces|content_filter|smtpd_proxy_filter)/;
const ofTlsTables = /_(?:tls_policy|sni|ccert_certs|session_cache)\w*$|^tls_server_sni_maps$/;

function accessHarm(before: LintSubject, after: LintSubject, edits: readonly Edit[]): Harm[] {
	return edits.flatMap(({service, name}): Harm[] => {
		// What is no value of anything, such as two lines in one, protects nobody.
		const broken = before.configuration.faults.some(({subject}) => subject === name);
		if (!ofAccess.test(name) || ofTlsTables.test(name) || broken) return [];
		const valueIn = ({configuration}: LintSubject) => {
			const entry = configuration.services?.findLast(one => serviceName(one) === service);
			return rulingValue(configuration, name, entry);
		};
		const words = `changes ${name}, which decides on who may send and where mail goes`;
		return valueIn(before) === valueIn(after) ? [] : [{policy: null, kind: 'other', words}];
	});
}

/** Versions that come in by a way round: a list that let in less, or no TLS, was there in between. */
function openedSince(origin: LintSubject, after: LintSubject): Harm[] {
	const then = new Map([...origin.servers, ...origin.clients].map(policy => [nameOf(policy), policy]));
	return [...after.servers, ...after.clients].flatMap(policy => {
		const was = then.get(nameOf(policy));
		if (was === undefined || was === policy || was.fault !== null) return [];
		const added = addedVersions(was.protocols, policy.protocols);
		return added.length === 0 ? [] : [opened(policy, added)];
	});
}

/**
 * All that a change takes away; empty where it does no harm. `edits` is what the change consists of, `origin` the
 * installation before any change.
 */
export function harmsOf(
	before: LintSubject,
	after: LintSubject,
	edits: readonly Edit[],
	origin: LintSubject,
): readonly Harm[] {
	const servers = new Map(after.servers.map(policy => [nameOf(policy), policy]));
	const clients = new Map(after.clients.map(policy => [nameOf(policy), policy]));
	const gone = (policy: ServerPolicy | ClientPolicy): Harm => ({
		policy: null,
		kind: 'other',
		words: `takes away ${nameOf(policy)}`,
	});
	return [
		...before.servers.flatMap(policy => {
			const now = servers.get(nameOf(policy));
			return now === undefined ? [gone(policy)] : now === policy ? [] : serverHarm(policy, now);
		}),
		...before.clients.flatMap(policy => {
			const now = clients.get(nameOf(policy));
			return now === undefined ? [gone(policy)] : now === policy ? [] : clientHarm(policy, now, after);
		}),
		...openedSince(origin, after),
		...loginHarm(before, after),
		...accessHarm(before, after, edits),
		...swallowedHarm(before, edits),
	];
}
