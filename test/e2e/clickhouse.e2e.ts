import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import {exitStatus} from '../../src/cli/exit.ts';
import {check} from '../../src/commands/check.ts';
import {harden} from '../../src/commands/harden.ts';
import {report} from '../../src/commands/report.ts';
import {sessions} from '../../src/commands/sessions.ts';
import {sql} from '../../src/commands/sql.ts';
import {whatIf} from '../../src/commands/what-if.ts';
import {policies} from '../../src/policy/policies.ts';
import {sendToServer} from '../../src/store/clickhouse/export-clickhouse.ts';
import {openDatabase} from '../../src/store/opening/open-database.ts';
import {countSessions} from '../../src/store/retention/prune.ts';
import {openStore} from '../../src/store/store.ts';
import {makeSessions} from '../bench/made-sessions.ts';
import {importing, newFolder} from '../commands/fixture/importing.ts';
import {databaseAndLake, exporting, makeOdd, printed, screenViews} from '../commands/fixture/lakes.ts';
import {madeLog} from '../commands/fixture/made-log.ts';
import {tlsaudit} from '../faults/import-process.ts';
import {killServers, victims} from '../faults/killed-servers.ts';
import {type Cluster, clickhouseObstacle, databaseName, password, startCluster} from './clickhouse-servers.ts';

/*
 * ClickHouse of Debian with two replicas and ZooKeeper, on loopback. Where its packages are not installed, each test says so and does nothing.
 */

const obstacle = clickhouseObstacle();
process.env.TLSAUDIT_CLICKHOUSE_PASSWORD = password;

let cluster: Cluster;
let sources: {readonly db: string; readonly lake: string; readonly folder: string};
const tables = ['session_rows', 'handshakes', 'origins', 'segments', 'parts', 'identity'];

/** A test that needs the servers. */
function withServers(title: string, body: (t: ExecutionContext) => Promise<void>): void {
	test.serial(title, async t => {
		t.timeout(900_000);
		if (obstacle === null) return body(t);
		t.log(obstacle);
		t.pass();
	});
}

/** Waits until a node has what the others have. */
async function catchUp(node: number): Promise<void> {
	for (const table of tables) await cluster.ask(`system sync replica ${databaseName}.${table}`, node);
}

/** Sends what three hosts have, to one node and the other. */
async function sendAll(): Promise<void> {
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	for (const [index, host] of ['mx1', 'mx2', 'mx3'].entries())
		await exporting(join(sources.folder, `${host}.log.db`), cluster.url(index % 2));
	for (const node of cluster.nodes.keys()) await catchUp(node);
}

const rowsOn = (node: number): Promise<string> =>
	cluster.ask(`select count(), uniqExact(segment) from ${databaseName}.session_rows`, node);

test.before(async t => {
	if (obstacle !== null) return;
	t.timeout(600_000);
	[cluster, sources] = await Promise.all([startCluster(), databaseAndLake()]);
	await sendAll();
});

test.after.always(async () => {
	if (obstacle === null) await cluster.stop();
});

for (const [index, {name}] of policies().entries())
	withServers(`ClickHouse says what the database says, byte for byte: ${name}`, async t => {
		for (const [command, words] of [
			[report, ['report']],
			[check, ['check']],
			[whatIf, ['whatif', '--min-version', 'TLSv1.3']],
		] as const) {
			// The lake is asked for every policy in a test of its own, here for one: that they are the same three databases.
			const others = index === 0 ? [sources.lake, cluster.url(0), cluster.url(1)] : [cluster.url(index % 2)];
			const [one, ...more] = await Promise.all(
				[sources.db, ...others].map(source =>
					printed(command, ...words, '--format', 'json', '--policy', name, '--db', source),
				),
			);
			t.true((one?.text.length ?? 0) > 10_000);
			for (const other of more) t.deepEqual(other, one);
		}
	});

