import test from 'ava';
import {createMoments, isoDate, spanOf, spanText, utcDay, utcMinute, utcSecond} from '../../src/text/time.ts';

test('spans of time', t => {
	t.is(spanText(30_000), '30 s');
	t.is(spanText(300_000), '5 min');
	t.is(spanText(7 * 86_400_000), '7 d');
});

test('moments are wall time of a zone, short on the day that matters', t => {
	const {full, brief} = createMoments('Europe/Berlin');
	const noon = Date.UTC(2026, 6, 1, 10, 0, 5);
	t.is(full(noon), '2026-07-01 12:00:05');
	t.is(full(null), '');
	t.is(brief(noon, noon), '12:00:05');
	t.is(brief(noon, noon + 86_400_000), '07-01 12:00');
	t.is(brief(noon, noon + 400 * 86_400_000), '2026-07-01');
});

test('dates in UTC, as long as they are asked for, and nothing for what is no date', t => {
	const time = Date.UTC(2026, 9, 12, 8, 21, 40, 5);
	t.is(isoDate(time), '2026-10-12T08:21:40.005Z');
	t.is(utcDay(time), '2026-10-12');
	t.is(utcMinute(time), '2026-10-12 08:21');
	t.is(utcSecond(time), '2026-10-12 08:21:40');
	for (const none of [null, Number.NaN, 8.65e15]) {
		t.is(isoDate(none), null);
		t.is(utcSecond(none), '');
	}
});

test('spans that users type, in the units that are allowed', t => {
	t.is(spanOf('90d', ['d', 'w']), 90 * 86_400_000);
	t.is(spanOf('500ms', ['ms', 's']), 500);
	t.is(spanOf('30 min', ['min']), 1_800_000);
	for (const text of ['90', 'd', '-3h', '3h', '1.5d']) t.is(spanOf(text, ['d']), null, text);
});
