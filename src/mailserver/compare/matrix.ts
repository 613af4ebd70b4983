import type {Demand, Effective, Intended, MatrixRow, MatrixVerdict} from '../../model/service-matrix.ts';
import type {Hop} from '../../model/session.ts';
import type {ObservedRow} from '../../model/summary.ts';
import type {Policy} from '../../policy/policy.ts';
import {isRelayPort} from '../../tls/relay-port.ts';
import type {Protocol} from '../../tls/version.ts';
import type {ClientPolicy, GoverningProtocols, ServerPolicy} from '../effective/effective.ts';
import {originWords, placeWords} from '../read/parameters.ts';
import type {PostfixVersion} from '../releases/postfix-version.ts';
import {type Asked, acceptance} from './acceptance.ts';
import {intention} from './intention.ts';
import {observation} from './observation.ts';

/**
 * Intended, effective, accepted and observed TLS side by side. Effective policies, a policy, rows of a log and results
 * of a probe come in; a row for each service goes out. It must not know how any of them came about, nor print. Pure. /
 */

type Tagged = {readonly tag: string};

/** `postfix/smtpd` without its last label. */
const beforeProgram = (tag: string): string => tag.slice(0, tag.lastIndexOf('/'));

/** Tags under which a service's sessions are: its own, and those of postscreen and tlsproxy before it. */
function tagsOf({tag, program}: ServerPolicy): readonly string[] {
	const prefix = beforeProgram(tag);
	return program === 'tlsproxy' ? [tag, `${prefix}/smtpd`, `${prefix}/postscreen`, `${prefix}/tlsproxy`] : [tag];
}

const nameOf = ({service}: ServerPolicy): string => `${service.name}/${service.type}`;

/** Other services that log under the same tag: no line shows which of them wrote it (smtpd logs no port). */
function sharedTags(server: ServerPolicy, servers: readonly ServerPolicy[]): string[] {
	return servers.filter(other => other !== server && other.tag === server.tag).map(nameOf);
}

/**
 * The sessions of one service. Among services that share a tag, the one on the port that the tag means has them all;
 * a tag that was cut (`postfix` alone, as rsyslog writes it in RFC 5424) is recognised by the port.
 */
function serverSessions(
	server: ServerPolicy,
	servers: readonly ServerPolicy[],
	observed: readonly ObservedRow[],
): ObservedRow[] {
	const tags = tagsOf(server);
	const shared = servers.filter(other => other.tag === server.tag);
	const first = shared.find(({port}) => isRelayPort(port)) ?? shared[0];
	return observed.filter(row => {
		if (row.direction !== 'in' || row.tag === null) return false;
		if (tags.includes(row.tag)) {
			if (shared.length === 1) return true;
			return shared.some(({port}) => port === row.port) ? row.port === server.port : first === server;
		}
		return !row.tag.includes('/') && row.hop !== 'access' && row.port !== null && row.port === server.port;
	});
}

/** The sessions of one client; of clients that share a tag the first of `clients` has them all. */
function clientSessions(
	client: ClientPolicy,
	clients: readonly ClientPolicy[],
	observed: readonly ObservedRow[],
): ObservedRow[] {
	const same = ({tag}: Tagged): boolean => tag === client.tag;
	if (clients.find(same) !== client) return [];
	return observed.filter(row => row.direction === 'out' && row.tag === client.tag);
}

/** All there is to hold a configuration against. */
export type MatrixEvidence = {
	readonly version: PostfixVersion | null;
	readonly policy: Policy | null;
	/** Null without a log. */
	readonly observed: readonly ObservedRow[] | null;
	/** What was asked, by service (`smtps/inet`). */
	readonly asked: ReadonlyMap<string, Asked>;
};

const strength: Readonly<Record<Demand, number>> = {down: 0, none: 0, offered: 1, required: 2, implicit: 2};

/** The stronger of two demands; what was intended where they are equal. */
function stronger(intended: Demand | null, effective: Demand): Demand {
	return intended !== null && strength[intended] >= strength[effective] ? intended : effective;
}

