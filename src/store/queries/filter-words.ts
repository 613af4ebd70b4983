import {groupOf} from '../../tls/group.ts';
import {sessionColumn} from '../filter.ts';
import type {Store} from '../store.ts';

/** Columns that a filter can name a value of, by its field. */
const columns = {
	hop: ['hop'],
	port: ['port'],
	version: ['protocol'],
	cipher: ['cipher'],
	group: ['key_exchange'],
	outcome: ['outcome'],
	failure: ['failure'],
	alert: ['alert'],
	peer: ['peer_host', 'peer_ip'],
	user: ['username'],
	service: ['service'],
	tls: ['tls_mode'],
	sni: ['server_name'],
	log: ['log_host', 'source'],
} as const;

/** Values of one field that are of use to somebody who types. */
const mostWords = 1000;

/** The newest sessions, which peers and users are taken from: one who types does not wait for a million. */
const mostSessions = 200_000;

/** The tables of sessions by the first letter of `sessionColumn`. Of handshakes and origins there are few: all are taken. */
const tables = {
	s: 'recent s',
	h: 'handshakes h left join (select handshake, sum(sessions) as sessions from recent group by all) n using (handshake)',
	o: 'origins o left join (select origin, sum(sessions) as sessions from recent group by all) n using (origin)',
} as const;

/** Domains that mail goes to, and such as TLS holds it back from. */
const domains = `(select 'domain' as field, word, sum(sessions)::double as sessions from (
		select nullif(split_part(unnest(string_split(deliveries, ',')), ' ', 1), '') as word, sessions from recent
		where deliveries is not null
		union all select recipient_domain, 1 from held_lines)
	where word is not null group by word order by sessions desc, word limit ${mostWords})`;

/** Row ids that are looked at together: those of a lake begin anew with each file. */
const blockRows = 65_536;

/** The newest sessions: those that were stored last, of a tally those of the last hours. */
const recent = ({isTally = false}: Store): string =>
	isTally
		? `select * from tally_rows where coalesce(last_started >= (select max(hour) from (
				select hour, sum(sessions) over (order by hour desc) as upto from (
					select date_trunc('hour', last_started) as hour, sum(sessions) as sessions from tally_rows
					where last_started is not null group by all)) where upto >= ${mostSessions}), true)`
		: `select *, 1 as sessions from session_rows where rowid >= coalesce((select max(block) * ${blockRows} from (
				select block, sum(n) over (order by block desc) as upto from (
					select rowid // ${blockRows} as block, count(*) as n from session_rows group by all)) where upto >= ${mostSessions}), 0)`;

/** What the sessions have of each field of a filter, and the rules they break; the most frequent of late first. */
export async function filterWords(store: Store): Promise<Record<string, string[]>> {
	const all = Object.entries(columns).flatMap(([field, names]) =>
		names.map(name => {
			const column = sessionColumn(name);
			return `(select '${field}' as field, ${column}::varchar as word, coalesce(sum(sessions), 0)::double as sessions
				from ${tables[column[0] as keyof typeof tables]} where ${column} is not null group by word
				order by sessions desc, word limit ${mostWords})`;
		}),
	);
	const rules = `(select 'rule' as field, rule as word, count(*)::double as sessions from judgement_findings
		where excepted_until is null group by word)`;
	const rows = await store.all<{field: string; word: string}>(
		`with recent as materialized (${recent(store)})
		select field, word from (${[...all, rules, domains].join(' union all ')}) order by field, sessions desc, word`,
	);
	const words: Record<string, string[]> = {};
	for (const {field, word} of rows) {
		const named = field === 'group' ? groupOf(word) : word;
		if (named === null || words[field]?.includes(named)) continue;
		words[field] ??= [];
		words[field].push(named);
	}
	return words;
}
