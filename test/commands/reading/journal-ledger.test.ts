import test from 'ava';
import {journalConflict, journalEntry, journalsIn} from '../../../src/commands/reading/journal-ledger.ts';

const place = {cursor: 's=1;i=2;b=3', time: 1_796_024_005_370_474};

test('a journal comes out of the ledger as it went in; files are none', t => {
	const remembered = [
		{id: 3, unit: null, machine: '1f mx1', place, lines: 12},
		{id: 4, unit: 'postfix', machine: null, place, lines: 0},
	];
	const file = {
		id: 1,
		name: 'journal',
		head: Buffer.from('Oct 12 journal'),
		tail: null,
		offset: 5,
		lines: 1,
		stored: null,
	};
	t.deepEqual(journalsIn([file, ...remembered.map(each => journalEntry(each, 'journal'))]), remembered);
});

test('what shares entries with what is remembered is refused, with both in words', t => {
	const remembered = [{id: 1, unit: 'postfix', machine: null, place, lines: 1}];
	t.is(journalConflict(remembered, 'postfix'), null);
	t.is(journalConflict(remembered, 'dovecot'), null);
	t.regex(
		journalConflict(remembered, null) ?? '',
		/filled with --journal postfix, and --journal has entries of that again/,
	);
});
