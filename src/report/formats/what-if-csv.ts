import {isoDate} from '../../text/time.ts';
import type {TriedRule} from '../what-if-result.ts';
import {csvLine} from './csv.ts';

const names = [
	'section',
	'hop',
	'port',
	'peer_ip',
	'peer_host',
	'username',
	'usernames',
	'sessions',
	'messages',
	'last_seen',
	'also_seen_allowed',
	'probe',
	'detail',
] as const;
type Row = Partial<Record<(typeof names)[number], string | number | boolean | readonly string[] | null>>;

/**
 * The outcome of `whatif` as one CSV table: `section` is `breaks` for a peer that would be turned away, one row per hop and
 * address with the reasons in `detail`; `cannot_tell` for a hop and port with sessions of which the log says too little; and
 * `nothing_read` where there is no session.
 */
export function whatIfCsv(result: TriedRule): string {
	const rows: Row[] = [
		...result.breaks.map(row => ({
			...{section: 'breaks', hop: row.hop, peer_ip: row.peer_ip, peer_host: row.peer_host, username: row.username},
			...{usernames: row.usernames.length === 0 ? null : row.usernames, sessions: row.sessions, messages: row.messages},
			...{last_seen: isoDate(row.last_seen), also_seen_allowed: row.also_seen_allowed, probe: row.probe},
			detail: row.reasons.join('; '),
		})),
		...result.remains
			.filter(({unknown}) => unknown > 0)
			.map(({hop, port, unknown}) => ({
				...{section: 'cannot_tell', hop, port, sessions: unknown},
				detail: 'the log does not show what the rule asks',
			})),
		...(result.nothing === null ? [] : [{section: 'nothing_read', detail: result.nothing}]),
	];
	return [csvLine(names), ...rows.map(row => csvLine(names.map(name => row[name])))].join('');
}