withServers(
	'other commands and the screen say of ClickHouse what they say of the database; the user may only read',
	async t => {
		const server = cluster.url(1, 'reader');
		for (const [command, words] of [
			[report, ['report', '--by', 'domain']],
			[report, ['report', '--by', 'day']],
			[report, ['report', '--by', 'suite']],
			[report, ['report', '--compare', 'yesterday']],
			[report, ['report', '--since', '2026-11-29', '--hop', 'relay-out', '--format', 'json']],
			[sessions, ['sessions']],
			[sessions, ['sessions', '--until', '2026-11-29']],
			[sessions, ['sessions', '--since', '2026-11-28T20:00', '--until', '2026-11-30', '--hop', 'relay-out,access']],
			[report, ['report', '--compare', '2 hours', '--by', 'hour', '--format', 'json']],
			[report, ['report', '--compare', sources.db, '--since', '2026-11-29', '--format', 'json']],
			[report, ['report', '--compare', 'yesterday', '--format', 'html']],
			[harden, ['harden', '--since', '2026-11-29', '--min-sessions', '1', '--min-days', '1']],
			[harden, ['harden']],
			[sql, ['sql', 'from sessions order by all']],
			[sql, ['sql', 'from deliveries order by all']],
			[sql, ['sql', 'from held order by all']],
		] as const) {
			const [one, other] = await Promise.all(
				[sources.db, server].map(source => printed(command, ...words, '--db', source)),
			);
			t.true((one?.text.length ?? 0) > 100, words.join(' '));
			t.deepEqual(other, one, words.join(' '));
		}
		for (const filter of [
			['--since', '2030-01-01'],
			['--hop', 'internal', '--until', '2020-01-01'],
		]) {
			const [wanted, found] = await Promise.all(
				[sources.db, server].map(source => printed(sessions, 'sessions', ...filter, '--db', source)),
			);
			t.regex(wanted?.said.join() ?? '', /; those of the log are from /);
			t.deepEqual(found, wanted, 'what is said of sessions that are not brought is of all');
		}
		const [one, other] = [await screenViews(sources.db), await screenViews(server)];
		t.true(one.overview.rows.length > 3);
		t.deepEqual(other, one);
	},
);

/** What a tally answers, in all forms and by all that parts sessions in time. */
const counted = [
	...['json', 'text', 'csv', 'markdown', 'html', 'tlsrpt', 'cyclonedx'].map(form => ['report', '--format', form]),
	...['hour', 'day', 'week', 'month', 'domain', 'suite'].map(unit => ['report', '--by', unit, '--format', 'json']),
	['report', '--by', 'day', '--format', 'json', '--timezone', 'Asia/Kathmandu'],
	['report', '--format', 'html', '--hop', 'access', '--since', '2026-01-02T10:00:01'],
	[
		'report',
		'--format',
		'json',
		'--since',
		'2026-01-01T12:34:56',
		'--until',
		'2026-01-03',
		'--hop',
		'relay-out,relay-in',
	],
	['report', '--format', 'tlsrpt', '--until', '2026-01-02T10:00'],
	['report', '--format', 'json', '--since', '2027-01-01'],
	['report', '--format', 'json', '--compare', 'yesterday'],
	...['json', 'text', 'csv', 'sarif', 'junit', 'nagios'].map(form => ['check', '--format', form]),
	['check', '--format', 'json', '--since', '2026-01-02', '--fail-on', 'weakness'],
	['whatif', '--format', 'json', '--min-version', 'TLSv1.3', '--until', '2026-01-02'],
	['whatif', '--format', 'json', '--ban', 'CBC'],
];

/** Sessions of which many are alike, with texts of all kinds, and some without a time, without a host, or still open. */
async function makeAlike(db: string, sessions = 30_000): Promise<void> {
	await makeSessions(db, {sessions, hosts: 3, days: 4});
	await makeOdd(db);
	const store = await openStore({path: db});
	try {
		for (const statement of [
			`update session_rows set peer_ip = concat('192.0.2.', rowid % 31 // 16)`,
			'update session_rows set started_at = null where rowid % 97 = 0',
			'update session_rows set ended_at = null where rowid % 89 = 0',
			'update session_rows set messages = null, first_line = null where rowid % 211 = 0',
			`update origins set log_host = null where log_host = 'mx3'`,
			'insert into open_sessions select * from session_rows where ended_at is null and rowid % 5 = 0',
		])
			await store.run(statement);
	} finally {
		await store.close();
	}
}

