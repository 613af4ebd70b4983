import {globalLevel, isMandatory} from './client-level.ts';
import {clientLists, type ListsOf, type Replacements} from './client-lists.ts';
import type {PostfixConfiguration, ServiceEntry} from './configuration.ts';
import {daneHindrance, daneOutcomes} from './dane-outcomes.ts';
import type {ClientLevel, ClientPolicy, Governing} from './effective.ts';
import {listFault} from './governed-tls.ts';
import {type TableRow, tableContents} from './lookup-table.ts';
import {tagOf} from './placement.ts';
import {readPolicy} from './policy-table.ts';
import type {PostfixVersion} from './postfix-version.ts';
import {logLevelOf, type Parameters, parametersOf, yesOrNo} from './service-parameters.ts';
import {readSite} from './site-table.ts';

/** What is the same for all destinations of one transport. */
type Transport = {
	readonly parameters: Parameters;
	readonly family: 'smtp' | 'lmtp';
	readonly lists: ListsOf;
	readonly fixed: Pick<ClientPolicy, 'side' | 'service' | 'family' | 'tag' | 'wrapper' | 'logLevel' | 'reuse'>;
};

/** The level asked for, and by which setting or row of the table. */
type Demand = Replacements & {
	readonly destination: string | null;
	readonly level: ClientLevel | null;
	/** Why the demand is refused. */
	readonly problem: ClientPolicy['fault'];
};

const nothing = {protocols: null, ciphers: null, otherProtocols: null, outcomes: []} as const;

/**
 * How a handshake that fails ends: `may` delivers in clear at a later attempt, the mandatory levels wait. With `dane`, a
 * host without TLSA gets what `may` gets, which is nothing in wrapper mode.
 */
function reachOf(level: ClientLevel, wrapper: boolean, broken: boolean): ClientPolicy['reach'] {
	if (level === 'may') return broken ? 'plaintext' : 'opportunistic';
	if (level === 'dane' && !wrapper) return 'opportunistic';
	return broken ? 'deferred' : 'mandatory';
}

/** The policy that a demand comes to: DANE is settled first, the lists are chosen by what is left (smtp_tls_policy.c). */
function resolved(transport: Transport, demand: Demand): ClientPolicy {
	const {parameters, family, fixed} = transport;
	const {destination, row, attributes, problem} = demand;
	const base = {...fixed, destination, levelSetting: row, ...nothing};
	if (demand.level === null) return {...base, level: 'none', fault: problem, reach: 'deferred'};
	const isDane = demand.level === 'dane' || demand.level === 'dane-only';
	const hindrance = isDane ? daneHindrance(parameters, family) : null;
	if (hindrance !== null && demand.level === 'dane-only') {
		const text = `Level dane-only cannot be met (${hindrance}): all mail is deferred with 4.7.5.`;
		return {...base, level: 'dane-only', fault: {kind: 'dane-without-dnssec', text}, reach: 'deferred'};
	}
	const level = hindrance === null ? demand.level : 'may';
	if (fixed.wrapper && !isMandatory(level)) {
		const text = `${family}_tls_wrappermode = yes needs level encrypt or higher, and the level is ${level}.`;
		return {...base, level, fault: {kind: 'wrapper-without-encrypt', text}, reach: 'deferred'};
	}
	if (level === 'none') return {...base, level, fault: null, reach: 'plaintext'};
	const found = transport.lists(level, demand);
	const [protocols, other] = isMandatory(level) ? [found.mandatory, found.optional] : [found.optional, found.mandatory];
	const mx = parameters('smtp_tls_dane_insecure_mx_policy').value.toLowerCase() || 'may';
	const outcomes =
		level === 'dane' || level === 'dane-only'
			? daneOutcomes({level, wrapper: fixed.wrapper, insecureMx: family === 'smtp' ? mx : null}, found)
			: [];
	const noDane = `Level dane is no more than may here: ${hindrance}.`;
	const broken = listFault(protocols, found.ciphers);
	return {
		...base,
		level,
		reuse: (attributes.get('connection_reuse')?.toLowerCase() ?? (fixed.reuse ? 'yes' : 'no')) === 'yes',
		protocols,
		ciphers: found.ciphers,
		otherProtocols: attributes.has('protocols') ? null : other,
		outcomes,
		fault: hindrance === null ? broken : {kind: 'dane-without-dnssec', text: noDane},
		reach: reachOf(level, fixed.wrapper, broken !== null),
	};
}

/** Why the client dies at its start, so that all mail of the transport waits; null when it does not. */
function startFault(
	parameters: Parameters,
	family: 'smtp' | 'lmtp',
	level: ClientLevel | null,
	{parameter, value}: Governing,
): ClientPolicy['fault'] {
	const text = `${parameter} = ${value} is no level: the client does not start and all mail waits.`;
	if (level === null) return {kind: 'invalid-level', text};
	const names = ['use_tls', 'enforce_tls', 'tls_enforce_peername', 'tls_wrappermode', 'tls_connection_reuse'];
	const bad = names
		.map(name => parameters(`${family}_${name}`))
		.find(each => each.value !== '' && yesOrNo(each) === null);
	if (bad === undefined) return null;
	const word = `${bad.parameter} = ${bad.value} is neither yes nor no: the client does not start and all mail waits.`;
	return {kind: 'invalid-boolean', text: word};
}

/**
 * The policies of one smtp or lmtp service: first for destinations that no table names, then for every row of
 * smtp_tls_policy_maps, or of smtp_tls_per_site where that is empty (postconf(5)).
 */
export function transportPolicies(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	family: 'smtp' | 'lmtp',
	version: PostfixVersion,
): readonly ClientPolicy[] {
	const parameters = parametersOf(configuration, service);
	const fixed = {
		side: 'client',
		service,
		family,
		tag: tagOf(parameters, service),
		wrapper: yesOrNo(parameters(`${family}_tls_wrappermode`)) === true,
		logLevel: logLevelOf(parameters(`${family}_tls_loglevel`)),
		reuse: yesOrNo(parameters(`${family}_tls_connection_reuse`)) === true,
	} as const;
	const transport: Transport = {parameters, family, lists: clientLists(parameters, family, version), fixed};
	const {level, setting} = globalLevel(parameters, family, version);
	const problem = startFault(parameters, family, level, setting);
	const general: Demand = {
		destination: null,
		level: problem === null ? level : null,
		row: setting,
		attributes: new Map(),
		problem,
	};
	const policyMaps = parameters(`${family}_tls_policy_maps`);
	const isSite = policyMaps.value === '';
	const maps = isSite ? parameters(`${family}_tls_per_site`) : policyMaps;
	const place = maps.setting?.place ?? {file: 'main.cf', line: null};
	const {rows, whatever} = tableContents(configuration, maps.value, place);
	const demand = (row: TableRow, destination: string | null): Demand => {
		const read = isSite ? readSite(row.value, level) : readPolicy(row.value, version);
		const text = `${maps.parameter}, ${row.key}: ${read.problem}; mail is deferred.`;
		return {
			destination,
			level: read.level,
			row: {
				parameter: maps.parameter,
				value: row.value,
				setting: {name: row.key, value: row.value, place: row.place},
				undefinedNames: [],
			},
			attributes: read.attributes,
			problem: read.problem === null ? null : {kind: 'policy-syntax', text},
		};
	};
	// A client that does not start looks nothing up.
	if (problem !== null) return [resolved(transport, general)];
	const others = whatever === null ? general : demand(whatever, null);
	return [others, ...rows.map(row => demand(row, row.key))].map(each => resolved(transport, each));
}
