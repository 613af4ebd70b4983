import test from 'ava';
import fc from 'fast-check';
import {createDeadlines, type Dated} from '../../../src/log/join/deadlines.ts';
import {addRecentId, isRecentId, noRecentIds} from '../../../src/log/join/logins.ts';

test('the latest ids are known, at least half of those that are to be remembered, and none that never was', t => {
	const half = fc.constantFrom(0, 1, -1, 2, 128, 1 << 20, -(2 ** 31), 12_345);
	const id = fc.tuple(half, fc.oneof(half, fc.integer())).filter(([low, high]) => low !== 0 || high !== 0);
	fc.assert(
		fc.property(fc.uniqueArray(id, {selector: String, maxLength: 400}), id, (ids, other) => {
			const recent = noRecentIds();
			for (const [low, high] of ids) addRecentId(recent, low, high, 100);
			const known = ids.slice(-50).every(([low, high]) => isRecentId(recent, low, high));
			const foreign = !ids.some(it => String(it) === String(other)) && isRecentId(recent, ...other);
			return known && !foreign;
		}),
	);
	t.pass();
});

type One = Dated & {due: number; looked: number[]};

const start = Date.UTC(2026, 0, 5);
const host = {};
const one = (due: number): One => ({due, askedAt: Number.POSITIVE_INFINITY, looked: []});

test('each is looked at when it is due, at no time before, and not again when it is over', t => {
	const deadlines = createDeadlines<One>();
	const [early, late] = [one(start + 4000), one(start + 900_000)];
	for (const each of [early, late]) deadlines.set(host, each, each.due);
	for (let now = start; now < start + 2_000_000; now += 1000)
		deadlines.pass(host, now, each => {
			each.looked.push(now);
			return Number.POSITIVE_INFINITY;
		});
	t.deepEqual(early.looked, [start + 5000]);
	t.deepEqual(late.looked, [start + 901_000]);
});

test('whatever is put off, brought forward or looked for late, no pass leaves out what is due', t => {
	const step = fc.record({
		kind: fc.constantFrom('new', 'put off', 'forward', 'pass'),
		which: fc.nat(20),
		ms: fc.oneof(fc.nat(20_000), fc.nat(9_000_000)),
	});
	fc.assert(
		fc.property(fc.array(step, {maxLength: 80}), steps => {
			const deadlines = createDeadlines<One>();
			const all: One[] = [];
			let now = start;
			for (const {kind, which, ms} of steps) {
				const chosen = all[which % Math.max(1, all.length)];
				if (kind === 'new') {
					const made = one(now + ms);
					all.push(made);
					deadlines.set(host, made, made.due);
				} else if (kind === 'put off' && chosen) chosen.due += ms;
				else if (kind === 'forward' && chosen) {
					chosen.due -= ms;
					deadlines.set(host, chosen, chosen.due);
				} else if (kind === 'pass') {
					now += ms;
					const open = new Set(all.filter(it => it.due < now));
					deadlines.pass(host, now, it => {
						if (it.due >= now) return it.due;
						open.delete(it);
						it.due = Number.POSITIVE_INFINITY;
						return it.due;
					});
					if (open.size > 0) return false;
				}
			}
			return true;
		}),
	);
	t.pass();
});

test('a pass looks at what is due on its own host alone', t => {
	const deadlines = createDeadlines<One>();
	const [here, there] = [one(start), one(start)];
	deadlines.set(host, here, here.due);
	deadlines.set({}, there, there.due);
	deadlines.pass(host, start + 10_000, each => {
		each.looked.push(start);
		return Number.POSITIVE_INFINITY;
	});
	t.deepEqual([here.looked, there.looked], [[start], []]);
});

test('at the end all are looked at, those without a time included', t => {
	const deadlines = createDeadlines<One>();
	const all = [one(5000), one(start), one(8e15)];
	for (const each of all) deadlines.set(host, each, each.due);
	const looked: One[] = [];
	deadlines.pass(host, Number.POSITIVE_INFINITY, each => {
		looked.push(each);
		return Number.POSITIVE_INFINITY;
	});
	t.deepEqual(new Set(looked), new Set(all));
});