withServers('sessions that are alike travel as one row, and all that counts them says the same', async t => {
	const db = join(newFolder(), 'alike.db');
	await makeAlike(db);
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	await exporting(db, cluster.url(0));
	await catchUp(1);
	const server = cluster.url(1, 'reader');
	const own = counted.map(words => [...words, '--policy', 'samples/own-policy.yaml']);
	const presets = policies().flatMap(({name}) =>
		['report', 'check'].map(word => [word, '--format', 'json', '--policy', name]),
	);
	for (const words of [...own, ...presets]) {
		const command = {report, check, whatif: whatIf}[words[0] ?? ''] ?? report;
		const [one, other] = await Promise.all([db, server].map(source => printed(command, ...words, '--db', source)));
		t.true((one?.text.length ?? 0) > 30, words.join(' '));
		t.deepEqual(other, one, words.join(' '));
	}
	const tally = {filter: {}, cutsOf: () => []};
	const limited = await openDatabase({path: cluster.url(1, 'limited'), readOnly: true, tally});
	t.is(await countSessions(limited), 30_000);
	t.falsy(limited.isTally, 'what a server does not let its user count is counted here');
	await limited.close();
	const store = await openDatabase({path: server, readOnly: true, tally});
	const rows = await store.all('select count(*)::double as n, sum(sessions)::double as sessions from tally_rows');
	await store.close();
	t.is(rows[0]?.sessions, 30_000);
	t.true(Number(rows[0]?.n) < 15_000, JSON.stringify(rows));
});

withServers(
	'the screen, sessions, a comparison and harden say of sessions of all kinds what they say of the database',
	async t => {
		const db = join(newFolder(), 'alike.db');
		await makeAlike(db, 3000);
		await cluster.clear();
		for (const node of cluster.nodes.keys()) await cluster.createTables(node);
		await exporting(db, cluster.url(0));
		const server = cluster.url(0, 'reader');
		for (const [command, words] of [
			[
				sessions,
				['sessions', '--since', '2026-01-02T10:00:01', '--until', '2026-01-03', '--hop', 'relay-out,relay-in'],
			],
			[report, ['report', '--format', 'json', '--compare', 'yesterday', '--policy', 'samples/own-policy.yaml']],
			[harden, ['harden', '--until', '2026-01-03', '--min-sessions', '1', '--min-days', '1']],
		] as const) {
			const [one, other] = await Promise.all([db, server].map(source => printed(command, ...words, '--db', source)));
			t.true((one?.text.length ?? 0) > 100, words.join(' '));
			t.deepEqual(other, one, words.join(' '));
		}
		const [wanted, found] = [await screenViews(db), await screenViews(server)];
		for (const view of Object.keys(wanted) as Array<keyof typeof wanted>) t.deepEqual(found[view], wanted[view], view);
		const store = await openDatabase({path: server, readOnly: true, only: {since: Date.UTC(2026, 0, 4)}});
		t.true((await countSessions(store)) < 1000, 'other days stay there');
		await store.close();
	},
);

withServers('segments that are sent twice, and by two at once, are there once', async t => {
	const folder = newFolder();
	const [db, copy, late] = ['one.db', 'copy.db', 'late.db'].map(name => join(folder, name)) as [string, string, string];
	await makeSessions(db, {sessions: 5000, hosts: 2, days: 2});
	for (const each of [copy, late]) copyFileSync(db, each);
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	/** Small segments: 52 of them. */
	async function send(path: string, node: number): Promise<number> {
		const store = await openStore({path});
		const options = {create: false, passwordFile: undefined, say: () => undefined};
		try {
			return (await sendToServer(store, cluster.url(node), options, new AbortController().signal, 100)).segments;
		} finally {
			await store.close();
		}
	}
	const sent = await Promise.all([send(db, 0), send(copy, 1)]);
	t.deepEqual(sent, [52, 52]);
	// This one has not noted that all of it is sent, and finds it there.
	t.is(await send(late, 0), 0);
	t.is(await send(late, 0), 0);
	for (const node of cluster.nodes.keys()) {
		await catchUp(node);
		t.is(await rowsOn(node), '5000\t52');
		const [one, other] = await Promise.all(
			[db, cluster.url(node)].map(source => printed(sql, 'sql', 'from sessions order by all', '--db', source)),
		);
		t.deepEqual(other, one);
	}
});

