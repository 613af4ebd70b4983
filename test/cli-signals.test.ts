import {execFileSync} from 'node:child_process';
import {appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {asleep} from './asleep.ts';
import {type Running, startIn} from './program.ts';

const sample = fileURLToPath(new URL('../samples/founding-case.log', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-signals-'));

const start = (words: readonly string[]): Running => startIn(folder, words);

/** Waits until something is said or done, and not for a time that some host needs. */
async function until(condition: () => boolean, what: string): Promise<void> {
	for (let tries = 0; tries < 600; tries++) {
		if (condition()) return;
		await after(100);
	}
	throw new Error(`never: ${what}`);
}

function fifo(name: string): string {
	execFileSync('mkfifo', [join(folder, name)]);
	return name;
}

const waits = /nothing to read yet; waiting for a program that writes into it/;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)
	test(`a pipe without a writer: it says that it waits, and ${signal} ends it with the report`, async t => {
		const running = start(['report', fifo(`quiet-${signal}`)]);
		await until(() => waits.test(running.err()), 'that it waits');
		const sent = performance.now();
		running.child.kill(signal);
		const [status] = await running.ended;
		t.is(status, 128 + constants.signals[signal]);
		t.regex(running.out(), /^Nothing read: there are no lines in the input;[^\n]*\n\nNo sessions found\./);
		// A second, and what a busy host takes for the report.
		t.true(performance.now() - sent < 15_000);
	});

test('a pipe whose writer comes late is read to its end', async t => {
	const name = fifo('late');
	const running = start(['report', name]);
	await until(() => waits.test(running.err()), 'that it waits');
	await writeFile(join(folder, name), readFileSync(sample));
	const [status] = await running.ended;
	t.is(status, 0);
	const file = start(['report', sample]);
	await file.ended;
	t.is(running.out(), file.out().replaceAll(`see ${sample},`, `see ${name},`));
});

test('without a terminal --follow follows, through rotation, and a signal brings the report', async t => {
	const path = join(folder, 'growing.log');
	const lines = readFileSync(sample, 'utf8').split(/(?<=\n)/);
	writeFileSync(path, lines.slice(0, 5).join(''));
	const running = start(['--follow', path, '--db', 'followed.db']);
	await until(() => existsSync(join(folder, 'followed.db')), 'the database');
	await asleep(running.child.pid);
	appendFileSync(path, lines.slice(5, 20).join(''));
	await asleep(running.child.pid);
	renameSync(path, `${path}.1`);
	writeFileSync(path, lines.slice(20).join(''));
	await asleep(running.child.pid);
	t.is(running.child.exitCode, null);
	running.child.kill('SIGTERM');
	const [status] = await running.ended;
	t.is(status, 143);
	const file = start(['report', sample]);
	await file.ended;
	const coverage = (report: string): string => report.slice(report.indexOf('\nLines read'));
	t.is(coverage(running.out()), coverage(file.out()));
	t.is(running.err(), '');
});

test('logs that a signal leaves unread are no pass', async t => {
	const head = 'Oct 12 08:00:00 mx postfix/smtps/smtpd[7]:';
	const session = [
		'connect from a[192.0.2.1]',
		'Anonymous TLS connection established from a[192.0.2.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
		'disconnect from a[192.0.2.1] ehlo=1 quit=1 commands=2',
	];
	for (const name of ['read.log', 'unread.log'])
		writeFileSync(join(folder, name), session.map(line => `${head} ${line}\n`).join(''));
	const check = async (...words: readonly string[]) => {
		const running = start(['check', '--format', 'json', ...words]);
		await until(() => waits.test(running.err()), 'that it waits');
		running.child.kill('SIGINT');
		const [status] = await running.ended;
		t.is(status, 130);
		const {verdict, partial} = JSON.parse(running.out());
		return {verdict, partial, said: /^tlsaudit: interrupted: .*/m.test(running.err())};
	};
	t.deepEqual(await check('read.log', fifo('between'), 'unread.log'), {
		verdict: 'undecided',
		partial: true,
		said: true,
	});
	// What goes on for ever is ended by a signal.
	t.deepEqual(await check('read.log', fifo('last')), {verdict: 'pass', partial: false, said: false});
});

test('SIGUSR1 opens no debugger and ends nothing', async t => {
	const running = start(['report', fifo('debugged')]);
	await until(() => waits.test(running.err()), 'that it waits');
	running.child.kill('SIGUSR1');
	await after(500);
	t.is(running.child.exitCode, null);
	running.child.kill('SIGINT');
	const [status] = await running.ended;
	t.is(status, 130);
	t.notRegex(running.err(), /[Dd]ebugger/);
});

test('the second signal ends the process at once', async t => {
	const name = fifo('twice');
	const running = start(['sql', 'select count(*) from range(100000000000) where hash(range) = 1', name]);
	await until(() => waits.test(running.err()), 'that it waits');
	running.child.kill('SIGINT');
	await after(2000);
	// The query runs now, and would be for hours.
	t.is(running.child.exitCode, null);
	running.child.kill('SIGINT');
	const [status, signal] = await running.ended;
	t.is(status ?? signal, 'SIGINT');
});
