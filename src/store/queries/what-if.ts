import type {Filter, StricterRule} from '../../model/filter.ts';
import type {Handshake} from '../../model/session-parts.ts';
import type {WhatIfResult, WhatIfRow} from '../../model/what-if.ts';
import type {Replay} from '../../policy/what-if.ts';
import {whatIf} from '../../policy/what-if.ts';
import {cipherFacts} from '../../tls/cipher.ts';
import {type CipherClass, memberOf, suiteSet} from '../../tls/cipher-class.ts';
import {compareProtocols, type Protocol, protocolOf} from '../../tls/version.ts';
import {INTEGER, VARCHAR} from '../duckdb.ts';
import {condition} from '../filter.ts';
import {handshakes} from '../handshakes.ts';
import {append} from '../judgement.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {hopOrder, lastMoment} from './order.ts';

/*
 * Tries stricter rules on the sessions. In goes what a rule says of a handshake, out comes who would be turned away: of one
 * rule in all detail, of many as one row each. A rule is applied once per distinct handshake, and its verdict is joined to the
 * sessions.
 */

/** What distinguishes peers: a session without an address counts by its host. */
const peer = `coalesce(s.peer_ip, s.peer_host, '')`;

/** What is counted of sessions. */
const counts = (store: Store): string =>
	`${sessionsOf(store)} as sessions, coalesce(sum(s.messages), 0) as messages, max(${lastMoment}) as last_seen`;

/** Sessions by handshake and peer; what the rule says of them is joined to it. */
const replayed = `select h.hop, h.port, h.outcome, h.carried_mail or h.logged_in as real, v.verdict, v.reason, t.*
	from replay_tally t join handshakes h using (handshake) join replay_verdicts v using (handshake)`;

const costs = `sum(sessions)::double as sessions, sum(messages)::double as messages,
	epoch_ms(max(last_seen))::double as last_seen`;

/** Plaintext stays plaintext under a rule about TLS, which does not show that a peer can do better. */
const allowed = `verdict = 'stays' and outcome = 'encrypted'`;

/**
 * Tries a stricter rule: who would be turned away and what remains. Grouped by hop and address; sessions without an address by
 * their host. The sessions are judged before.
 */
export async function replaySessions(store: Store, replay: Replay, filter: Filter = {}): Promise<WhatIfResult> {
	await store.read('create or replace temp table replay_verdicts(handshake integer, verdict text, reason text)');
	for await (const some of handshakes(store)) {
		const verdicts = some.map(({handshake, ...fields}) => {
			const {verdict, reasons} = replay(fields);
			return [handshake, verdict, reasons.join('; ')];
		});
		await append(store, 'replay_verdicts', [INTEGER, VARCHAR, VARCHAR], verdicts);
	}
	const {where, parameters} = await condition(store, filter);
	await store.read(
		`create or replace temp table replay_tally as
		select s.handshake, s.peer_ip, s.peer_host, s.username, ${peer} as peer, ${counts(store)}
		from judged_rows s where ${where} group by all`,
		parameters,
	);
	const breaks = await store.all<WhatIfResult['breaks'][number]>(
		`with r as (${replayed}), better as (select distinct hop, peer from r where ${allowed})
		select r.hop, r.peer_ip, max({'at': r.last_seen, 'host': r.peer_host}) filter (where r.last_seen is not null and r.peer_host is not null).host as peer_host, mode(r.username order by r.username) as username,
			coalesce(list(distinct r.username order by r.username) filter (where r.username is not null), []) as usernames,
			${costs}, bool_or(b.peer is not null) as also_seen_allowed, not bool_or(r.real) as probe,
			list(distinct r.reason order by r.reason) as reasons
		from r left join better b on b.hop = r.hop and b.peer = r.peer
		where r.verdict = 'breaks' group by r.hop, r.peer, r.peer_ip
		order by probe, messages desc, sessions desc, r.hop, r.peer`,
	);
	const users = await store.all<WhatIfResult['users'][number]>(
		`with r as (${replayed} where t.username is not null)
		select username, list(distinct hop order by hop) as hops, count(distinct peer)::double as peers, ${costs},
			username in (select username from r where ${allowed}) as also_seen_allowed
		from r where verdict = 'breaks' group by username order by messages desc, sessions desc, username`,
	);
	const domains = await store.all<WhatIfResult['domains'][number]>(
		`with r as (select *, lower(regexp_replace(rtrim(peer_host, '.'), '^[^.]+\\.([^.]+\\.)', '\\1')) as domain
			from (${replayed}) where hop in ('relay-in', 'relay-out') and peer_host is not null
				and not regexp_matches(peer_host, '^[0-9.]+$|:'))
		select domain, list(distinct hop order by hop) as hops, count(distinct peer)::double as peers, ${costs},
			domain in (select domain from r where ${allowed}) as also_seen_allowed
		from r where verdict = 'breaks' and real group by domain order by messages desc, sessions desc, domain`,
	);
	const count = (what: string): string => `coalesce(sum(sessions) filter (where ${what}), 0)::double`;
	const remains = await store.all<WhatIfResult['remains'][number]>(
		`with r as (${replayed})
		select hop, port, sum(sessions)::double as sessions, ${count(`verdict = 'breaks'`)} as breaks,
			${count(`verdict = 'unknown'`)} as "unknown",
			${count(`verdict = 'stays' and outcome is distinct from 'failed'`)} as remains,
			coalesce(sum(messages) filter (where verdict = 'stays'), 0)::double as remaining_messages
		from r group by hop, port order by ${hopOrder('hop')}, port nulls last`,
	);
	return {breaks, users, domains, remains};
}