withServers('texts of all kinds arrive as they are', async t => {
	const db = join(newFolder(), 'odd.db');
	await makeSessions(db, {sessions: 400, hosts: 2, days: 2});
	await makeOdd(db);
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	await exporting(db, cluster.url(1));
	const [one, other] = await Promise.all(
		[db, cluster.url(1)].map(source =>
			printed(sql, 'sql', 'from sessions order by all', '--format', 'json', '--db', source),
		),
	);
	t.true((one?.text.length ?? 0) > 100_000);
	t.is(other?.text, one?.text);
});

withServers('a replica that is behind is never read as if it were whole', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	await makeSessions(db, {sessions: 600, hosts: 1, days: 2});
	for (const behind of ['session_rows', 'handshakes', 'origins']) {
		await cluster.clear();
		for (const node of cluster.nodes.keys()) await cluster.createTables(node);
		await cluster.ask(`system stop fetches ${databaseName}.${behind}`, 1);
		await exporting(db, cluster.url(0));
		for (const table of tables)
			if (table !== behind) await cluster.ask(`system sync replica ${databaseName}.${table}`, 1);
		for (const [command, word] of [
			[report, 'report'],
			[check, 'check'],
			[sessions, 'sessions'],
		] as const) {
			const asked = (): Promise<unknown> => printed(command, word, '--db', cluster.url(1));
			await t.throwsAsync(asked, {message: /600 sessions that were sent are not there yet; ask again when/}, behind);
		}
		await cluster.ask(`system start fetches ${databaseName}.${behind}`, 1);
		await catchUp(1);
		await t.notThrowsAsync(printed(report, 'report', '--db', cluster.url(1)));
	}
});

withServers('months that were dropped stay away, and what is lacking else is said', async t => {
	const db = join(newFolder(), 'x.db');
	await makeSessions(db, {sessions: 590, hosts: 1, days: 59});
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	await exporting(db, cluster.url(0));
	const count = async (): Promise<string> =>
		(await printed(sql, 'sql', 'select count(*) as n from sessions', '--format', 'csv', '--db', cluster.url(0))).text;
	t.regex(await count(), /\n590\s/);
	await cluster.ask(`alter table ${databaseName}.session_rows drop partition 202601`);
	await t.throwsAsync(count, {message: /310 sessions that were sent are not there yet/});
	await cluster.ask(`alter table ${databaseName}.segments drop partition 202601`);
	t.regex(await count(), /\n280\s/);
	const judged = () =>
		printed(
			check,
			...['check', '--format', 'json', '--max-violations', '1000', '--max-undecided', '100%', '--db', cluster.url(0)],
		);
	// A segment of a database that has a part: an export goes on.
	await cluster.ask(
		`insert into ${databaseName}.segments (segment, day, fingerprint) select segment + 1, day, fingerprint from ${databaseName}.segments limit 1`,
	);
	const going = await judged();
	t.regex(going.said.join('\n'), /: segments are left out \(1\) that no export has ended with; /);
	t.like(JSON.parse(going.text), {partial: false});
	// Of one that has none: its part is lost, or its first export goes on.
	await cluster.ask(
		`insert into ${databaseName}.segments (segment, day) select segment + 2, day from ${databaseName}.segments limit 1`,
	);
	const left = await judged();
	t.regex(left.said.join('\n'), /: segments are left out \(1\): the table parts lacks their database, /);
	t.like(JSON.parse(left.text), {partial: true, verdict: 'undecided'});
	t.is(exitStatus(left.outcome), 2);
	t.regex(await count(), /\n280\s/);
});