/** Whether a configuration does what was wanted: no version more, and TLS demanded at least as much. */
export function effectVerdict(
	intended: Intended,
	versions: readonly string[],
	demand: Demand,
	fault: string | null,
): MatrixVerdict {
	if (fault !== null) return 'differs';
	if (intended.demand !== null && strength[demand] < strength[intended.demand]) return 'differs';
	const wanted: readonly string[] | null = intended.versions;
	if (wanted !== null && versions.some(each => !wanted.includes(each))) return 'differs';
	return intended.versions === null && intended.demand === null ? 'unknown' : 'agrees';
}

type Lists = Pick<ServerPolicy, 'protocols' | 'otherProtocols' | 'ciphers'> & Partial<Pick<ServerPolicy, 'unserved'>>;

function effective(
	{protocols, otherProtocols, ciphers, unserved = []}: Lists,
	demand: Demand,
	fault: string | null,
	intended: Intended,
	version: PostfixVersion | null,
): Effective {
	// A fault may leave TLS on at a lower level: dane without DNSSEC is may.
	const works = fault === null || (demand !== 'down' && demand !== 'none');
	const versions = works ? (protocols?.allowed ?? []).filter(each => !unserved.includes(each)) : [];
	const inert = (list: GoverningProtocols | null): Effective['inert'] =>
		list === null || list.setting === null || protocols === null
			? null
			: {parameter: list.parameter, value: list.value, origin: originWords(list, version)};
	return {
		versions,
		demand,
		parameter: protocols?.parameter ?? null,
		value: protocols?.value ?? null,
		origin: protocols === null ? null : originWords(protocols, version),
		grade: ciphers?.grade.value ?? null,
		excluded: ciphers?.excluded ?? [],
		inert: inert(otherProtocols),
		fault,
		verdict: effectVerdict(intended, versions, demand, fault),
	};
}

/**
 * Why a service does not work: its TLS is wrong, or its daemon dies of a word that is no option (master(5); smtpd.c and
 * smtp.c: "unexpected command-line argument"), whatever its settings come to.
 */
function faultOf({service, fault}: ServerPolicy | ClientPolicy): string | null {
	const [word] = service.stray;
	return word === undefined ? (fault?.text ?? null) : `${service.command} dies of "${word}", which is no option.`;
}

function serverDemand({wrapper, level}: ServerPolicy, fault: string | null): Demand {
	if (fault !== null) return 'down';
	if (wrapper) return 'implicit';
	return ({none: 'none', may: 'offered', encrypt: 'required'} as const)[level];
}

const hopOf = ({role}: ServerPolicy): Hop | null => (role === 'submissions' ? 'submission' : role);

function serverRow(server: ServerPolicy, servers: readonly ServerPolicy[], evidence: MatrixEvidence): MatrixRow {
	const {version, policy, observed, asked} = evidence;
	const service = `${server.service.name}/${server.service.type}`;
	const hop = hopOf(server);
	const intended = intention(server, hop, server.wrapper, policy);
	const fault = faultOf(server);
	const effect = effective(server, serverDemand(server, fault), fault, intended, version);
	const probed = asked.get(service);
	const expectation = {
		intended: intended.versions,
		allowed: effect.versions,
		demand: stronger(intended.demand, effect.demand),
	};
	return {
		service,
		hop,
		side: 'server',
		port: server.port,
		tag: server.tag,
		sharedWith: sharedTags(server, servers),
		level: server.level,
		wrapper: server.wrapper,
		intended,
		effective: effect,
		accepted: probed === undefined ? null : acceptance(probed, intended.versions, effect.versions),
		observed: observed === null ? null : observation(serverSessions(server, servers, observed), expectation),
	};
}

/** By custom all mail for strangers goes through these; others serve an end of their own, such as a content filter. */
const usualTransports: readonly string[] = ['smtp', 'relay'];

/** Whether TLS was switched off for this transport alone, on purpose: the way to a content filter on the same host. */
function isMeantPlain({service, level, levelSetting}: ClientPolicy): boolean {
	const own = service.options.some(({name}) => name === levelSetting.parameter);
	return (
		own && level === 'none' && levelSetting.value.toLowerCase() === 'none' && !usualTransports.includes(service.name)
	);
}

