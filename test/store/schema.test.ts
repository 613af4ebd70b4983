import test from 'ava';
import {openStore} from '../../src/store/store.ts';

test('the table sessions has the columns other programs rely on, in order and type', async t => {
	const store = await openStore();
	const columns = await store.all<{name: string; type: string}>(
		`select column_name as name, data_type as type from information_schema.columns
		where table_name = 'sessions' order by ordinal_position`,
	);
	await store.close();
	t.deepEqual(
		columns.map(({name, type}) => `${name} ${type}`),
		[
			...['started_at TIMESTAMP', 'ended_at TIMESTAMP', 'hop VARCHAR', 'direction VARCHAR', 'log_host VARCHAR'],
			...['tag VARCHAR', 'pid INTEGER', 'service VARCHAR', 'port INTEGER', 'port_source VARCHAR', 'tls_mode VARCHAR'],
			...['peer_host VARCHAR', 'peer_ip VARCHAR', 'peer_port INTEGER', 'server_name VARCHAR', 'outcome VARCHAR'],
			...['protocol VARCHAR', 'cipher VARCHAR', 'cipher_bits INTEGER', 'trust VARCHAR', 'key_exchange VARCHAR'],
			...['server_signature VARCHAR', 'server_digest VARCHAR', 'client_signature VARCHAR', 'client_digest VARCHAR'],
			...['tls_level VARCHAR', 'reused INTEGER', 'failure VARCHAR', 'messages INTEGER', 'rejected INTEGER'],
			...['username VARCHAR', 'source VARCHAR', 'first_line INTEGER', 'last_line INTEGER'],
		],
	);
});
