import test from 'ava';
import {inTimeOrder, rotationOf} from '../../../src/ingest/sources/rotation.ts';

const order = (names: string[]): string[] =>
	inTimeOrder(names.map(name => ({name, path: name, modified: null, size: null}))).map(({name}) => name);

test('numbered files come before the one being written, the highest number first', t => {
	t.deepEqual(order(['mail.log', 'mail.log.1', 'mail.log.10.gz', 'mail.log.2.gz']), [
		'mail.log.10.gz',
		'mail.log.2.gz',
		'mail.log.1',
		'mail.log',
	]);
});

test('dated files come in the order of their dates, whatever follows the date', t => {
	t.deepEqual(order(['maillog', 'maillog-20260201.gz', 'maillog-20251228.xz', 'maillog-20260201-1706745600']), [
		'maillog-20251228.xz',
		'maillog-20260201.gz',
		'maillog-20260201-1706745600',
		'maillog',
	]);
	t.deepEqual(order(['mail.log', 'mail.log.2026-01-02', 'mail.log.2026-01-01.zst']), [
		'mail.log.2026-01-01.zst',
		'mail.log.2026-01-02',
		'mail.log',
	]);
});

test('a date before the ending belongs to the same set', t => {
	t.deepEqual(rotationOf('mail-20260131.log'), {base: 'mail.log', number: null, date: '20260131'});
});

test('a number before the ending is a rotation beside the file without one', t => {
	t.deepEqual(order(['mail.1.log', 'mail.2.log.gz', 'mail.log']), ['mail.2.log.gz', 'mail.1.log', 'mail.log']);
	t.deepEqual(order(['dovecot-2.3.log', 'dovecot-2.4.log']), ['dovecot-2.3.log', 'dovecot-2.4.log']);
});

test('a set is one however its folder is written', t => {
	t.deepEqual(order(['./mail.log', 'mail.log.1']), ['mail.log.1', './mail.log']);
});

test('sets stay apart and stand in the order given', t => {
	t.deepEqual(order(['b/mail.log', 'a/mail.log', 'b/mail.log.1', 'a/mail.log.1']), [
		'b/mail.log.1',
		'b/mail.log',
		'a/mail.log.1',
		'a/mail.log',
	]);
});

test('versions in a name are no rotation', t => {
	t.deepEqual(rotationOf('dovecot-2.4.log'), {base: 'dovecot-2.4.log', number: null, date: null});
});
