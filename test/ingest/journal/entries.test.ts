import test from 'ava';
import fc from 'fast-check';
import {createEntries, unitsOverlap} from '../../../src/ingest/journal/entries.ts';
import {runs} from '../../runs.ts';
import {entryLine} from './fixture/stand-in.ts';

const from = (tag: string, unit?: string, message = 'x'): string =>
	entryLine(1, {
		host: 'mx',
		tag,
		pid: '7',
		message,
		time: 1_796_000_000_000_000,
		...(unit === undefined ? {} : {unit}),
	});

/** Whether an entry is taken for `unit`. */
const isTaken = (entry: string, unit: string | null): boolean =>
	createEntries({unit})(Buffer.from(entry)).lines.toString() === entry;

test('without a unit entries of Postfix and Dovecot are taken, by their identifier or by their unit', t => {
	for (const [tag, unit] of [
		['postfix/smtpd', 'postfix@-.service'],
		['postfix/smtpd', undefined],
		['mx-out/smtp', 'postfix@out.service'],
		['dovecot', 'dovecot.service'],
		['dovecot', 'init.scope'],
	] as const)
		t.true(isTaken(from(tag, unit), null), `${tag} of ${unit}`);
	for (const [tag, unit] of [
		['cron', 'cron.service'],
		['sshd', undefined],
		['not-postfix', 'x.service'],
	] as const)
		t.false(isTaken(from(tag, unit), null), `${tag} of ${unit}`);
});

test('a unit is itself and its instances, with its kind or without; an instance is itself', t => {
	const of = (unit: string): string => from('postfix/smtpd', unit);
	for (const asked of ['postfix', 'postfix.service'])
		for (const unit of ['postfix.service', 'postfix@-.service', 'postfix@out.service'])
			t.true(isTaken(of(unit), asked), `${unit} for ${asked}`);
	t.true(isTaken(of('postfix@-.service'), 'postfix@-'));
	t.false(isTaken(of('postfix@out.service'), 'postfix@-'));
	t.false(isTaken(of('postfix.service'), 'postfix@-'));
	t.false(isTaken(of('postfixadmin.service'), 'postfix'));
	t.false(isTaken(from('postfix/smtpd'), 'postfix'), 'it is of no unit');
	t.true(isTaken(from('dovecot', 'mail-store.service'), 'mail-store'));
});

test('what journald says of dropped entries is taken, as nothing may be concluded from their absence', t => {
	t.true(isTaken(from('systemd-journald', undefined, 'Suppressed 812 messages from postfix@-.service'), 'postfix'));
	t.true(
		isTaken(from('systemd-journald', undefined, 'Suppressed 8 messages from /system.slice/postfix.service'), null),
	);
	t.false(isTaken(from('systemd-journald', undefined, 'Suppressed 8 messages from cron.service'), null));
	t.false(isTaken(from('systemd-journald', undefined, 'Journal started'), null));
});

test('two choices of a unit overlap when they share entries', t => {
	t.true(unitsOverlap(null, 'postfix'));
	t.true(unitsOverlap('postfix@-.service', 'postfix'));
	t.false(unitsOverlap('postfix', 'dovecot'));
	t.false(unitsOverlap('postfix@a', 'postfix@b'));
});

test('a text that is no UTF-8 and a field that is there twice are entries; a line that is none goes through to be counted', t => {
	const bytes = `${JSON.stringify({MESSAGE: [255, 65], SYSLOG_IDENTIFIER: ['postfix/smtpd', 'x'], __CURSOR: 'c'})}\n`;
	const long = `${JSON.stringify({MESSAGE: null, SYSLOG_IDENTIFIER: 'postfix/smtpd'})}\n`;
	t.true(isTaken(bytes, null));
	t.true(isTaken(long, null));
	t.true(isTaken('-- No entries --\n', null));
	t.true(isTaken('[1]\n', 'postfix'));
	t.false(isTaken('\n', null));
});

test('entries up to a time are left out, and none of them is a place to go on from', t => {
	const at = (number: number, time: number): string =>
		entryLine(number, {host: 'mx', tag: 'dovecot', pid: undefined, message: 'x', time});
	const {lines, last} = createEntries({unit: null, newerThan: 5})(Buffer.from(at(1, 4) + at(2, 5) + at(3, 6)));
	t.is(lines.toString(), at(3, 6));
	t.deepEqual(last, {cursor: 's=1;i=3;t=6', time: 6});
	// Who is stopped among them must not go on behind one of them: what was read before lies behind it.
	t.is(createEntries({unit: null, newerThan: 5})(Buffer.from(at(1, 4) + at(2, 5))).last, null);
});

test('an entry that never ends takes no memory, and what follows it is read', t => {
	const take = createEntries({unit: null});
	for (let megabyte = 0; megabyte < 12; megabyte++) t.is(take(Buffer.alloc(1 << 20, 120)).lines.length, 0);
	const entry = from('dovecot');
	t.is(take(Buffer.from(`xx\n${entry}`)).lines.toString(), entry);
});

test('however the text comes in pieces, the same entries come out, and the place is behind them', t => {
	const all = Array.from({length: 30}, (_, number) =>
		entryLine(number + 1, {
			host: 'mx',
			tag: number % 3 === 0 ? 'cron' : 'postfix/smtpd',
			pid: '1',
			message: `ž${number}`,
			time: 1000 + number,
		}),
	);
	const text = Buffer.from(all.join(''));
	const wanted = all.filter((_, number) => number % 3 !== 0).join('');
	fc.assert(
		fc.property(fc.array(fc.nat(text.length), {maxLength: 40}), fc.nat(text.length), (cuts, end) => {
			const take = createEntries({unit: null});
			let before = 0;
			let out = '';
			let cursor: string | null = null;
			for (const cut of [...cuts.filter(each => each < end).sort((a, b) => a - b), end]) {
				const {lines, last} = take(text.subarray(before, cut));
				before = cut;
				out += lines.toString();
				cursor = last?.cursor ?? cursor;
			}
			const whole = text.subarray(0, text.lastIndexOf(10, end - 1) + 1).toString();
			const count = end === 0 ? 0 : whole.split('\n').length - 1;
			t.is(cursor, count === 0 ? null : `s=1;i=${count.toString(16)};t=${(999 + count).toString(16)}`);
			t.true(wanted.startsWith(out));
			if (end === text.length) t.is(out, wanted);
		}),
		{numRuns: runs(50)},
	);
});