for (const victim of victims)
	withServers(`nothing is lost and nothing is there twice when SIGKILL ends: ${victim}`, async t => {
		const {early, problems} = await killServers(cluster, victim, {kills: 2, sessions: 12_000, seed: 5});
		t.deepEqual(problems, []);
		t.true(early > 0);
	});

withServers('a database that was emptied is filled again', async t => {
	const db = join(sources.folder, 'mx1.log.db');
	await sendAll();
	await cluster.clear();
	await t.throwsAsync(exporting(db, cluster.url()), {
		message: /has no tables of tlsaudit; make them with .*--create-tables$/,
	});
	await cluster.createTables(0);
	await t.throwsAsync(printed(report, 'report', '--db', cluster.url()), {message: /no export into it has ended/});
	t.regex((await exporting(db, cluster.url())).said.join(), /sent 253 sessions in 1 segment/);
	const [one, other] = await Promise.all([db, cluster.url()].map(source => printed(report, 'report', '--db', source)));
	t.deepEqual(other?.text, one?.text);
});

withServers('another database with other sessions of the same log is refused', async t => {
	await sendAll();
	const log = join(newFolder(), 'mx1.log');
	const lines = readFileSync(join(sources.folder, 'mx1.log'), 'utf8').split('\n');
	writeFileSync(log, `${lines.slice(0, 400).join('\n')}\n`);
	await importing(`${log}.db`, log);
	const before = await rowsOn(0);
	await t.throwsAsync(exporting(`${log}.db`, cluster.url()), {
		message: /: another database has sent sessions under [\da-f]{16} that this one does not have; export to another/,
	});
	t.is(await rowsOn(0), before);
});

/** Sessions of a month that a log has. */
const made = (day: string, hour = 10): string => madeLog({host: 'mx1', day, hour, sessions: 5});

async function filled(folder: string, name: string, text: string, node = 0): Promise<string> {
	const [db, log] = [join(folder, `${name}.db`), join(folder, `${name}.log`)];
	writeFileSync(log, text);
	await importing(db, log);
	await exporting(db, cluster.url(node));
	return db;
}

const countOn = async (node: number): Promise<string> =>
	(await printed(sql, 'sql', 'select count(*) as n from sessions', '--format', 'csv', '--db', cluster.url(node))).text;

withServers(
	'a server goes on under another name, without its table of parts, and with a database made anew',
	async t => {
		const folder = newFolder();
		await cluster.clear();
		for (const node of cluster.nodes.keys()) await cluster.createTables(node);
		await filled(folder, 'x', made('2026-11-27'));
		await catchUp(1);
		const text = made('2026-11-27') + made('2026-11-27', 11);
		// Another replica is the same place.
		await filled(folder, 'x', text, 1);
		await catchUp(0);
		t.regex(await countOn(0), /\n10\s/);
		await filled(folder, 'x', text, 0);
		t.is(await rowsOn(0), '10\t2');
		// What was noted holds, though the part has not come.
		await cluster.ask(`truncate table ${databaseName}.parts`);
		await filled(folder, 'x', text + made('2026-11-27', 12), 0);
		t.regex(await countOn(0), /\n15\s/);
		// A database that was lost and made anew, by other steps and of a log that was renamed.
		await filled(folder, 'anew', text + made('2026-11-27', 12), 0);
		t.is(await rowsOn(0), '15\t3');
		await filled(folder, 'anew', text + made('2026-11-27', 12) + made('2026-11-28'), 0);
		t.regex(await countOn(0), /\n20\s/);
		// One that has less is refused, each time, and nothing changes.
		for (let attempt = 0; attempt < 2; attempt++)
			await t.throwsAsync(exporting(join(folder, 'x.db'), cluster.url(0)), {
				message: /: another database has sent sessions under [\da-f]{16} that this one does not have; [^\n]*$/,
			});
		t.is(await rowsOn(0), '20\t4');
	},
);

