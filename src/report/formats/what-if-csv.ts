import {isoDate} from '../../text/time.ts';
import {unloggedSentence, whatIfSentence} from '../text/what-if-sentences.ts';
import {type TriedRule, totals} from '../what-if-result.ts';
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
	'item',
	'hops',
	'peers',
] as const;
type Row = Partial<Record<(typeof names)[number], string | number | boolean | readonly string[] | null>>;

/**
 * The outcome of `whatif` as one CSV table: `section` is `verdict` for the sentence; `total` for the sums, of all and of
 * those that only probed; `breaks` for a peer that would be turned away, one row per hop and address with the reasons in
 * `detail`; `user` and `domain` for whose these are; `remains` for the sessions of a hop and port, by `item`; `cannot_tell`
 * for a hop and port with sessions of which the log says too little; and `nothing_read` where there is no session.
 */
export function whatIfCsv(result: TriedRule): string {
	const probes = result.breaks.filter(({probe}) => probe);
	const unlogged = unloggedSentence(result);
	const rows: Row[] = [
		...[whatIfSentence(result), ...(unlogged === null ? [] : [unlogged])].map(detail => ({section: 'verdict', detail})),
		{section: 'total', item: 'all', ...totals(result.breaks)},
		{section: 'total', item: 'probes', ...totals(probes)},
		...result.breaks.map(row => ({
			...{section: 'breaks', hop: row.hop, peer_ip: row.peer_ip, peer_host: row.peer_host, username: row.username},
			...{usernames: row.usernames.length === 0 ? null : row.usernames, sessions: row.sessions, messages: row.messages},
			...{last_seen: isoDate(row.last_seen), also_seen_allowed: row.also_seen_allowed, probe: row.probe},
			detail: row.reasons.join('; '),
		})),
		...result.users.map(row => ({...row, section: 'user', last_seen: isoDate(row.last_seen)})),
		...result.domains.map(({domain: item, ...row}) => ({
			...{...row, section: 'domain', item},
			last_seen: isoDate(row.last_seen),
		})),
		...result.remains.flatMap(({hop, port, sessions, breaks, remains, unknown, remaining_messages}) =>
			Object.entries({sessions, breaks, remains, unknown, failed: sessions - breaks - remains - unknown}).map(
				([item, each]) => ({
					...{section: 'remains', hop, port, item, sessions: each},
					messages: item === 'remains' ? remaining_messages : null,
				}),
			),
		),
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
