import {
	appendFileSync,
	closeSync,
	copyFileSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {writeBusySite} from '../bench/busy-site.ts';
import {runs} from '../runs.ts';
import {differences, foundIn, heldIn, importing, newFolder, none, whereabouts} from './fixture/importing.ts';

const busy = join(newFolder(), 'busy.log');
const descriptor = openSync(busy, 'w');
writeBusySite(descriptor, {bytes: 300_000});
closeSync(descriptor);

const logs = {
	real: readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url)),
	yearless: readFileSync(new URL('../../samples/real/rfc3164.log', import.meta.url)),
	busy: readFileSync(busy),
};

for (const [title, text] of Object.entries(logs)) {
	test(`${title}: a log that grows by any number of bytes gives the sessions of the whole`, async t => {
		const folder = newFolder();
		const log = join(folder, 'mail.log');
		const whole = await foundIn([{name: log, text}]);
		t.true(whole.sessions.length > 100);
		let databases = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(fc.nat(text.length - 1), {minLength: 1, maxLength: 3}),
				fc.constantFrom('140000', '4194304'),
				fc.constantFrom('100000', '200000000'),
				async (cuts, block, step) => {
					const db = join(folder, `${++databases}.db`);
					rmSync(log, {force: true});
					let before = 0;
					for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
						appendFileSync(log, text.subarray(before, cut));
						before = cut;
						const {incomplete} = await importing(db, ...['--block-bytes', block, '--step-bytes', step, log]);
						t.false(incomplete);
					}
					t.deepEqual(differences(await heldIn(db), whole), none);
					rmSync(db);
				},
			),
			{numRuns: runs(2), endOnFailure: true},
		);
	});

	test(`${title}: a log imported in part, rotated at any line, packed later, gives the sessions of the whole`, async t => {
		const whole = await foundIn([{name: 'mail.log', text}], whereabouts);
		await fc.assert(
			fc.asyncProperty(fc.nat(text.length - 1), fc.nat(text.length - 1), async (one, other) => {
				const folder = newFolder();
				const db = join(folder, 'x.db');
				const log = join(folder, 'mail.log');
				const rotation = text.indexOf(10, Math.max(one, other)) + 1;
				writeFileSync(log, text.subarray(0, Math.min(one, other)));
				await importing(db, folder);
				writeFileSync(log, text.subarray(0, rotation));
				renameSync(log, `${log}.1`);
				writeFileSync(log, text.subarray(rotation));
				await importing(db, folder);
				const held = await heldIn(db, whereabouts);
				t.deepEqual(differences(held, whole), none);
				writeFileSync(`${log}.2.gz`, gzipSync(readFileSync(`${log}.1`)));
				renameSync(log, `${log}.1`);
				const again = await importing(db, folder);
				t.deepEqual(differences(await heldIn(db, whereabouts), held), none);
				t.regex(again.said.at(-1) ?? '', /; sessions \+0, /);
				rmSync(folder, {recursive: true});
			}),
			{numRuns: runs(1), endOnFailure: true},
		);
	});

	test(`${title}: a copy cut at any byte adds nothing`, async t => {
		const folder = newFolder();
		const log = join(folder, 'mail.log');
		const db = join(folder, 'x.db');
		writeFileSync(log, text);
		await importing(db, log);
		const held = await heldIn(db);
		await fc.assert(
			fc.asyncProperty(fc.nat(text.length), fc.boolean(), async (cut, packed) => {
				const copy = join(folder, 'copy.log');
				writeFileSync(copy, packed ? gzipSync(text.subarray(0, cut)) : text.subarray(0, cut));
				const {incomplete} = await importing(db, copy);
				t.false(incomplete);
				t.deepEqual(differences(await heldIn(db), held), none);
			}),
			{
				numRuns: runs(6),
				endOnFailure: true,
				examples: [
					[0, false],
					[1, false],
					[90, true],
					[4095, false],
					[4097, true],
				],
			},
		);
		copyFileSync(log, join(folder, 'again.log'));
		await importing(db, join(folder, 'again.log'));
		t.deepEqual(differences(await heldIn(db), held), none);
	});
}
