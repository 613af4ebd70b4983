import test from 'ava';
import {emptySession, type Session} from '../../../src/model/session.ts';
import {createLoader} from '../../../src/store/load.ts';
import {observed} from '../../../src/store/queries/observed.ts';
import {openStore} from '../../../src/store/store.ts';
import {judgeSessions} from '../sample-sessions.ts';

const at = (given: Partial<Session>): Session => ({
	...emptySession('submission', 'in'),
	tag: 'postfix/smtps/smtpd',
	service: 'smtps',
	port: 465,
	outcome: 'encrypted',
	protocol: 'TLSv1.2',
	...given,
});

test('sessions are counted by tag, port, kind and version, and apart from when the configuration was loaded', async t => {
	const store = await openStore();
	try {
		const loader = await createLoader(store);
		loader.add(at({startedAt: 1000, messages: 1}));
		loader.add(at({startedAt: 3000, messages: 2}));
		loader.add(at({startedAt: 4000}));
		loader.add(at({startedAt: 5000, protocol: 'TLSv1', username: 'scanner', loggedIn: true}));
		loader.end();
		await judgeSessions(store, () => []);
		const rows = await observed(store, 3000);
		t.deepEqual(
			rows.map(row => [row.protocol, row.sessions, row.used, row.messages, row.current, row.current_used]),
			[
				['TLSv1', 1, 1, 0, 1, 1],
				['TLSv1.2', 3, 2, 3, 2, 1],
			],
		);
		t.like(rows[1], {first_seen: 1000, last_seen: 4000, tag: 'postfix/smtps/smtpd', port: 465, direction: 'in'});
		const all = await observed(store, null);
		t.deepEqual(
			all.map(row => row.current),
			[1, 3],
			'without a log that shows versions, all of them count',
		);
	} finally {
		await store.close();
	}
});