const minima: readonly Protocol[] = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const classes: readonly CipherClass[] = ['RC4', '3DES', 'anonymous', 'SHA1', 'CBC', 'no-forward-secrecy', 'no-AEAD'];

/** Rules worth a row: minimum versions, classes some session belongs to, and each suite agreed. */
function rulesFor(suites: readonly string[]): StricterRule[] {
	const facts = suites.flatMap(name => cipherFacts(name) ?? []);
	const present = classes.filter(word => facts.some(fact => memberOf(fact, suiteSet([word])) !== null));
	return [
		...minima.map(minVersion => ({minVersion})),
		...present.map(word => ({ban: [word]})),
		...suites.map(name => ({ban: [name]})),
	];
}

/** Returns the rule made of several: the strictest of the versions, and all bans. */
export function combined(rules: readonly StricterRule[]): StricterRule {
	const versions = rules
		.flatMap(({minVersion}) => (minVersion === undefined ? [] : (protocolOf(minVersion) ?? [])))
		.sort(compareProtocols);
	const strictest = versions.at(-1);
	const ban = [...new Set(rules.flatMap(rule => rule.ban ?? []))];
	return {...(strictest === undefined ? {} : {minVersion: strictest}), ...(ban.length === 0 ? {} : {ban})};
}

/**
 * Numbers the handshakes by what a stricter rule looks at: outcome, version and suite, of which those that peers make up are
 * one. Returns one handshake of each kind, by its number.
 */
async function numberKinds(store: Store): Promise<Handshake[]> {
	const kinds = new Map<string, number>();
	const examples: Handshake[] = [];
	await store.read('create or replace temp table replay_kinds(handshake integer, kind integer)');
	for await (const some of handshakes(store)) {
		const rows = some.map(({handshake, ...fields}) => {
			const {outcome, protocol, cipher} = fields;
			const version = protocol === null ? null : protocolOf(protocol);
			const suite = cipher === null || cipherFacts(cipher) === null ? null : cipher;
			const key = `${outcome} ${version} ${suite}`;
			const kind = kinds.get(key) ?? examples.push({...fields, cipher: suite}) - 1;
			kinds.set(key, kind);
			return [handshake, kind];
		});
		await append(store, 'replay_kinds', [INTEGER, INTEGER], rows);
	}
	return examples;
}

/** For each rule worth trying (the marked ones together first): how many peers, sessions and messages it would cost. */
export async function whatIfRows(store: Store, filter: Filter, marked: readonly StricterRule[]): Promise<WhatIfRow[]> {
	const kinds = await numberKinds(store);
	const suites = [...new Set(kinds.flatMap(({cipher}) => (cipher === null ? [] : [cipher])))].sort();
	const rules = [...(marked.length > 1 ? [combined(marked)] : []), ...rulesFor(suites)];
	await store.read('create or replace temp table replay_rules(rule integer, kind integer, verdict text)');
	const verdicts = rules.flatMap((rule, index) => {
		const replay = whatIf(rule);
		return kinds.map((handshake, kind) => [index, kind, replay(handshake).verdict]);
	});
	await append(
		store,
		'replay_rules',
		[INTEGER, INTEGER, VARCHAR],
		verdicts.filter(([, , verdict]) => verdict !== 'stays'),
	);
	const {where, parameters} = await condition(store, filter);
	await store.read(
		`create or replace temp table replay_counts as
		select k.kind, ${peer} as peer, ${counts(store)} from judged_rows s join replay_kinds k using (handshake)
		where ${where} group by all`,
		parameters,
	);
	const looked = kinds.flatMap(({outcome}, kind) => (outcome === 'encrypted' || outcome === null ? [kind] : []));
	const [counted] = await store.all<{of: number}>(
		`select coalesce(sum(sessions), 0)::double as "of" from replay_counts where kind in (${[-1, ...looked]})`,
	);
	const found = await store.all<Omit<WhatIfRow, 'trial' | 'together' | 'of'> & {rule: number}>(
		`with breaks as (
			select r.rule, count(distinct t.peer)::double as peers, ${costs}
			from replay_counts t join replay_rules r using (kind) where r.verdict = 'breaks' group by r.rule),
		dark as (
			select r.rule, sum(t.sessions)::double as "unknown"
			from replay_counts t join replay_rules r using (kind) where r.verdict = 'unknown' group by r.rule)
		select rule, coalesce(b.peers, 0) as peers, coalesce(b.sessions, 0) as sessions, coalesce(b.messages, 0) as messages,
			b.last_seen, coalesce(d."unknown", 0) as "unknown"
		from breaks b full join dark d using (rule)`,
	);
	const byRule = new Map(found.map(({rule, ...row}) => [rule, row]));
	const none = {peers: 0, sessions: 0, messages: 0, last_seen: null, unknown: 0};
	return rules.map((trial, index) => ({
		trial,
		together: index === 0 && marked.length > 1,
		...(byRule.get(index) ?? none),
		of: counted?.of ?? 0,
	}));
}