/** A row of a policy table that switches TLS off for one destination: nobody writes it unless he means it (postconf(5) smtp_tls_policy_maps). */
function isNoneByRow({destination, level, levelSetting, fault}: ClientPolicy): boolean {
	const table = /_tls_(?:policy_maps|per_site)$/.test(levelSetting.parameter);
	return destination !== null && table && fault === null && level === 'none';
}

/** What was wanted of a client: by the row itself where that says none, else as of a service. */
function wantedOf(client: ClientPolicy, hop: Hop, policy: Policy | null): Intended {
	if (!isNoneByRow(client)) return intention(client, hop, false, policy);
	const {parameter, setting} = client.levelSetting;
	const place = setting === null ? '' : `, ${placeWords(setting)}`;
	return {versions: null, demand: 'none', sources: [`${parameter}${place}`]};
}

function hopOfClient(client: ClientPolicy): Hop {
	if (client.family === 'lmtp') return 'delivery';
	return isMeantPlain(client) ? 'internal' : 'relay-out';
}

const clientDemands = {plaintext: 'none', opportunistic: 'offered', mandatory: 'required', deferred: 'down'} as const;

/** What is the same for all clients: a policy table may have a hundred thousand rows. */
type AllClients = {
	/** Those for destinations that no table names. */
	readonly general: readonly ClientPolicy[];
	/** The versions that any entry of a policy table or a default allows. */
	readonly allowed: readonly Protocol[];
	/** Some destination has an entry of its own. */
	readonly tabled: boolean;
};

function clientRow(client: ClientPolicy, clients: AllClients, evidence: MatrixEvidence): MatrixRow {
	const {version, policy, observed} = evidence;
	const hop = hopOfClient(client);
	const wanted = wantedOf(client, hop, policy);
	const reached = client.wrapper && client.reach === 'mandatory' ? 'implicit' : clientDemands[client.reach];
	const demand = client.service.stray.length > 0 ? 'down' : reached;
	const found = effective(client, demand, faultOf(client), wanted, version);
	// Whether a row is ever reached depends on the tables before it.
	const sure = client.destination === null || client.behind.length === 0;
	const effect: Effective = sure ? found : {...found, verdict: 'unknown'};
	const {name, type} = client.service;
	const service = `${name}/${type}`;
	// The log names destinations, but not the entry of the table that holds for them.
	const whole = client.destination === null;
	const {tabled, general} = clients;
	const expectation = {
		intended: null,
		// With a table other lists may have ruled some sessions: what any of them allows proves nothing.
		allowed: tabled || client.outcomes.length > 0 ? clients.allowed : effect.versions,
		demand: tabled ? null : stronger(wanted.demand, demand),
	};
	const rows = observed === null || !whole ? null : clientSessions(client, general, observed);
	return {
		service: whole ? service : `${service} ${client.destination}`,
		hop,
		side: 'client',
		port: null,
		tag: client.tag,
		sharedWith: general
			.filter(other => whole && other !== client && other.tag === client.tag)
			.map(other => `${other.service.name}/${other.service.type}`),
		level: client.level,
		wrapper: client.wrapper,
		intended: wanted,
		effective: effect,
		accepted: null,
		observed: rows === null ? null : observation(rows, expectation),
	};
}

function allAllowed(clients: readonly ClientPolicy[]): readonly Protocol[] {
	return [
		...new Set(
			clients.flatMap(({protocols, outcomes}) => [
				...(protocols?.allowed ?? []),
				...outcomes.flatMap(({allowed}) => allowed),
			]),
		),
	];
}

/** The matrix of Postfix: a row a service for strangers, then a row a client and entry of its policy table. */
export function matrix(
	servers: readonly ServerPolicy[],
	clients: readonly ClientPolicy[],
	evidence: MatrixEvidence,
): MatrixRow[] {
	const general = clients.filter(({destination}) => destination === null);
	const all = {general, allowed: allAllowed(clients), tabled: general.length < clients.length};
	return [
		...servers.map(server => serverRow(server, servers, evidence)),
		...clients.map(client => clientRow(client, all, evidence)),
	];
}
