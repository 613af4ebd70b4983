import type {DomainTerm, Filter, Term, WordField} from '../model/filter.ts';
import type {Handshake} from '../model/session-parts.ts';
import {whatIf} from '../policy/what-if.ts';
import {cipherFacts} from '../tls/cipher.ts';
import {memberOf, type SuiteSet, suiteSet} from '../tls/cipher-class.ts';
import {agreedGroup} from '../tls/group.ts';
import {protocols} from '../tls/version.ts';
import {handshakes} from './handshakes.ts';
import {kindOfKeyExchange} from './key-exchange-kinds.ts';
import {handshakeColumns, originColumns} from './schema.ts';
import type {Parameters, Store} from './store.ts';
import {whoseCondition} from './whose.ts';

/*
 * A filter, from the command line or from the screen, becomes one condition in SQL. In goes what the user asked for, out comes
 * text that holds nothing the user typed, and the values that are bound in it. It knows nothing of the queries that
 * use it: they call the sessions `s`.
 */

/** A condition on sessions `s`: rows of `session_rows`, or of `judged_rows` where a term asks about findings. */
export type Condition = {readonly where: string; readonly parameters: Parameters};

const namesOf = (columns: typeof handshakeColumns): Set<string> => new Set(columns.map(({name}) => name));
const ofHandshake = namesOf(handshakeColumns);
const ofOrigin = namesOf(originColumns);

/** The table that holds a column of `sessions`: `h` handshakes, `o` origins, `s` the sessions themselves. */
function tableOf(column: string): 'h' | 'o' | 's' {
	if (ofHandshake.has(column)) return 'h';
	return ofOrigin.has(column) ? 'o' : 's';
}

/** All there is to know about sessions `s`: their handshakes `h` and origins `o`. */
export const allOfSessions = 'session_rows s join handshakes h using (handshake) join origins o using (origin)';

/** A column of `sessions` in `allOfSessions`. */
export const sessionColumn = (name: string): string => `${tableOf(name)}.${name}`;

/** Place of a version among all, oldest first, from 1; 0 when the word names none. */
export const versionRank = (column: string): string =>
	`coalesce(list_position([${protocols.map(name => `'${name}'`)}], ${column}), 0)`;

const columnsOf: Readonly<Record<WordField, readonly string[]>> = {
	peer: ['peer_host', 'peer_ip'],
	user: ['username'],
	text: [
		'peer_host',
		'peer_ip',
		'username',
		'server_name',
		'cipher',
		'protocol',
		'failure',
		'alert',
		'tag',
		'log_host',
	],
	service: ['service'],
	failure: ['failure'],
	alert: ['alert'],
	log: ['log_host', 'source'],
	sni: ['server_name'],
};

const groupsOf = (text: string): string =>
	`array_to_string(list_transform(list_filter(string_split(${text}, ':'), x -> x <> ''), x -> lpad(x, 4, '0')), '')`;
/** Addresses as digits of one length, so that an order of texts is the order of addresses (RFC 5952 forms). */
const digitsOfV4 = `(list_reduce(list_transform(string_split(s.peer_ip, '.'),
	x -> coalesce(try_cast(x as bigint), -1)), (a, b) -> a * 256 + b))`;
const digitsOfV6 = `(case when contains(s.peer_ip, '::')
	then ${groupsOf(`split_part(s.peer_ip, '::', 1)`)}
		|| repeat('0', greatest(0, 32 - length(${groupsOf(`replace(s.peer_ip, '::', ':')`)})))
		|| ${groupsOf(`split_part(s.peer_ip, '::', 2)`)}
	else ${groupsOf('s.peer_ip')} end)`;

/** A condition on one of the tables as a condition on sessions `s`. */
function among(table: 'h' | 'o' | 's', test: string): string {
	if (table === 'h') return `s.handshake in (select h.handshake from handshakes h where ${test})`;
	if (table === 'o') return `s.origin in (select o.origin from origins o where ${test})`;
	return test;
}

function suitesOf(word: string): SuiteSet | null {
	try {
		return suiteSet([word]);
	} catch {
		return null;
	}
}

/** Whether a suite is meant by a word: part of its name, or a class it belongs to. */
function cipherTest(word: string): (cipher: string | null) => boolean {
	const set = suitesOf(word);
	const part = word.toUpperCase();
	return cipher => {
		if (cipher === null) return false;
		if (cipher.toUpperCase().includes(part)) return true;
		const facts = set === null ? null : cipherFacts(cipher);
		return facts !== null && set !== null && memberOf(facts, set) !== null;
	};
}

/** Whether a session has one of these groups; `*` stands for anything. */
function groupTest(words: readonly string[]): (handshake: Handshake) => boolean {
	const wanted = words.map(word => {
		const parts = (agreedGroup(null, word) ?? word.toLowerCase()).split('*');
		return new RegExp(`^${parts.map(part => part.replaceAll(/[^a-z0-9_]/g, String.raw`\$&`)).join('.*')}$`);
	});
	return ({outcome, protocol, keyExchange}) => {
		const group = outcome === 'encrypted' ? agreedGroup(protocol, keyExchange) : null;
		return group !== null && wanted.some(test => test.test(group));
	};
}

/** A condition on the findings of sessions that no exception suppresses. */
const broken = (test: string): string =>
	`s.judgement in (select judgement from judgement_findings where excepted_until is null and ${test})`;

/** A pattern for LIKE from a word in which `*` matches anything. */
const pattern = (word: string): string =>
	`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll('*', '%')}%`.replaceAll('%%', '%');

