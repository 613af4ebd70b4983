import type {RowInUse} from '../../model/hardening/policy-line.ts';
import type {Protocol} from '../../tls/version.ts';
import {isMandatory} from '../effective/client-level.ts';
import type {ClientLevel} from '../effective/effective.ts';
import {clientPolicies} from '../effective/effective-policy.ts';
import {contentsOf, nextHopOf, routeOf} from '../lint/checks/routes.ts';
import {rulingValue} from '../lint/checks/values.ts';
import type {PostfixConfiguration} from '../read/configuration.ts';
import {sourceRows} from '../read/lookup-table.ts';
import {portOf} from '../read/service-port.ts';

/** Where mail of a domain goes: a next hop as Postfix looks it up, or null where the configuration does not show it. */
type Route = (domain: string) => string | null;

/** What is in use of policies and routes, as far as it is given. */
export type InUse = {
	/** A table or a configuration was given. */
	readonly given: boolean;
	/** Rows of the policy table by key; of rows with one key the first. */
	readonly rows: ReadonlyMap<string, RowInUse>;
	/** The level where no row is; null where it is not given, or differs between transports. */
	readonly general: {readonly level: ClientLevel; readonly row: RowInUse} | null;
	/** Tables that could not be read: they may hold rows for any next hop. */
	readonly unread: readonly string[];
	/** `smtp_tls_per_site` is asked, since no policy table is named. */
	readonly perSite: boolean;
	/** The oldest version that a line with `encrypt` allows (`smtp_tls_mandatory_protocols`); null where it is not given. */
	readonly floor: Protocol | null;
	/** Null where no configuration is given. */
	readonly route: Route | null;
};

/** The beginning of a table's name in main.cf: `hash:/etc/postfix/tls_policy` is a file. */
const typePrefix = /^(?:proxy:)?(?:hash|btree|lmdb|cdb|dbm|sdbm|texthash):(?=\/)/;

/** The file of a table, which may be named as main.cf names it. */
export const tableFile = (name: string): string => name.replace(typePrefix, '');

/** Nothing is given of what is in use. */
export const nothingInUse: InUse = {
	given: false,
	rows: new Map(),
	general: null,
	unread: [],
	perSite: false,
	floor: null,
	route: null,
};

/** A row of a table of patterns, in which a next hop is not found by its name (regexp_table(5)). */
const isPattern = ({key}: RowInUse): boolean => /^!?\//.test(key);

const byKey = (rows: readonly RowInUse[]): ReadonlyMap<string, RowInUse> =>
	new Map([...rows].reverse().map(row => [row.key, row]));

/** What a table says by its text. What main.cf says is not known. */
export function tableInUse(text: string, file: string): InUse {
	const rows = sourceRows(text, file);
	return {...nothingInUse, given: true, rows: byKey(rows), unread: rows.some(isPattern) ? [file] : []};
}

/** A domain, then its parents with a leading dot: `a.b.example`, `.b.example`, `.example`. */
function withParents(domain: string): readonly string[] {
	const labels = domain.split('.');
	return labels.map((_, index) => (index === 0 ? domain : `.${labels.slice(index).join('.')}`));
}

/** The rows of the tables that a parameter names, and those of its tables in which a row may be for any key. */
function contents(configuration: PostfixConfiguration, parameter: string) {
	const {rows, whatever, unread} = contentsOf(configuration, parameter);
	const patterns = rows.filter(isPattern).map(({place}) => place.file);
	return {rows, whatever, unread: [...new Set([...unread, ...patterns])]};
}

/**
 * Where the configuration sends mail: a row of transport_maps, which counts before relayhost even where it leaves the next hop out,
 * then default_transport, then relayhost (transport(5), postconf(5) relayhost). By the sender: not known.
 */
function routeOfConfiguration(configuration: PostfixConfiguration): Route {
	const set = (name: string): boolean => rulingValue(configuration, name) !== '';
	if (['sender_dependent_relayhost_maps', 'sender_dependent_default_transport_maps'].some(set)) return () => null;
	const {rows, whatever, unread} = contents(configuration, 'transport_maps');
	const transports = new Map(rows.map(({key, value}) => [key, value]));
	const usual = routeOf(rulingValue(configuration, 'default_transport') || 'smtp').rest;
	const relays = rulingValue(configuration, 'relayhost').trim();
	const otherwise = (domain: string): string | null => {
		if (usual !== '') return nextHopOf(usual)?.text ?? null;
		if (relays === '') return domain;
		// Several are tried in turn (3.5), and each is looked up by itself.
		return /[\s,]/.test(relays) ? null : (nextHopOf(relays)?.text ?? null);
	};
	return domain => {
		if (unread.length > 0) return null;
		const value = [...withParents(domain), '*'].map(key => transports.get(key)).find(each => each !== undefined);
		const {transport, rest} = routeOf(value ?? whatever?.value ?? '');
		if (rest !== '') return nextHopOf(rest)?.text ?? null;
		return transport === '' ? otherwise(domain) : domain;
	};
}

/** What a configuration says for the transports of smtp(8). */
export function configurationInUse(configuration: PostfixConfiguration): InUse {
	const clients = clientPolicies(configuration).filter(({family}) => family === 'smtp');
	const general = clients.filter(({destination}) => destination === null);
	const [first] = general;
	const {rows, unread} = contents(configuration, 'smtp_tls_policy_maps');
	const floors = general.map(({level, protocols, otherProtocols}) =>
		isMandatory(level) ? protocols?.allowed[0] : otherProtocols?.allowed[0],
	);
	const [floor = null] = floors;
	const same = first !== undefined && general.every(each => each.level === first.level);
	return {
		given: true,
		rows: byKey(rows.map(({key, value, place}) => ({key, value, place}))),
		general: same
			? {
					level: first.level,
					row: {
						key: first.levelSetting.parameter,
						value: first.level,
						place: first.levelSetting.setting?.place ?? {file: 'main.cf', line: null},
					},
				}
			: null,
		unread,
		perSite:
			rulingValue(configuration, 'smtp_tls_policy_maps') === '' &&
			rulingValue(configuration, 'smtp_tls_per_site') !== '',
		floor: floors.every(each => each === floor) ? floor : null,
		route: routeOfConfiguration(configuration),
	};
}

/** The row that rules a next hop: that of its key, and for a bare domain that of a parent (smtp_tls_policy.c, tls_policy_lookup). */
export function rowFor({rows}: InUse, key: string): RowInUse | null {
	const keys = /[[\]:]/.test(key) ? [key] : withParents(key);
	for (const each of keys) {
		const row = rows.get(each.toLowerCase());
		if (row !== undefined) return row;
	}
	return null;
}

/** The key that the table in use has for a server, whatever its spelling: `[mail.example]:587`, `mail.example:submission`. */
export function keyOfServer({rows}: InUse, host: string, port: number): string | null {
	for (const key of rows.keys()) {
		const hop = nextHopOf(key);
		const usual = hop?.port === null ? 25 : portOf(hop?.port ?? '');
		if (hop === null || (!hop.exact && hop.port === null)) continue;
		if (hop.host.toLowerCase() === host && usual === port) return hop.text;
	}
	return null;
}
