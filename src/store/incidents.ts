import type {Severity} from '../tls/policy.ts';
import type {Hop} from '../tls/session.ts';
import {INTEGER, VARCHAR} from './duckdb.ts';
import {condition, type Filter} from './filter.ts';
import {append} from './judgement.ts';
import {peerFindings, peerWord} from './peer-findings.ts';
import type {Store} from './store.ts';

/** A finding as a baseline knows it. */
export type Known = {
	readonly rule: string;
	readonly hop: string;
	readonly port: number | null;
	/** Address, or host where the log has no address. */
	readonly peer: string;
};

/** One rule as one peer broke it on one hop and port; source and lines are of the latest session. Times in ms since 1970. */
export type Incident = {
	rule: string;
	severity: Severity;
	hop: Hop;
	port: number | null;
	peer: string;
	peer_host: string | null;
	usernames: string[];
	sessions: number;
	messages: number;
	observed: string[];
	required: string;
	reference: string;
	first_seen: number | null;
	last_seen: number | null;
	source: string | null;
	first_line: number | null;
	last_line: number | null;
};

/** Tells the store what is known already, for questions with `fresh`: for this run only, nothing of it reaches a file. */
export async function setBaseline(store: Store, known: readonly Known[]): Promise<void> {
	await store.read('create or replace temp table baseline(rule text, hop text, port integer, peer text)');
	const rows = known.map(({rule, hop, port, peer}) => [rule, hop, port, peer]);
	await append(store, 'baseline', [VARCHAR, VARCHAR, INTEGER, VARCHAR], rows);
}

/** Every finding by peer, in a stable order. With `fresh` only what the baseline does not know; see `setBaseline`. */
export async function incidents(store: Store, filter: Filter = {}, fresh = false): Promise<Incident[]> {
	const {where, parameters} = condition(filter, 'h');
	return store.all<Incident>(
		`with ${peerFindings(where, fresh)},
		grouped as (
			select s.rule, s.severity, s.hop, s.port, ${peerWord} as peer, max(s.peer_host) as peer_host,
				coalesce(list(distinct s.username order by s.username) filter (where s.username is not null), []) as usernames,
				sum(s.sessions)::double as sessions, sum(s.messages)::double as messages,
				list(distinct s.observed order by s.observed) as observed, min(s.required) as required,
				arg_min(s.reference, s.required) as reference, epoch_ms(min(s.first_seen))::double as first_seen,
				epoch_ms(max(s.last_seen))::double as last_seen,
				arg_max(s.latest, coalesce(s.last_seen, timestamp '-infinity')) as latest
			from found s group by s.rule, s.severity, s.hop, s.port, ${peerWord})
		select g.* exclude (latest), o.source, s.first_line, s.last_line
		from grouped g join session_rows s on s.rowid = g.latest join origins o on o.origin = s.origin
		order by case g.severity when 'violation' then 0 when 'weakness' then 1 else 2 end, g.rule, g.hop, g.port, g.peer`,
		parameters,
	);
}
