import test from 'ava';
import {readMoment} from '../../src/cli/date-flag.ts';

const now = Date.parse('2026-03-29T12:00:00Z');
const read = (text: string, zone = 'Europe/Berlin'): string =>
	new Date(readMoment(text, '--since', zone, now)).toISOString();

test('ISO times with an offset are absolute, without one they are wall time of the zone', t => {
	t.is(read('2026-01-31T08:00:00Z'), '2026-01-31T08:00:00.000Z');
	t.is(read('2026-01-31T08:00:00+02:00'), '2026-01-31T06:00:00.000Z');
	t.is(read('2026-01-31T08:00'), '2026-01-31T07:00:00.000Z');
	t.is(read('2026-01-31 08:00:30'), '2026-01-31T07:00:30.000Z');
	t.is(read('2026-07-01'), '2026-06-30T22:00:00.000Z');
	t.is(read('2026-07-01', 'UTC'), '2026-07-01T00:00:00.000Z');
});

test('words: now, today and yesterday, across the change of the clock', t => {
	t.is(read('now'), '2026-03-29T12:00:00.000Z');
	// The 29th began in winter time.
	t.is(read('today'), '2026-03-28T23:00:00.000Z');
	t.is(read('Yesterday'), '2026-03-27T23:00:00.000Z');
	t.is(read('yesterday', 'UTC'), '2026-03-28T00:00:00.000Z');
});

test('spans back from now; a day is a day of the calendar, an hour an hour', t => {
	t.is(read('2 hours ago'), '2026-03-29T10:00:00.000Z');
	t.is(read('1 hour ago'), '2026-03-29T11:00:00.000Z');
	t.is(read('30 min ago'), '2026-03-29T11:30:00.000Z');
	t.is(read('90s'), '2026-03-29T11:58:30.000Z');
	t.is(read('1 day ago'), '2026-03-28T13:00:00.000Z');
	t.is(read('24h'), '2026-03-28T12:00:00.000Z');
	t.is(read('1 month ago', 'UTC'), '2026-02-28T12:00:00.000Z');
	t.is(read('2w', 'UTC'), '2026-03-15T12:00:00.000Z');
});

test('anything else is refused with examples', t => {
	for (const text of ['', 'soon', '5 parsecs ago', '2026-02-30', '31.01.2026', 'ago'])
		t.throws(() => read(text), {message: /^--since ".*": no time; write 2026-01-31, /});
});
