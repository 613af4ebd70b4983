import {spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {makeSessions} from '../../bench/made-sessions.ts';
import {newFolder} from '../../commands/fixture/importing.ts';
import {exporting} from '../../commands/fixture/lakes.ts';
import {bin} from '../../faults/import-process.ts';
import {killExports} from '../../faults/killed-exports.ts';

// Some kills; `tsx test/faults/kill-export.ts` makes twenty.

test('of an export that is killed nothing is lost, nothing is there twice, and nothing is left over', async t => {
	const {kills, early, problems} = await killExports(4, 12_000);
	t.deepEqual(problems, []);
	t.is(kills, 4);
	// Were none killed, the test would show nothing.
	t.true(early > 0);
});

test('a disk that is full is one sentence, and the export goes on when there is room', async t => {
	const folder = newFolder();
	const [db, lake, roomy] = [join(folder, 'x.db'), join(folder, 'lake'), join(folder, 'roomy')];
	await makeSessions(db, {sessions: 60_000, hosts: 1, days: 1});
	// Files of more than 600 KiB cannot be written; the signal that says so is ignored, as a full disk sends none.
	const words = ['export', '--db', db, '--to', lake];
	const limited = `trap '' XFSZ; ulimit -f 600; exec "$0" "$@"`;
	const {status, stderr} = spawnSync('bash', ['-c', limited, process.execPath, bin, ...words], {encoding: 'utf8'});
	t.is(status, 2);
	t.regex(
		stderr,
		/^tlsaudit: [^\n]*: the disk is full; what was sent before is kept: make room and export again[^\n]*\n$/,
	);
	t.deepEqual(
		readdirSync(lake, {recursive: true, encoding: 'utf8'}).filter(name => /\.parquet/.test(name)),
		[],
	);
	t.regex((await exporting(db, lake)).said.join(), /sent 60,000 sessions in 1 segment/);
	await exporting(db, roomy);
	const files = (path: string): string[] => readdirSync(path, {recursive: true, encoding: 'utf8'}).sort();
	t.deepEqual(files(lake), files(roomy));
});
