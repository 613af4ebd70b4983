import test from 'ava';
import {editedSince} from '../../../src/mailserver/lint/edited.ts';
import {configured} from '../read/configured.ts';

const at = (time: string): number => Date.parse(`2026-10-12T${time}:00Z`);
const loaded = (time: string, directory = '/etc/postfix') => ({at: at(time), directory});
const configuration = {
	...configured('3.7.11', [], []),
	edited: [
		{file: 'main.cf', time: at('07:00')},
		{file: 'master.cf', time: at('09:30')},
	],
};

test('a file that was changed after the last reload is reported, with the command that loads it', t => {
	const [found, ...others] = editedSince(configuration, loaded('08:00'));
	t.deepEqual(others, []);
	t.like(found, {id: 'edited-not-loaded', severity: 'warn', service: 'master.cf', fix: ['postfix reload']});
	t.is(found?.evidence, 'changed 2026-10-12 09:30 UTC, loaded 2026-10-12 08:00 UTC');
});

test('files older than the last reload are in force, and without one in the log nothing is said', t => {
	t.deepEqual(editedSince(configuration, loaded('10:00')), []);
	t.deepEqual(editedSince(configuration, null), []);
	t.deepEqual(editedSince(configured('3.7.11', [], []), loaded('00:00')), []);
});

test('the age of a copy somewhere else says nothing', t => {
	t.deepEqual(editedSince({...configuration, directory: '/tmp/copy'}, loaded('08:00')), []);
});

test('a second instance is loaded by its own directory', t => {
	const second = {...configuration, directory: '/etc/postfix-out'};
	t.deepEqual(editedSince(second, loaded('08:00', '/etc/postfix-out'))[0]?.fix, ['postfix -c /etc/postfix-out reload']);
});
