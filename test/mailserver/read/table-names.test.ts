import test from 'ava';
import type {PostfixConfiguration} from '../../../src/mailserver/read/configuration.ts';
import {readMainCf} from '../../../src/mailserver/read/main-cf.ts';
import {readMasterCf} from '../../../src/mailserver/read/master-cf.ts';
import {tableNames, withoutPasswords} from '../../../src/mailserver/read/table-names.ts';

const names = (main: string, master = '') => {
	const configuration: PostfixConfiguration = {
		form: 'files',
		directory: '/etc/postfix',
		version: null,
		...readMainCf(main, 'main.cf'),
		services: readMasterCf(master, 'master.cf').services,
		defaults: null,
		tables: new Map(),
		unread: [],
		warnings: [],
	};
	return tableNames(configuration).map(({name, file, index}) => [name, file, index]);
};

test('tables of TLS and of routes are named, with their file and what is built from it', t => {
	t.deepEqual(
		names(
			'smtp_tls_policy_maps = hash:$config_directory/tls_policy, static:encrypt, inline:{a=b}, socketmap:unix:/run/sts:query\n' +
				'transport_maps = proxy:lmdb:/etc/postfix/transport, mysql:/etc/postfix/t.cf\n' +
				'sender_dependent_relayhost_maps = regexp:/srv/relay.re\n' +
				'virtual_alias_maps = hash:/etc/postfix/virtual\n' +
				'smtp_tls_session_cache_database = btree:/var/lib/postfix/cache\n',
			'x unix - - n - - smtp\n  -o smtp_tls_policy_maps=texthash:/etc/postfix/other\n',
		),
		[
			['hash:/etc/postfix/tls_policy', '/etc/postfix/tls_policy', '/etc/postfix/tls_policy.db'],
			['socketmap:unix:/run/sts:query', null, null],
			['proxy:lmdb:/etc/postfix/transport', '/etc/postfix/transport', '/etc/postfix/transport.lmdb'],
			['mysql:/etc/postfix/t.cf', null, null],
			['regexp:/srv/relay.re', '/srv/relay.re', null],
			['texthash:/etc/postfix/other', '/etc/postfix/other', null],
		],
	);
});

test('of a table of passwords only the keys are kept', t => {
	const table = {
		text: '# note\n[mx.example]:587 user:hunter2\nexample.org\tu:hunter2\n  and hunter2\nlonely\n',
		file: '/etc/postfix/sasl_passwd',
		newerThanIndex: null,
	};
	t.is(withoutPasswords(table).text, '# note\n[mx.example]:587 ***\nexample.org\t***\n\nlonely\n');
});