withServers(
	'months that were deleted are told from those that have not come, also beside sessions without a date',
	async t => {
		const folder = newFolder();
		await cluster.clear();
		for (const node of cluster.nodes.keys()) await cluster.createTables(node);
		const undated = readFileSync('samples/framing-no-stamp.log', 'utf8');
		await filled(folder, 'undated', undated);
		await filled(folder, 'x', made('2026-09-28') + made('2026-10-28') + made('2026-11-27'));
		await catchUp(1);
		const asked = async () => {
			const {text, said} = await printed(
				check,
				'check',
				'--max-violations',
				'1000',
				'--format',
				'json',
				'--db',
				cluster.url(1),
			);
			return {verdict: JSON.parse(text).verdict, said: said.join('\n')};
		};
		const whole = await asked();
		await cluster.ask(`alter table ${databaseName}.segments drop partition 202609`);
		await catchUp(1);
		const half = await asked();
		t.is(half.verdict, 'undecided');
		t.regex(half.said, /: the oldest months that were sent are not there: [^\n]*delete them from all, or ask again/);
		await cluster.ask(`alter table ${databaseName}.session_rows drop partition 202609`);
		await catchUp(1);
		t.deepEqual(await asked(), whole);
	},
);

withServers('what is wrong with a server is one sentence', async t => {
	await sendAll();
	const says = async (db: string, message: RegExp): Promise<void> => {
		const error = await t.throwsAsync(printed(report, 'report', '--db', db));
		t.regex(error?.message ?? '', message);
		t.false(error?.message.includes('\n'));
		t.false(error?.message.includes(password));
	};
	const url = cluster.url();
	await says('clickhouse://u:secret@127.0.0.1/x', /^a password in the name of 127\.0\.0\.1 is seen by everyone/);
	await says('clickhouse://127.0.0.1:8123', /name a database of the ClickHouse server/);
	await says('clickhouse://127.0.0.1:1/x', /: the server cannot be reached \(ECONNREFUSED\)/);
	await says('clickhouse://no-such-host.invalid/x', /: the server cannot be reached/);
	await says(url.replace(databaseName, 'nowhere'), /nowhere: .*no such database/);
	await says(cluster.url(0, 'stranger'), /no such database for this user/);
	await says(cluster.url(0, 'nobody'), /refuses the user nobody with this password/);
	await says(
		url.replace('clickhouse:', 'clickhouses:'),
		/no TLS is spoken there|does not answer; .* whether TLS is spoken there/,
	);
	await says(`clickhouse://127.0.0.1:${cluster.zookeeper?.port}/x`, /broken off|is no HTTP interface of ClickHouse/);
	const wrong = join(newFolder(), 'password');
	writeFileSync(wrong, 'wrong\n');
	const refused = await t.throwsAsync(printed(report, 'report', '--db', url, '--password-file', wrong));
	t.regex(refused?.message ?? '', /refuses the user \S+ with this password/);
	writeFileSync(wrong, '\n');
	const none = await t.throwsAsync(printed(report, 'report', '--db', url, '--password-file', wrong));
	t.regex(none?.message ?? '', /refuses the user \S+, and no password was given; give it as/);
	const gone = await t.throwsAsync(printed(report, 'report', '--db', url, '--password-file', `${wrong}.gone`));
	t.regex(gone?.message ?? '', /cannot be read \(ENOENT\); name a file that holds the password/);
	writeFileSync(wrong, `${password}\n`);
	await t.notThrowsAsync(printed(report, 'report', '--db', url, '--password-file', wrong));
	const unsent = join(newFolder(), 'unsent.db');
	await makeSessions(unsent, {sessions: 10, hosts: 1, days: 1});
	await t.throwsAsync(exporting(unsent, cluster.url(0, 'reader')), {
		message: /the user reader (?:may only read|lacks (?:a|the) right)/,
	});
	await cluster.ask(`insert into ${databaseName}.parts values ('x', 1, 2, '[]')`);
	await says(url, /its tables have format 2, this program knows up to 1; use a newer tlsaudit/);
	await cluster.ask(`drop table ${databaseName}.parts`);
	await says(url, /has no tables of tlsaudit; make them with tlsaudit export --create-tables/);
});

