/**
 * How long the report's questions take on a database of a million sessions: `npx tsx test/bench/queries.ts [SESSIONS]`. A third of
 * the mail that goes out is for one of ten domains, the rest for one of 50,000. It reports, and judges nothing.
 */
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {inventoryOf} from '../../src/commands/inventory.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import {judgeByPolicy} from '../../src/store/judgement.ts';
import {keyExchanges, notHybridPeers} from '../../src/store/queries/key-exchange.ts';
import {outbound} from '../../src/store/queries/outbound/outbound.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {addSessions} from '../store/sample-sessions.ts';
import {madeUpSessions} from './made-up-sessions.ts';
import {measure, median} from './measure.ts';

const sessions = Number(process.argv[2] ?? 1_000_000);
const runs = 5;
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-queries-'));
const path = join(folder, 'mail.db');
const policy = findPolicy('founding');

async function fill(store: Store): Promise<void> {
	await addSessions(store, madeUpSessions(sessions));
	const domain = `if(n % 3 = 0, 'large' || n % 10, 'd' || hash(n) % 50000) || '.example'`;
	const out = `handshake in (select handshake from handshakes where hop = 'relay-out')`;
	await store.run(
		`update session_rows set deliveries = d.text from (
			select rowid as row, ${domain} || ' ' || greatest(messages, 1) || ' 0 0' as text
			from (select rowid, rowid as n, messages from session_rows where ${out})) d
		where session_rows.rowid = d.row`,
	);
	// One message in a thousand was held back, half of them for good.
	const held = `'smtp' as tag, 'Q' || n as queue_id, 'd' || hash(n) % 500 || '.example' as recipient_domain`;
	const lines = `from range(${Math.ceil(sessions / 1000)}) r(n)`;
	const at = `timestamp '2026-01-01' + n * interval 1 minute`;
	await store.run(`insert into held_lines by name
		select ${at} as seen_at, 'mx' as log_host, ${held},
			['no-tlsa-records', 'tls-required-not-offered', 'handshake-failed'][1 + n % 3] as reason, n % 3 > 0 as connected ${lines}
		union all by name
		select ${at} + interval 5 minute as seen_at, 'mx' as log_host, ${held}, null as reason, true as connected ${lines} where n % 2 = 0`);
}

function print(name: string, wall: number, cpu: number, remark: string): void {
	const [seen, spent] = [wall, cpu].map(ms => String(Math.round(ms)).padStart(6));
	console.log(`${name.padEnd(44)} ${seen} ms, CPU ${spent} ms, ${remark}`);
}

async function time(name: string, ask: () => Promise<unknown>): Promise<void> {
	const all: number[] = [];
	const before = process.cpuUsage();
	for (let n = 0; n < runs; n++) {
		const began = performance.now();
		await ask();
		all.push(performance.now() - began);
	}
	const {user, system} = process.cpuUsage(before);
	all.sort((a, b) => a - b);
	print(name, all[runs >> 1] ?? 0, (user + system) / 1000 / runs, `least ${Math.round(all[0] ?? 0)} ms`);
}

try {
	let store = await openStore({path});
	await fill(store);
	await store.close();
	const {size} = statSync(path);
	console.log(
		`${sessions} sessions, ${Math.round(size / 1e6)} MB, load ${loadavg()[0]?.toFixed(1)}, medians of ${runs}; CPU is the mean of all cores together`,
	);
	store = await openStore({path, readOnly: true});
	const began = performance.now();
	await judgeByPolicy(store, policy, Date.now());
	console.log(`judged in ${Math.round(performance.now() - began)} ms`);
	const open = store;
	await time('mail that went out, all and 200 domains', () => outbound(open, {}, false));
	await time('report --by domain: every domain', () => outbound(open, {}, true));
	await time('report --by suite: suites and groups in use', () => inventoryOf(open, policy, {}));
	await time('key_exchange: kinds and groups by hop', () => keyExchanges(open));
	await time('key_exchange: the largest peers not hybrid', () => notHybridPeers(open, {}));
	await open.close();
	for (const words of [[], ['--by', 'domain'], ['--by', 'suite']]) {
		const line = [process.execPath, 'bin/tlsaudit.js', 'report', '--db', path, '--format', 'json', ...words];
		const {wall, cpu, status, peak} = await median(3, () => measure(line));
		const remark = `peak ${Math.round(peak / 1e6)} MB, status ${status}`;
		print(`tlsaudit report ${words.join(' ')}`.trimEnd(), wall * 1000, cpu * 1000, remark);
	}
} finally {
	rmSync(folder, {recursive: true, force: true});
}
