import {copyFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {check} from '../../src/commands/check.ts';
import {report} from '../../src/commands/report.ts';
import {sql} from '../../src/commands/sql.ts';
import {connect} from '../../src/store/clickhouse/connection.ts';
import {readServerAddress} from '../../src/store/clickhouse/server-address.ts';
import {createTables} from '../../src/store/clickhouse/server-tables.ts';
import {makeSessions} from '../bench/made-sessions.ts';
import {newFolder} from '../commands/fixture/importing.ts';
import {databaseAndLake, exporting, makeOdd, oddTexts, printed} from '../commands/fixture/lakes.ts';
import {chdbObstacle, startChdb} from './chdb-server.ts';

test('the newest ClickHouse says what the database says, and takes a segment once', async t => {
	t.timeout(600_000);
	const obstacle = chdbObstacle();
	if (obstacle !== null) {
		t.log(obstacle);
		t.pass();
		return;
	}
	const server = await startChdb('mail_tls');
	try {
		const connection = await connect(readServerAddress(server.url));
		await createTables(connection);
		const {db, folder} = await databaseAndLake();
		for (const host of ['mx1', 'mx2', 'mx3']) await exporting(join(folder, `${host}.log.db`), server.url);
		for (const [command, words] of [
			[report, ['report', '--format', 'json', '--policy', 'rfc9325']],
			[check, ['check', '--format', 'json', '--policy', 'bsi-tr-02102-2']],
			[sql, ['sql', 'from sessions order by all']],
		] as const) {
			const [one, other] = await Promise.all(
				[db, server.url].map(source => printed(command, ...words, '--db', source)),
			);
			t.deepEqual(other, one);
		}
		const odd = join(newFolder(), 'odd.db');
		await makeSessions(odd, {sessions: 400, hosts: 2, days: 2});
		// What it answers ends at a byte 0, as it is a text of C.
		const texts = oddTexts.filter(text => !text.includes('\0'));
		await makeOdd(odd, texts);
		await exporting(odd, server.url);
		const query = `from sessions where source in ('mx1.log', 'mx2.log') order by all`;
		const [sent, came] = await Promise.all(
			[odd, server.url].map(source => printed(sql, 'sql', query, '--format', 'json', '--db', source)),
		);
		t.true((sent?.text.length ?? 0) > 100_000);
		t.is(came?.text, sent?.text);
		const [made, copy] = [join(newFolder(), 'made.db'), join(newFolder(), 'copy.db')];
		await makeSessions(made, {sessions: 250_000, hosts: 1, days: 1});
		copyFileSync(made, copy);
		const rows =
			"select count(), uniqExact(segment), uniqExact(_part) from mail_tls.session_rows where day < '2026-02-01'";
		await exporting(made, server.url);
		// 250,000 sessions are two segments beside four of the odd ones, and each is one block.
		t.is(server.ask(rows), '250400,6,6');
		for (const table of ['segments', 'parts']) server.ask(`truncate table mail_tls.${table}`);
		await exporting(copy, server.url);
		t.is(server.ask(rows), '250400,6,6');
		// A block that comes again by itself, as from a host that saw none of its rows, is known by its token.
		const line = `7,2026-01-01,1,1${',\\N'.repeat(server.ask('describe table mail_tls.session_rows').split('\n').length - 4)}`;
		for (let time = 0; time < 2; time++)
			server.ask(
				`insert into mail_tls.session_rows settings insert_deduplication_token = 'seven', async_insert = 0 format CSV\n${line}`,
			);
		t.is(server.ask('select count() from mail_tls.session_rows where segment = 7'), '1');
		await connection.close();
	} finally {
		await server.stop();
	}
});
