import {dirname, join} from 'node:path';
import {openStore} from '../../src/store/store.ts';
import {tlsaudit} from '../faults/import-process.ts';

/** How many sessions, on how many hosts, in how many days from the first of January 2026 on. */
export type Made = {readonly sessions: number; readonly hosts: number; readonly days: number};

/** Sessions made at once. */
const piece = 1_000_000;

/**
 * Makes a database of sessions within DuckDB, or adds a step of as many: those of a real log again and again, at other times, of other
 * peers, and on hosts `mx1`, `mx2` and so on.
 */
export async function makeSessions(db: string, {sessions, hosts, days}: Made): Promise<void> {
	const real = join(dirname(db), 'real.db');
	await tlsaudit(['import', '--db', real, 'samples/real/rfc3339.log']);
	const store = await openStore({path: db});
	await store.run(`attach '${real}' as real (read_only)`);
	if (store.isNew) {
		await store.run('insert into handshakes from real.handshakes');
		await store.run(
			`insert into origins select (row_number() over (order by h, origin))::integer, * exclude (origin, h) from (
				select o.* replace (concat('mx', h) as log_host, concat('mx', h, '.log') as source), h
				from real.origins o, range(1, ${hosts + 1}) r(h))`,
		);
	}
	await store.run(
		`create temp table pool as select r.*, (row_number() over () - 1)::bigint as place, d.dense from real.session_rows r
			join (select origin, row_number() over (order by origin) as dense from real.origins) d using (origin)`,
	);
	const sizes = await store.read(
		`select (select count(*) from real.session_rows)::double, (select count(*) from real.origins)::double,
			(select max(step) + 1 from import_step)::double`,
	);
	const [pool = 0, tags = 0, step = 0] = (sizes.getRowsJS()[0] ?? []).map(Number);
	const apart = Math.floor((days * 86_400_000_000) / sessions);
	await store.run(`update import_step set step = ${step}`);
	for (let from = 0; from < sessions; from += piece)
		await store.run(
			`insert into session_rows by name
			select p.* exclude (place, dense) replace (
				timestamp '2026-01-01' + to_microseconds(n.i * ${apart}) as started_at,
				timestamp '2026-01-01' + to_microseconds(n.i * ${apart} + 2000000) as ended_at,
				concat('192.0.', n.h % 256, '.', (n.h // 256) % 256) as peer_ip,
				(n.i // ${hosts} * 7)::integer as first_line, (n.i // ${hosts} * 7 + 5)::integer as last_line,
				(p.dense + ${tags} * (n.i % ${hosts}))::integer as origin, ${step} as step)
			from (select range as i, hash(range) as h, (hash(range) % ${pool})::bigint as place
				from range(${from}, ${Math.min(sessions, from + piece)})) n
				join temp.pool p on p.place = n.place order by n.i`,
		);
	await store.run('delete from coverage');
	await store.run(`insert into coverage values (${sessions * 7}, ${sessions * 7}, 0, 0, 0, 0, 0, 0)`);
	await store.checkpoint();
	await store.close();
}
