import type {PostfixConfiguration, ServiceEntry} from '../read/configuration.ts';
import {type TableRow, tableContents} from '../read/lookup-table.ts';
import {type Governing, logLevelOf, type Parameters, parametersOf, yesOrNo} from '../read/parameters.ts';
import type {PostfixVersion} from '../releases/postfix-version.ts';
import {globalLevel, isMandatory} from './client-level.ts';
import type {ClientLevel, ClientPolicy, DaneOutcome, GoverningCiphers, GoverningProtocols} from './effective.ts';
import {governedCiphers, governedProtocols, listFault} from './governed-tls.ts';
import {tagOf} from './placement.ts';
import {readPolicy, readSite} from './policy-table.ts';

type Dane = {
	readonly level: 'dane' | 'dane-only';
	/** Below encrypt, wrapper mode delivers nothing. */
	readonly wrapper: boolean;
	/** smtp_tls_dane_insecure_mx_policy; null for lmtp, whose delivery knows no MX. */
	readonly insecureMx: string | null;
};

/**
 * Why a client cannot do DANE at all, though its level asks for it; null where it can. Then `dane` is `may`, and
 * `dane-only` defers all mail (smtp_tls_policy.c, dane_init).
 */
function daneHindrance(parameters: Parameters, family: 'smtp' | 'lmtp'): string | null {
	const support = parameters(`${family}_dns_support_level`);
	if (support.value.toLowerCase() !== 'dnssec') return `${support.parameter} is not dnssec`;
	const lookup = parameters(`${family}_host_lookup`);
	if (!lookup.value.split(/[\s,]+/).includes('dns')) return `${lookup.parameter} = ${lookup.value} leaves out dns`;
	const ignored = parameters('ignore_mx_lookup_error');
	if (family === 'smtp' && yesOrNo(ignored) === true) return `${ignored.parameter} = yes`;
	const options = parameters(`${family}_dns_resolver_options`);
	return /\bres_(?:defnames|dnsrch)\b/i.test(options.value) ? `${options.parameter} = ${options.value}` : null;
}

/** What the level comes to in each situation of the destination, with the list that then rules. */
function daneOutcomes({level, wrapper, insecureMx}: Dane, lists: ClientLists): readonly DaneOutcome[] {
	const outcome = (situation: string, becomes: ClientLevel | 'halfdane' | 'deferred'): DaneOutcome => {
		if (becomes === 'deferred' || (becomes === 'may' && wrapper))
			return {situation, level: 'deferred', parameter: null, allowed: []};
		const {parameter, allowed} = becomes === 'may' ? lists.optional : lists.mandatory;
		return {situation, level: becomes, parameter, allowed};
	};
	const strict = level === 'dane-only';
	const insecure = (): readonly DaneOutcome[] => {
		if (insecureMx === null) return [];
		if (strict) return [outcome('MX not signed', 'deferred')];
		if (insecureMx === 'dane') return [outcome('MX not signed, usable TLSA', 'halfdane')];
		if (insecureMx === 'encrypt') return [outcome('MX not signed, usable TLSA', 'encrypt')];
		return [outcome('MX not signed', 'may')];
	};
	return [
		outcome('usable TLSA', level),
		...insecure(),
		outcome('no TLSA', strict ? 'deferred' : 'may'),
		outcome('TLSA unusable', strict ? 'deferred' : 'encrypt'),
		outcome('TLSA lookup fails', 'deferred'),
	];
}

/**
 * The lists that rule where TLS is optional and where it is mandatory; one and the same where a policy row names its
 * own.
 */
type ClientLists = {readonly optional: GoverningProtocols; readonly mandatory: GoverningProtocols};

/** What a row of the policy table puts in the place of the lists of main.cf. */
type Replacements = {readonly row: Governing; readonly attributes: ReadonlyMap<string, string>};

/** The lists of one transport, with what a row replaces. Those of main.cf are worked out once. */
type ListsOf = (level: ClientLevel, replacements: Replacements) => ClientLists & {readonly ciphers: GoverningCiphers};

/** What Postfix excludes by itself: `encrypt` is not without encryption, and no level above it without a certificate. */
function excludedBy(level: ClientLevel): readonly string[] {
	if (!isMandatory(level)) return [];
	return level === 'encrypt' ? ['eNULL'] : ['aNULL'];
}

/**
 * Lists, grade and exclusions of a client (smtp_tls_policy.c, set_cipher_grade): by level, and a row's `protocols=`,
 * `ciphers=` and `exclude=` take the place of main.cf; `exclude=` that of both lists.
 */
function clientLists(parameters: Parameters, family: 'smtp' | 'lmtp', version: PostfixVersion): ListsOf {
	const own = (name: string) => parameters(`${family}_tls_${name}`);
	const ready = {
		optional: governedProtocols(own('protocols'), version, 'client'),
		mandatory: governedProtocols(own('mandatory_protocols'), version, 'client'),
	};
	const ciphersAt = new Map<string, GoverningCiphers>();
	return (level, {row, attributes}) => {
		const replaced = (attribute: string): Governing | null => {
			const value = attributes.get(attribute);
			return value === undefined ? null : {...row, parameter: `${row.parameter} ${attribute}=`, value};
		};
		const ciphersFor = (): GoverningCiphers => {
			const mandatory = isMandatory(level);
			const excluded = replaced('exclude');
			const exclusions = [own('exclude_ciphers'), ...(mandatory ? [own('mandatory_exclude_ciphers')] : [])];
			const grade = replaced('ciphers') ?? own(mandatory ? 'mandatory_ciphers' : 'ciphers');
			return governedCiphers(grade, excluded === null ? exclusions : [excluded], excludedBy(level), version);
		};
		const kept = !attributes.has('ciphers') && !attributes.has('exclude');
		const ciphers = (kept ? ciphersAt.get(level) : undefined) ?? ciphersFor();
		if (kept) ciphersAt.set(level, ciphers);
		const list = replaced('protocols');
		if (list === null) return {...ready, ciphers};
		const protocols = governedProtocols(list, version, 'client');
		return {optional: protocols, mandatory: protocols, ciphers};
	};
}

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
	readonly behind: readonly string[];
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
	const {destination, row, attributes, problem, behind} = demand;
	const base = {...fixed, destination, behind, levelSetting: row, ...nothing};
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
		logLevel: logLevelOf(parameters(`${family}_tls_loglevel`), version),
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
		behind: [],
	};
	const policyMaps = parameters(`${family}_tls_policy_maps`);
	const isSite = policyMaps.value === '';
	const maps = isSite ? parameters(`${family}_tls_per_site`) : policyMaps;
	const place = maps.setting?.place ?? {file: 'main.cf', line: null};
	const {rows, whatever, unread} = tableContents(configuration, maps.value, place);
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
			behind: row.behind,
			problem: read.problem === null ? null : {kind: 'policy-syntax', text},
		};
	};
	// A client that does not start looks nothing up.
	if (problem !== null) return [resolved(transport, general)];
	const others = whatever === null ? {...general, behind: unread} : demand(whatever, null);
	return [others, ...rows.map(row => demand(row, row.key))].map(each => resolved(transport, each));
}
