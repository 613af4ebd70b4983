import test from 'ava';
import {calendarOf} from '../../src/cli/calendar.ts';

const at = (iso: string): number => Date.parse(iso);

test('an hour that comes twice when clocks are set back is two hours, with names of their own', t => {
	const berlin = calendarOf('Europe/Berlin');
	const moments = ['00:30', '01:30', '02:30'].map(time => at(`2026-10-25T${time}:00Z`));
	t.deepEqual(
		moments.map(moment => berlin.nameOf('hour', moment)),
		['2026-10-25 02:00+02:00', '2026-10-25 02:00+01:00', '2026-10-25 03:00'],
	);
	for (const moment of moments) {
		t.is(berlin.startOf('hour', moment), moment - 1_800_000);
		t.is(berlin.endOf('hour', moment), moment + 1_800_000);
	}
});

test('hours begin where the clocks of the zone show a full one', t => {
	const kolkata = calendarOf('Asia/Kolkata');
	const moment = at('2026-10-12T08:10:00Z');
	t.is(kolkata.nameOf('hour', moment), '2026-10-12 13:00');
	t.is(kolkata.startOf('hour', moment), at('2026-10-12T07:30:00Z'));
	t.is(calendarOf('UTC').startOf('hour', at('1969-12-31T23:59:59Z')), at('1969-12-31T23:00:00Z'));
});
