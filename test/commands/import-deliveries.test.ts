import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {openStore} from '../../src/store/store.ts';
import {verifyDatabase} from '../../src/store/verify.ts';
import {importing, newFolder} from './fixture/importing.ts';

const lines = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8').split('\n');

/** Deliveries and held mail of a database, in an order of their own. */
async function outbound(db: string): Promise<unknown> {
	const store = await openStore({path: db, readOnly: true});
	const found = {
		deliveries: await store.all(
			'select recipient_domain, sent, deferred, bounced, trust, outcome, first_line from deliveries order by all',
		),
		held: await store.all('select * exclude (first_seen, last_seen) from held order by all'),
		lines: await store.all('select queue_id, recipient_domain, reason, connected from held_lines order by all'),
	};
	await store.close();
	return found;
}

test('a log that is imported as it grows gives the deliveries and the held mail of the whole, each once', async t => {
	const folder = newFolder();
	const [log, whole, grown] = ['mail.log', 'whole.db', 'grown.db'].map(name => join(folder, name)) as [
		string,
		string,
		string,
	];
	for (const share of [0.3, 0.55, 0.8, 0.93, 1]) {
		writeFileSync(log, lines.slice(0, Math.floor(lines.length * share)).join('\n'));
		await importing(grown, log);
	}
	await importing(whole, log);
	await importing(whole, log);
	t.deepEqual(await outbound(grown), await outbound(whole));
	t.deepEqual((await verifyDatabase(grown)).faults, []);
	const store = await openStore({path: grown, readOnly: true});
	const [sums] = await store.all<{held: number}>('select sum(messages)::int as held from held');
	t.true((sums?.held ?? 0) > 20);
	await store.close();
});
