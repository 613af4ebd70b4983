import {cipherFacts} from '../../tls/cipher.ts';
import {type CipherClass, memberOf, suiteSet} from '../../tls/cipher-class.ts';
import {compareProtocols, type Protocol, protocolOf} from '../../tls/version.ts';
import {whatIf} from '../../tls/what-if.ts';
import type {Narrow} from './narrow.ts';
import type {Screen} from './screen.ts';
import {allHandshakes, whereOf} from './where.ts';

/** A stricter rule to try: a minimum version, banned suites or classes, or both. */
export type Trial = {readonly minVersion?: string; readonly ban?: readonly string[]};

/** Who would be turned away under a stricter rule. Times in ms since 1970 UTC. */
export type WhatIfRow = {
	trial: Trial;
	/** Made of the marked ones. */
	together: boolean;
	sessions: number;
	messages: number;
	/** Distinct addresses. */
	peers: number;
	/** Sessions about which the log does not show what the rule asks. */
	unknown: number;
	/** All sessions the rule looks at. */
	of: number;
	last_seen: number | null;
};

const minima: readonly Protocol[] = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const classes: readonly CipherClass[] = ['RC4', '3DES', 'anonymous', 'SHA1', 'CBC', 'no-forward-secrecy', 'no-AEAD'];

type Known = Awaited<ReturnType<typeof allHandshakes>>;

/** Rules worth a row: minimum versions, classes some session belongs to, and each suite agreed. */
function trialsFor(known: Known): Trial[] {
	const suites = [...new Set(known.flatMap(({cipher}) => (cipher === null ? [] : [cipher])))].sort();
	const facts = suites.flatMap(name => cipherFacts(name) ?? []);
	const present = classes.filter(word => facts.some(fact => memberOf(fact, suiteSet([word])) !== null));
	return [
		...minima.map(minVersion => ({minVersion})),
		...present.map(word => ({ban: [word]})),
		...suites.filter(name => cipherFacts(name) !== null).map(name => ({ban: [name]})),
	];
}

/** The trial made of several: the strictest of the versions, and all bans. */
export function combined(trials: readonly Trial[]): Trial {
	const versions = trials
		.flatMap(({minVersion}) => (minVersion === undefined ? [] : (protocolOf(minVersion) ?? [])))
		.sort(compareProtocols);
	const strictest = versions.at(-1);
	const ban = [...new Set(trials.flatMap(trial => trial.ban ?? []))];
	return {...(strictest === undefined ? {} : {minVersion: strictest}), ...(ban.length === 0 ? {} : {ban})};
}

/** For each rule worth trying (the marked ones together first): how many peers, sessions and messages it would cost. */
export async function whatIfRows(screen: Screen, narrow: Narrow, marked: readonly Trial[]): Promise<WhatIfRow[]> {
	const {where, parameters} = await whereOf(screen, narrow);
	const known = await allHandshakes(screen);
	const trials = [...(marked.length > 1 ? [combined(marked)] : []), ...trialsFor(known)];
	const pairs: string[] = [];
	const unlogged: string[] = [];
	trials.forEach((trial, index) => {
		const replay = whatIf(trial);
		for (const handshake of known) {
			const {verdict} = replay(handshake);
			if (verdict === 'breaks') pairs.push(`(${index}, ${handshake.handshake})`);
			if (verdict === 'unknown') unlogged.push(`(${index}, ${handshake.handshake})`);
		}
	});
	const of = await screen.store.all<{of: number}>(
		`select count(*)::double as "of" from live_sessions s where ${where}
			and s.handshake in (select handshake from handshakes where outcome = 'encrypted' or outcome is null)`,
		parameters,
	);
	const found = pairs.length === 0 ? [] : await counted(screen, pairs, where, parameters);
	const dark = unlogged.length === 0 ? [] : await counted(screen, unlogged, where, parameters);
	const costs = new Map(found.map(row => [row.trial, row]));
	const unknown = new Map(dark.map(row => [row.trial, row.sessions]));
	return trials.map((trial, index) => {
		const cost = costs.get(index);
		return {
			trial,
			together: index === 0 && marked.length > 1,
			sessions: cost?.sessions ?? 0,
			messages: cost?.messages ?? 0,
			peers: cost?.peers ?? 0,
			unknown: unknown.get(index) ?? 0,
			of: of[0]?.of ?? 0,
			last_seen: cost?.last_seen ?? null,
		};
	});
}

type Cost = {trial: number; sessions: number; messages: number; peers: number; last_seen: number | null};

async function counted(
	screen: Screen,
	pairs: readonly string[],
	where: string,
	parameters: Readonly<Record<string, string | number | null>>,
): Promise<Cost[]> {
	return screen.store.all<Cost>(
		`with breaks(trial, handshake) as (values ${pairs.join(', ')}),
		t as (
			select s.handshake, s.peer_ip, count(*) as sessions, sum(s.messages) as messages,
				max(coalesce(s.ended_at, s.started_at)) as last_seen
			from live_sessions s where s.handshake in (select handshake from breaks) and ${where} group by all)
		select b.trial, sum(t.sessions)::double as sessions, coalesce(sum(t.messages), 0)::double as messages,
			count(distinct coalesce(t.peer_ip, ''))::double as peers, epoch_ms(max(t.last_seen))::double as last_seen
		from t join breaks b using (handshake) group by b.trial`,
		parameters,
	);
}
