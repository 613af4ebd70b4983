import {cipherFacts} from '../../tls/cipher.ts';
import {memberOf, type SuiteSet, suiteSet} from '../../tls/cipher-class.ts';
import type {Handshake} from '../../tls/session-parts.ts';
import {protocols} from '../../tls/version.ts';
import {whatIf} from '../../tls/what-if.ts';
import {handshakeColumns} from '../schema.ts';
import type {Parameters} from '../store.ts';
import {tableOf} from './live-tables.ts';
import type {Narrow, Term, WordField} from './narrow.ts';
import type {Screen} from './screen.ts';

export type Where = {readonly where: string; readonly parameters: Parameters};

/** Place of a version among all, oldest first, from 1; 0 when the word names none. */
export const versionRank = (column: string): string =>
	`coalesce(list_position([${protocols.map(name => `'${name}'`)}], ${column}), 0)`;

const columnsOf: Readonly<Record<WordField, readonly string[]>> = {
	peer: ['peer_host', 'peer_ip'],
	user: ['username'],
	text: ['peer_host', 'peer_ip', 'username', 'server_name', 'cipher', 'protocol', 'failure', 'tag', 'log_host'],
	service: ['service'],
	failure: ['failure'],
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
function among(table: 'h' | 'o' | 's', condition: string): string {
	if (table === 'h') return `s.handshake in (select h.handshake from handshakes h where ${condition})`;
	if (table === 'o') return `s.origin in (select o.origin from live_origins o where ${condition})`;
	return condition;
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

/** All handshakes there are, with their numbers; some hundreds. */
export async function allHandshakes({store}: Screen): Promise<Array<Handshake & {readonly handshake: number}>> {
	return (await store.all(`select handshake, ${handshakeColumns.map(({name, of}) => `${name} as "${of}"`)},
		carried_mail as "carriedMail", logged_in as "loggedIn" from handshakes`)) as Array<Handshake & {handshake: number}>;
}

/** A pattern for LIKE from a word in which `*` stands for anything. */
const pattern = (word: string): string =>
	`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll('*', '%')}%`.replaceAll('%%', '%');

/** A narrowing as SQL on sessions `s`, and what is bound in it; nothing the user typed stands in the text. */
export async function whereOf(screen: Screen, narrow: Narrow): Promise<Where> {
	const parameters: Record<string, string | number | null> = {};
	const bind = (value: string | number | null): string => {
		const name = `n${Object.keys(parameters).length}`;
		parameters[name] = value;
		return `$${name}`;
	};
	const anyOf = (column: string, values: ReadonlyArray<string | number>): string =>
		values.length === 0 ? 'false' : `${column} in (${values.map(bind)})`;
	const amongHandshakes = (condition: string): string => among('h', condition);
	let known: Awaited<ReturnType<typeof allHandshakes>> | undefined;
	const numbered = async (test: (handshake: Handshake) => boolean): Promise<string> => {
		known ??= await allHandshakes(screen);
		const numbers = known.filter(test).map(({handshake}) => handshake);
		return numbers.length === 0 ? 'false' : `s.handshake in (${numbers})`;
	};

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
			case 'port':
				return amongHandshakes(`coalesce(${anyOf('h.port', term.ports)}, false)`);
			case 'version': {
				const rank = versionRank('h.protocol');
				return amongHandshakes(`${rank} > 0 and ${rank} ${term.is} ${protocols.indexOf(term.version) + 1}`);
			}
			case 'net': {
				if (term.low.length === 8) {
					const [low, high] = [Number.parseInt(term.low, 16), Number.parseInt(term.high, 16)];
					return `coalesce(case when regexp_full_match(s.peer_ip, '[0-9]{1,3}(\\.[0-9]{1,3}){3}')
						then ${digitsOfV4} between ${low} and ${high} end, false)`;
				}
				return `coalesce(case when contains(s.peer_ip, ':') and not contains(s.peer_ip, '.')
					then lower(${digitsOfV6}) between ${bind(term.low)} and ${bind(term.high)} end, false)`;
			}
			case 'cipher': {
				const test = cipherTest(term.word);
				return numbered(({cipher}) => test(cipher));
			}
			case 'rule':
				return `s.handshake in (select handshake from handshake_findings where rule = ${bind(term.rule)})`;
			case 'broken':
				return `s.handshake in (select handshake from handshake_findings where severity = ${bind(term.severity)})`;
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
	for (const term of narrow.terms) {
		const condition = await one(term);
		parts.push(term.not === true ? `not ${condition}` : condition);
	}
	if (narrow.since !== undefined) parts.push(`s.started_at >= make_timestamp(${bind(narrow.since * 1000)}::bigint)`);
	if (narrow.until !== undefined) parts.push(`s.started_at < make_timestamp(${bind(narrow.until * 1000)}::bigint)`);
	if (narrow.last !== null)
		parts.push(`s.started_at >= (select max(started_at) from live_sessions)
			- to_milliseconds(${bind(narrow.last)}::bigint)`);
	return {where: parts.length === 0 ? 'true' : parts.join(' and '), parameters};
}
