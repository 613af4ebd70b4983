import {chmodSync, mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {readFlags} from '../../../src/cli/flags.ts';
import {readSettings} from '../../../src/cli/settings.ts';
import {machineLog, namesNothing, usualLogs} from '../../../src/commands/reading/machine-log.ts';
import {entryLine, standIn} from '../../ingest/journal/fixture/stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-machine-'));
const journal = join(folder, 'journal.jsonl');
Object.assign(process.env, standIn(folder, journal));
const [here, absent] = [join(folder, 'maillog'), join(folder, 'mail.log')];
writeFileSync(here, '');

test.serial('the first file that there is is followed, else the journal is read', async t => {
	t.deepEqual(await machineLog([absent, here]), {files: [here], follow: true, journal: undefined});
	writeFileSync(journal, entryLine(1, {host: 'mx', tag: 'x', pid: '1', message: '', time: 1}));
	t.deepEqual(await machineLog([absent, join(here, 'mail.log')]), {files: [], follow: false, journal: {unit: null}});
	t.deepEqual(usualLogs, ['/var/log/mail.log', '/var/log/maillog']);
});

test.serial('where there is none, one sentence names the three ways to start', async t => {
	writeFileSync(journal, '');
	const none =
		/^no mail log found: neither .*mail\.log nor a journal .*\(tlsaudit FILE…\), pipe .*, or open a database \(/;
	await t.throwsAsync(machineLog([absent]), {message: none});
	const {PATH} = process.env;
	process.env.PATH = join(folder, 'nothing');
	await t.throwsAsync(machineLog([absent]), {message: none}).finally(() => {
		process.env.PATH = PATH;
	});
});

test.serial('what may not be read is one sentence with what to do', async t => {
	process.env.SAYS = 'No journal files were opened due to insufficient permissions.';
	await t
		.throwsAsync(machineLog([absent]), {message: /^journal: this user may not see .*systemd-journal/})
		.finally(() => {
			delete process.env.SAYS;
		});
	if (process.getuid?.() === 0) {
		t.log('root may read everything: permissions of files are not tested');
		return;
	}
	const locked = join(folder, 'locked');
	mkdirSync(locked);
	writeFileSync(join(locked, 'a.log'), '');
	chmodSync(join(locked, 'a.log'), 0);
	await t.throwsAsync(machineLog([join(locked, 'a.log')]), {
		message: /a\.log: permission denied; run as root, or .*adm/,
	});
	chmodSync(locked, 0);
	await t.throwsAsync(machineLog([join(locked, 'a.log')]), {
		message: /a\.log: permission denied; run as root, or .*adm/,
	});
});

test('only where nothing at all is named and a person sits before the keys', async t => {
	const named = async (...words: string[]): Promise<boolean> =>
		namesNothing(
			await readSettings(
				readFlags(words, () => true),
				Date.now(),
			),
			{stdin: {isTTY: true} as never},
		);
	t.true(await named());
	t.true(await named('--policy', 'rfc9325', '--since', 'yesterday'));
	for (const words of [['mail.log'], ['-'], ['--db', 'x.db'], ['--journal'], ['--follow', 'mail.log']])
		t.false(await named(...words), words.join(' '));
	const settings = await readSettings(readFlags([]), Date.now());
	t.false(namesNothing(settings, {stdin: {} as never}));
});
