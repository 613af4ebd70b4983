import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {cursorIsShown, isAlternate, left, run, within} from './in-terminal.ts';
import {missing, program, type Tmux} from './tmux.ts';

const inTmux = missing() === null ? test.serial : test.serial.skip;
const fault = join(import.meta.dirname, 'fixture/fault.mjs');

/** Starts tlsaudit with a fault prepared, and a log that goes on; gives its process. */
async function start(tmux: Tmux, kind: string, words = ''): Promise<number> {
	const {folder} = tmux;
	run(
		tmux,
		`NODE_OPTIONS='--import ${fault}' TLSAUDIT_FAULT=${kind} bash -c 'echo $$ > ${folder}/pid; exec node ${program} ${words}' < <(cat samples/founding-case.log; exec sleep 60)`,
	);
	await tmux.until('the screen', text => text.includes('tlsaudit  live') && text.includes('15 sessions'));
	return Number(tmux.read('pid'));
}

/** Told in one sentence, the terminal as it was. */
async function toldOf(t: ExecutionContext, tmux: Tmux, what: string): Promise<void> {
	await left(t, tmux, 2);
	const screen = await tmux.shows(new RegExp(`^tlsaudit: .*${what}`, 'm'));
	t.notRegex(screen, /^ +at |node:internal/m, 'no stack without --verbose');
	t.false(isAlternate(tmux), 'the other screen is left');
	t.true(cursorIsShown(tmux), 'the cursor is shown');
}

for (const [kind, what] of [
	['render', 'broken while drawing'],
	['promise', 'broken in a promise'],
	['timer', 'broken in a timer'],
] as const)
	inTmux(`a fault in a ${kind} gives the terminal back and is one message`, t =>
		within(t, 80, 24, async tmux => {
			const pid = await start(tmux, kind);
			t.true(isAlternate(tmux));
			process.kill(pid, 'SIGUSR2');
			// Nothing is drawn while nothing changes.
			if (kind === 'render') tmux.press('j');
			await toldOf(t, tmux, what);
		}),
	);

inTmux('after a fault that nothing survives, the process ends all the same', t =>
	within(t, 80, 24, async tmux => {
		const pid = await start(tmux, 'hang');
		process.kill(pid, 'SIGUSR2');
		await toldOf(t, tmux, 'broken for good');
	}),
);

inTmux('with --verbose a fault shows where it happened', t =>
	within(t, 120, 40, async tmux => {
		const pid = await start(tmux, 'timer', '--verbose');
		process.kill(pid, 'SIGUSR2');
		await left(t, tmux, 2);
		t.regex(tmux.capture(), /^ +at .*fault\.mjs/m);
	}),
);

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		// A process whose parent has not asked for its status yet is no process any more.
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
};

async function gone(pid: number): Promise<boolean> {
	for (let turn = 0; turn < 100 && isAlive(pid); turn += 1) await after(100);
	return !isAlive(pid);
}

for (const [how, kind] of [
	['hangs up', 'none'],
	['vanishes without a signal', 'deaf'],
] as const)
	inTmux(`a terminal that ${how} ends the process`, t =>
		within(t, 80, 24, async tmux => {
			const pid = await start(tmux, kind);
			process.kill(pid, 'SIGUSR2');
			await after(200);
			tmux.kill();
			t.true(await gone(pid));
		}),
	);

inTmux('standard input that ends leaves the screen as it is, and keys work', t =>
	within(t, 80, 24, async tmux => {
		const {folder} = tmux;
		run(tmux, `(cat samples/founding-case.log; until test -e ${folder}/enough; do sleep 0.2; done) | node ${program}`);
		await tmux.shows('tlsaudit  live');
		writeFileSync(join(folder, 'enough'), '');
		await tmux.shows('tlsaudit  all read');
		tmux.press('4');
		await tmux.shows('TLS_AES_256_GCM_SHA384');
		tmux.press('q');
		await left(t, tmux, 0);
		t.false(isAlternate(tmux));
	}),
);

inTmux('without a reader of what is written there is no screen and no complaint', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `node ${program} samples/real/rfc3339.log 2> ${tmux.folder}/err | head -1; true`);
		await left(t, tmux, 0);
		t.true(existsSync(join(tmux.folder, 'err')));
		t.is(tmux.read('err'), '');
	}),
);
