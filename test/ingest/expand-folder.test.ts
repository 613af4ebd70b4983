import test from 'ava';
import {logsAmong} from '../../src/ingest/sources/expand.ts';

test('beside a system mail log only mail logs are taken, and not the copies of its lines', t => {
	const names = ['mail.log', 'mail.log.1', 'mail.log.2.gz', 'mail.info', 'mail.err', 'syslog', 'auth.log', 'wtmp'];
	t.deepEqual(logsAmong([...names, 'dovecot.log']), ['mail.log', 'mail.log.1', 'mail.log.2.gz', 'dovecot.log']);
});

test('without one every log is taken', t => {
	t.deepEqual(logsAmong(['founding-case.log', 'founding-case.expected.json', 'README', 'syslog.1', 'messages']), [
		'founding-case.log',
		'syslog.1',
		'messages',
	]);
});