/**
 * A condition on a text of deliveries (`src/model/deliveries.ts`) as a whole, or on a part of it: mail to a domain. Before and behind a
 * domain there stands what is in no domain.
 */
export function toDomain(deliveries: string, {domain, below}: DomainTerm, bind: (value: string) => string): string {
	const wanted = domain === null ? ', ' : `${below ? '.' : ','}${domain} `;
	return `coalesce(contains(',' || ${deliveries}, ${bind(wanted)}), false)`;
}

/** A condition on the peer's address: within a network, of IPv4 or IPv6 by the length of its bounds. */
function inNetwork({low, high}: Extract<Term, {kind: 'net'}>, bind: (value: string) => string): string {
	if (low.length === 8)
		return `coalesce(case when regexp_full_match(s.peer_ip, '[0-9]{1,3}(\\.[0-9]{1,3}){3}')
			then ${digitsOfV4} between ${Number.parseInt(low, 16)} and ${Number.parseInt(high, 16)} end, false)`;
	return `coalesce(case when contains(s.peer_ip, ':') and not contains(s.peer_ip, '.')
		then lower(${digitsOfV6}) between ${bind(low)} and ${bind(high)} end, false)`;
}

/**
 * Turns a filter into a condition. Handshakes are read only where a term is about what SQL does not know of suites. `times` is what the condition asks
 * of the beginning alone: with it a row that passes is looked up among those of its time, not among all.
 */
export async function condition(store: Store, filter: Filter = {}): Promise<Condition & {readonly times: string}> {
	const parameters: Record<string, string | number | null> = {};
	const bind = (value: string | number | null): string => {
		const name = `f${Object.keys(parameters).length}`;
		parameters[name] = value;
		return `$${name}`;
	};
	const anyOf = (column: string, values: ReadonlyArray<string | number>): string =>
		values.length === 0 ? 'false' : `${column} in (${values.map(bind)})`;
	const amongHandshakes = (test: string): string => among('h', test);

	/** A condition on the number of the handshake, for tests that SQL cannot make. */
	async function numbered(test: (handshake: Handshake) => boolean): Promise<string> {
		const numbers: number[] = [];
		for await (const some of handshakes(store)) for (const each of some) if (test(each)) numbers.push(each.handshake);
		return numbers.length === 0 ? 'false' : `s.handshake in (${numbers})`;
	}

	/** The condition that a session began in a span, as parts that all hold. */
	const begun = (since: number | null, until: number | null): string[] => [
		...(since === null ? [] : [`s.started_at >= make_timestamp(${bind(since * 1000)}::bigint)`]),
		...(until === null ? [] : [`s.started_at < make_timestamp(${bind(until * 1000)}::bigint)`]),
	];

	async function one(term: Term): Promise<string> {
		switch (term.kind) {
			case 'same': {
				const {column, value} = term;
				const table = tableOf(column);
				return among(table, `${table}.${column} is not distinct from ${bind(value)}`);
			}
			case 'word': {
				const like = bind(pattern(term.word));
				const tests = columnsOf[term.field].map(name => {
					const table = tableOf(name);
					return among(table, `coalesce(${table}.${name} ilike ${like} escape '\\', false)`);
				});
				return `(${tests.join(' or ')})`;
			}
			case 'hop':
				return amongHandshakes(anyOf('h.hop', term.values));
			case 'outcome':
				return amongHandshakes(`coalesce(${anyOf('h.outcome', term.values)}, false)`);
			case 'tls':
				return amongHandshakes(`coalesce(${anyOf('h.tls_mode', term.values)}, false)`);
			case 'whose':
				return whoseCondition(store, term.values);
			case 'port':
				return amongHandshakes(`coalesce(${anyOf('h.port', term.ports)}, false)`);
			case 'version': {
				const rank = versionRank('h.protocol');
				return amongHandshakes(`${rank} > 0 and ${rank} ${term.is} ${protocols.indexOf(term.version) + 1}`);
			}
			case 'net':
				return inNetwork(term, bind);
			case 'cipher': {
				const test = cipherTest(term.word);
				return numbered(({cipher}) => test(cipher));
			}
			case 'domain':
				return toDomain('s.deliveries', term, bind);
			case 'pq':
				return amongHandshakes(`coalesce(${anyOf(await kindOfKeyExchange(store), term.values)}, false)`);
			case 'group':
				return numbered(groupTest(term.values));
			case 'rule':
				return broken(`rule = ${bind(term.rule)}`);
			case 'broken':
				return broken(`severity = ${bind(term.severity)}`);
			case 'begun':
				return `(${begun(term.since, term.until).join(' and ') || 'true'})`;
			case 'what-if': {
				const replay = whatIf({
					...(term.minVersion === undefined ? {} : {minVersion: term.minVersion}),
					...(term.ban === undefined ? {} : {ban: term.ban}),
				});
				return numbered(handshake => replay(handshake).verdict === 'breaks');
			}
		}
	}

	const parts: string[] = [];
	const {since, until, hops = [], terms = [], last = null} = filter;
	if (hops.length > 0) parts.push(await one({kind: 'hop', values: hops}));
	for (const term of terms) {
		const test = await one(term);
		parts.push(term.not === true ? `not ${test}` : test);
	}
	const times = begun(since ?? null, until ?? null);
	parts.push(...times);
	if (last !== null)
		parts.push(`s.started_at >= (select max(last_started) from weighted_rows)
			- to_milliseconds(${bind(last)}::bigint)`);
	const all = (tests: readonly string[]): string => (tests.length === 0 ? 'true' : tests.join(' and '));
	return {where: all(parts), times: all(times), parameters};
}
