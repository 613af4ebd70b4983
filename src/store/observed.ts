import type {Hop, Outcome, TlsMode} from '../tls/session.ts';
import {condition, type Filter} from './filter.ts';
import type {Store} from './store.ts';

/** Sessions of one tag, service, port, kind and version. Times are ms since 1970 UTC. */
export type ObservedRow = {
	readonly direction: 'in' | 'out';
	readonly hop: Hop;
	readonly tag: string | null;
	readonly service: string | null;
	readonly port: number | null;
	readonly tls_mode: TlsMode | null;
	readonly outcome: Outcome | null;
	readonly protocol: string | null;
	readonly sessions: number;
	/** Sessions that carried mail or a login. */
	readonly used: number;
	readonly messages: number;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
	/** Sessions begun at or after `loadedAt`; all of them without it. */
	readonly current: number;
	/** Those of them that carried mail or a login. */
	readonly current_used: number;
};

/**
 * What the log saw of each service, for the comparison with its configuration. `loadedAt` (ms): since when the
 * configuration is in force, null where the log does not say.
 */
export async function observed(store: Store, loadedAt: number | null, filter: Filter = {}): Promise<ObservedRow[]> {
	const {where, parameters} = condition(filter);
	const current = loadedAt === null ? 'true' : 's.started_at >= make_timestamp($loaded::bigint)';
	const used = '(h.carried_mail or h.logged_in)';
	return store.all<ObservedRow>(
		`select s.direction, s.hop, s.tag, s.service, s.port, s.tls_mode, s.outcome, s.protocol,
			count(*)::double as sessions,
			(count(*) filter (where ${used}))::double as used,
			coalesce(sum(s.messages), 0)::double as messages,
			epoch_ms(min(s.started_at))::double as first_seen,
			epoch_ms(max(s.started_at))::double as last_seen,
			(count(*) filter (where ${current}))::double as "current",
			(count(*) filter (where ${current} and ${used}))::double as current_used
		from numbered_sessions s join handshakes h on h.handshake = s.handshake where ${where} group by all
		order by s.direction, s.hop, s.tag, s.service, s.port, s.tls_mode, s.outcome, s.protocol`,
		loadedAt === null ? parameters : {...parameters, loaded: loadedAt * 1000},
	);
}
