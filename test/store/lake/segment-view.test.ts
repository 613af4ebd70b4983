import test from 'ava';
import fc from 'fast-check';
import {lakeFile, segmentPath} from '../../../src/store/lake/lake-paths.ts';
import {sidesOf} from '../../../src/store/lake/segment-view.ts';
import {runs} from '../../runs.ts';

const dayMs = 86_400_000;
const first = Date.UTC(2026, 0, 28);

/** The segment of a day, counted from `first`; null: of sessions without a date. */
function segmentOf(day: number | null, number = 1) {
	const name = day === null ? null : new Date(first + day * dayMs).toISOString().slice(0, 10);
	const file = lakeFile(`/lake/${segmentPath({day: name, logHost: 'mx1', fingerprint: '0123456789abcdef', number})}`);
	if (file === null) throw new Error('no segment');
	return file;
}

test('a segment is apart where no session of its day is of the span, and once only', t => {
	const moment = fc.option(
		fc.oneof(
			fc.integer({min: -2 * dayMs, max: 12 * dayMs}),
			fc.integer({min: -2, max: 12}).map(day => day * dayMs),
		),
		{nil: undefined},
	);
	fc.assert(
		fc.property(fc.array(fc.option(fc.nat(9)), {maxLength: 12}), moment, moment, (days, from, to) => {
			const span = {
				since: from === undefined ? undefined : first + from,
				until: to === undefined ? undefined : first + to,
			};
			const sides = sidesOf(
				days.map((day, number) => segmentOf(day, number)),
				span,
			);
			t.is(sides.flatMap(({files}) => files).length, days.length);
			t.is(new Set(sides.flatMap(({files}) => files.map(({path}) => path))).size, days.length);
			for (const {files, where} of sides)
				for (const {name} of files) {
					const start = Date.parse(name.slice('day='.length, 'day=2026-01-28'.length));
					const isOutside = start + dayMs <= (span.since ?? start) || start >= (span.until ?? Number.POSITIVE_INFINITY);
					t.is(where !== null, isOutside);
					const [, is, bound] = /^started_at (<|>=) make_timestamp\((\d+)\)$/.exec(where ?? '') ?? [];
					// What is said of a side holds for each moment of its days, and for none of the span.
					if (is === '<') t.true(start + dayMs <= Number(bound) / 1000 && Number(bound) / 1000 <= (span.since ?? 0));
					if (is === '>=') t.true(start >= Number(bound) / 1000 && Number(bound) / 1000 >= (span.until ?? 0));
				}
		}),
		{numRuns: runs(200)},
	);
});