withServers('a table that was dropped is named, and an export fills handshakes and origins again', async t => {
	const db = join(newFolder(), 'x.db');
	await makeSessions(db, {sessions: 300, hosts: 2, days: 3});
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	await exporting(db, cluster.url(0));
	const asked = (): Promise<{readonly text: string}> =>
		printed(report, 'report', '--format', 'json', '--db', cluster.url(0));
	const whole = await asked();
	for (const table of ['handshakes', 'origins']) {
		for (const node of cluster.nodes.keys()) await cluster.ask(`drop table ${databaseName}.${table}`, node);
		const message = new RegExp(
			`: the table ${table} is gone; make it with tlsaudit export --create-tables, and export`,
		);
		await t.throwsAsync(asked, {message});
		await t.throwsAsync(exporting(db, cluster.url(0)), {message});
		for (const node of cluster.nodes.keys()) await cluster.createTables(node);
		t.regex((await exporting(db, cluster.url(0))).said.join(), /sent 0 sessions/);
		t.deepEqual(await asked(), whole);
	}
	for (const node of cluster.nodes.keys()) await cluster.ask(`drop table ${databaseName}.segments`, node);
	await t.throwsAsync(exporting(db, cluster.url(0)), {
		message: /: the table segments is gone; drop the others of tlsaudit/,
	});
});

withServers('a log that was not read to its end is lacking on a server, too', async t => {
	const folder = newFolder();
	const log = join(folder, 'mail.log.3.gz');
	const packed = gzipSync(readFileSync(join(sources.folder, 'mx1.log')));
	writeFileSync(log, packed.subarray(0, packed.length - 5000));
	await cluster.clear();
	for (const node of cluster.nodes.keys()) await cluster.createTables(node);
	const judged = async (): Promise<unknown> => {
		await importing(`${log}.db`, log);
		await exporting(`${log}.db`, cluster.url(0));
		return JSON.parse((await printed(report, 'report', '--format', 'json', '--db', cluster.url(0))).text).partial;
	};
	t.true(await judged());
	writeFileSync(log, packed);
	t.false(await judged());
});

withServers('a certificate is verified', async t => {
	const alone = await startCluster({nodes: 1, replicated: false, tls: true});
	try {
		await alone.ask('select 1');
		const db = join(sources.folder, 'mx1.log.db');
		const words = ['export', '--db', db, '--to', alone.url(), '--create-tables'];
		const refused = await tlsaudit(words);
		t.is(refused.status, 2);
		t.regex(refused.said, /^tlsaudit: [^\n]*its certificate is not trusted [^\n]*NODE_EXTRA_CA_CERTS\n$/);
		process.env.NODE_EXTRA_CA_CERTS = alone.certificate ?? '';
		const sent = await tlsaudit(words);
		t.is(sent.status, 0, sent.said);
		// Such a server does not know blocks again: the ledger, then the rows themselves say what was sent.
		const copy = join(newFolder(), 'copy.db');
		const rows = (): Promise<string> => alone.ask(`select count() from ${databaseName}.session_rows`);
		const once = await rows();
		await importing(copy, join(sources.folder, 'mx1.log'));
		t.is((await tlsaudit(['export', '--db', copy, '--to', alone.url()])).status, 0);
		await alone.ask(`truncate table ${databaseName}.segments`);
		await alone.ask(`truncate table ${databaseName}.parts`);
		t.is((await tlsaudit(words)).status, 0);
		t.is(await rows(), once);
		const [one, other] = await Promise.all(
			[db, alone.url()].map(source => tlsaudit(['report', '--format', 'json', '--db', source])),
		);
		t.is(other?.out, one?.out);
	} finally {
		delete process.env.NODE_EXTRA_CA_CERTS;
		await alone.stop();
	}
});
