import type {Filter} from '../../model/filter.ts';
import type {ObservedRow} from '../../model/summary.ts';
import {condition} from '../filter.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';

/**
 * What the log saw of each service, for the comparison with its configuration. `loadedAt` (ms): since when the
 * configuration is in force, null where the log does not say.
 */
export async function observed(store: Store, loadedAt: number | null, filter: Filter = {}): Promise<ObservedRow[]> {
	const {where, parameters} = await condition(store, filter);
	const current = loadedAt === null ? 'true' : 's.started_at >= make_timestamp($loaded::bigint)';
	const used = '(h.carried_mail or h.logged_in)';
	return store.all<ObservedRow>(
		`select h.direction, h.hop, o.tag, h.service, h.port, h.tls_mode, h.outcome, h.protocol,
			${sessionsOf(store)}::double as sessions,
			${sessionsOf(store, used)}::double as used,
			coalesce(sum(s.messages), 0)::double as messages,
			epoch_ms(min(s.started_at))::double as first_seen,
			epoch_ms(max(s.last_started))::double as last_seen,
			${sessionsOf(store, current)}::double as "current",
			${sessionsOf(store, `${current} and ${used}`)}::double as current_used
		from judged_rows s join handshakes h using (handshake) join origins o using (origin) where ${where} group by all
		order by h.direction, h.hop, o.tag, h.service, h.port, h.tls_mode, h.outcome, h.protocol`,
		loadedAt === null ? parameters : {...parameters, loaded: loadedAt * 1000},
	);
}
