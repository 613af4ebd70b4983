import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../src/log/reader.ts';
import type {Session} from '../../src/model/session.ts';
import {runs} from '../runs.ts';
import {readLine} from './fixture/read-line.ts';

const hour = 3_600_000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Of 2026, in the zone of Ljubljana: the clocks go forward on 29 March and back on 25 October, both at 01:00 UTC. */
const starts = [
	Date.UTC(2026, 2, 29, 0),
	Date.UTC(2026, 9, 24, 23),
	Date.UTC(2026, 9, 25, 0),
	Date.UTC(2026, 6, 1, 12),
];

const wall = new Intl.DateTimeFormat('sv-SE', {
	timeZone: 'Europe/Ljubljana',
	dateStyle: 'short',
	timeStyle: 'medium',
});
const local = (time: number): string => wall.format(time).replace(' ', 'T');

/** Ways to write a moment. */
const stamps: ReadonlyArray<(time: number) => string> = [
	time => `${new Date(time).toISOString().slice(0, 23)}Z`,
	time => `${new Date(time + 2 * hour).toISOString().slice(0, 19)}+02:00`,
	time => `${new Date(time - 3.5 * hour).toISOString().slice(0, 23)}-0330`,
	local,
	time => {
		const text = local(time);
		return `${months[Number(text.slice(5, 7)) - 1]} ${text.slice(8, 10).replace(/^0/, ' ')} ${text.slice(11)}`;
	},
];

function timesOf(lines: readonly string[], forgetting: boolean): Array<number | null> {
	const sessions: Session[] = [];
	const options = {zone: 'Europe/Ljubljana', now: Date.UTC(2026, 11, 1)};
	const reader = createReader(session => sessions.push(session), options);
	reader.open({name: 'x', modified: null});
	const times = lines.map((line, index) => {
		// What was learned of heads is forgotten: each line is read the long way.
		if (forgetting && index > 0) reader.open({name: 'x', modified: null, line: index});
		readLine(reader, line);
		return reader.lineTime;
	});
	reader.end();
	return times;
}

test('heads of many hosts and zones, in the hours in which clocks change, in disorder: known heads tell the time that unknown ones tell', t => {
	const line = fc.record({
		step: fc.oneof(fc.nat(90), fc.integer({min: -700, max: 2400})),
		stamp: fc.nat(stamps.length - 1),
		host: fc.nat(40),
		tag: fc.constantFrom('postfix/smtpd[7]', 'postfix/smtps/smtpd[8]', 'postfix/anvil[9]', 'opendkim[3]'),
	});
	fc.assert(
		fc.property(
			fc.constantFrom(...starts),
			fc.subarray([0, 1, 2, 3, 4], {minLength: 1, maxLength: 2}),
			fc.array(line, {minLength: 20, maxLength: 150}),
			(start, ways, steps) => {
				let now = start;
				const lines = steps.map(({step, stamp, host, tag}) => {
					now += step * 1000;
					const written = stamps[ways[stamp % ways.length] ?? 0]?.(now);
					return `${written} mx${host}.example ${tag}: connect from a.example[192.0.2.1]`;
				});
				t.deepEqual(timesOf(lines, false), timesOf(lines, true));
			},
		),
		{numRuns: runs(60)},
	);
});
