import {appendFileSync, copyFileSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {cursorIsShown, isAlternate, left, run, takesMouse, within} from './in-terminal.ts';
import {missing, program} from './tmux.ts';

const absent = missing();
if (absent !== null) test(absent, t => t.log(absent));
// One after the other: a terminal with too little of the processor tests nothing but patience.
const inTmux = absent === null ? test.serial : test.serial.skip;
const tlsaudit = `node '${program}'`;

for (const [columns, rows] of [
	[80, 24],
	[160, 50],
] as const)
	inTmux(`at ${columns}×${rows} a log that is piped in is shown, keys come from the terminal`, t =>
		within(t, columns, rows, async tmux => {
			run(tmux, `cat samples/founding-case.log | ${tlsaudit}`);
			const overview = await tmux.shows(
				'15 sessions',
				'violate',
				/✘ submission +465 +3 .*TLS 1\.0/,
				/✔ submission +587 +1/,
				/· internal +143/,
				/✘ min-version 2/,
			);
			const lines = overview.split('\n');
			t.true(lines.length <= rows, 'one row less than the window');
			t.true(lines.every(line => line.length <= columns));
			tmux.press('2');
			await tmux.until('violations', text => /✘ violation +access-plaintext-login/.test(text));
			tmux.press('Enter');
			await tmux.shows('Violations › access-plaintext-login on access 143');
			await tmux.shows('192.0.2.18');
			tmux.press('Enter');
			await tmux.until('the session', text => /access +143.*plaintext/.test(text));
			tmux.press('Enter');
			await tmux.shows(
				'login in plaintext, required TLS',
				/User +carla@example\.org/,
				/▶ 55 Oct 12 08:20:30 mx1 dovecot: imap-login: Login: user=<carla/,
			);
			tmux.press('Enter');
			await tmux.shows('› raw lines');
			const crumbs = (text: string): string =>
				text
					.split('\n')[2]
					?.replace(/ ← by address →$/, '')
					.trimEnd() ?? '';
			for (const path of ['› 192.0.2.18 › line 55', 'on access 143 › 192.0.2.18', 'on access 143']) {
				tmux.press('Escape');
				await tmux.until(path, text => crumbs(text).endsWith(path));
			}
			tmux.press('Escape');
			await tmux.until('back at the top', text => text.includes('\n Violations') && !text.includes('›'));
			tmux.type('/user:dan');
			tmux.press('Enter');
			await tmux.until('the filter', text => text.includes('filter user:dan') && /min-version +access +993/.test(text));
			tmux.press('?');
			await tmux.shows('breaks the policy');
			tmux.press('Escape');
			await tmux.until('the view again', text => !text.includes('breaks the policy   '));
			tmux.press('q');
			await left(t, tmux, 0);
		}),
	);

inTmux('a window that becomes too small says so, and one that grows again is filled', t =>
	within(t, 160, 50, async tmux => {
		run(tmux, `${tlsaudit} samples/real/rfc3339.log`);
		await tmux.shows('277 sessions');
		tmux.resize(70, 11);
		await tmux.shows('This window is 70×11; tlsaudit needs 40×12.');
		tmux.resize(100, 30);
		const screen = await tmux.until('the overview', text => /✘ submission +465 +32/.test(text));
		t.is(screen.split('\n').filter(line => line.includes('tlsaudit  ')).length, 1, 'drawn once');
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

for (const [name, status] of [
	['INT', 130],
	['TERM', 143],
	['HUP', 129],
	['QUIT', 131],
] as const)
	inTmux(`SIG${name} gives the terminal back and ends with ${status}`, t =>
		within(t, 80, 24, async tmux => {
			run(
				tmux,
				`bash -c 'echo $$ > ${tmux.folder}/pid; exec node ${program}' < <(cat samples/founding-case.log; exec sleep 60)`,
			);
			await tmux.shows('tlsaudit  live');
			await tmux.until('the mouse', () => takesMouse(tmux));
			process.kill(Number(tmux.read('pid')), `SIG${name}`);
			await left(t, tmux, status);
			t.false(isAlternate(tmux));
			t.true(cursorIsShown(tmux));
		}),
	);

inTmux('the mouse chooses a tab and opens a row, m gives it to the terminal, and the shell has it after Ctrl-Z', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `${tlsaudit} samples/founding-case.log`);
		const overview = await tmux.until('the overview', text => /▶ ✘ submission +465/.test(text));
		const column = (overview.split('\n')[1] ?? '').indexOf('3 Peers') + 1;
		tmux.type(`\u001B[<0;${column};2M\u001B[<0;${column};2m`);
		await tmux.until('the peers', text => text.includes('\n Peers') && text.includes('192.0.2.18'));
		tmux.type('\u001B[<0;10;5M\u001B[<0;10;5m');
		await tmux.until('the sessions of the chosen peer', text => text.includes('\n Peers › '));
		tmux.type('\u001B[<64;10;5M\u001B[<9;9\u001B[<M');
		tmux.press('C-z');
		await tmux.until('the shell', text => text.includes('Stopped') && text.trimEnd().endsWith('READY:'));
		t.false(takesMouse(tmux));
		tmux.type('fg');
		tmux.press('Enter');
		await tmux.until('the sessions again', text => text.includes('\n Peers › '));
		t.true(takesMouse(tmux));
		tmux.press('m');
		await tmux.shows('it selects text');
		t.false(takesMouse(tmux));
		tmux.press('m');
		await tmux.until('the mouse', () => takesMouse(tmux));
		tmux.press('q');
		await tmux.until('the shell', text => text.trimEnd().endsWith('READY:') && !text.includes('1 Overview'));
		t.false(takesMouse(tmux));
	}),
);

inTmux('Ctrl-C ends with 130', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `${tlsaudit} samples/founding-case.log`);
		await tmux.shows('15 sessions');
		tmux.press('C-c');
		await left(t, tmux, 130);
	}),
);

inTmux('Ctrl-Z gives the terminal to the shell, fg comes back to the same view', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `${tlsaudit} samples/founding-case.log`);
		await tmux.shows('15 sessions');
		tmux.press('4');
		await tmux.shows('TLS_AES_256_GCM_SHA384');
		tmux.press('C-z');
		await tmux.until('the shell', text => text.includes('Stopped') && text.trimEnd().endsWith('READY:'));
		tmux.type('stty -a > /dev/null; fg');
		tmux.press('Enter');
		await tmux.until('the ciphers', text => text.includes('\n Ciphers') && text.includes('TLS_AES_256_GCM_SHA384'));
		tmux.press('1');
		await tmux.shows('Traffic');
		tmux.press('q');
		await tmux.until('the shell', text => text.trimEnd().endsWith('READY:') && !text.includes('1 Overview'));
		t.pass();
	}),
);

inTmux('a followed file is read on through rotation, and raw lines stay readable', t =>
	within(t, 100, 30, async tmux => {
		const log = join(tmux.folder, 'mail.log');
		copyFileSync('samples/founding-case.log', log);
		run(tmux, `${tlsaudit} --follow ${log} --remember all`);
		await tmux.until('the first file', text => text.includes('15 sessions') && text.includes('live'));
		renameSync(log, `${log}.1`);
		const login = (minute: number, user: string) =>
			`Oct 12 09:${minute}:00 mx1 dovecot: imap-login: Login: user=<${user}@example.org>, method=PLAIN, rip=192.0.2.99, rport=50${minute}, lip=192.0.2.2, lport=143, mpid=1, session=<x${minute}>\n`;
		writeFileSync(log, login(10, 'erna'));
		await tmux.shows('16 sessions');
		appendFileSync(log, login(11, 'emil'));
		await tmux.shows('17 sessions');
		tmux.press('7');
		await tmux.until('the newest first', text => /▶ ✘ 09:11:00/.test(text));
		tmux.press('Enter');
		await tmux.shows('user=<emil', /▶ 59 Oct 12 09:11:00/);
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('the clipboard is offered the chosen row, and a view is written to a file', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `cd ${tmux.folder} && ${tlsaudit} ${process.cwd()}/samples/founding-case.log`);
		await tmux.shows('15 sessions');
		tmux.press('5');
		await tmux.shows('not-tls');
		tmux.press('y');
		await tmux.shows('copied the row');
		tmux.press('x');
		await tmux.shows('c CSV, j JSON');
		tmux.press('j');
		const said = await tmux.shows('written to tlsaudit-failures-');
		const name = /written to (\S+)/.exec(said)?.[1] ?? '';
		t.like(JSON.parse(tmux.read(name)), {0: {reason: 'not-tls', hop: 'submission', port: 465, sessions: 1}});
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('the raw lines of a session are copied to the byte, and written to a file for their owner', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `cd ${tmux.folder} && ${tlsaudit} ${process.cwd()}/samples/founding-case.log`);
		await tmux.shows('15 sessions');
		tmux.type('7/user:scan');
		await tmux.until('rows of the filter', text => /▶ ✘ 08:02:40/.test(text));
		tmux.press('Enter');
		tmux.press('Enter');
		await tmux.shows('4 lines of this session; o shows others');
		tmux.type('y');
		await tmux.shows('copied 4 lines (OSC 52)');
		const lines = readFileSync('samples/founding-case.log', 'utf8').split('\n').slice(10, 16);
		const own = lines.filter(line => line.includes('[2101]'));
		t.is(tmux.clipboard(), own.join('\n'));
		tmux.type('xt');
		const said = await tmux.shows('written to tlsaudit-raw-lines-');
		const name = /written to (\S+)/.exec(said)?.[1] ?? '';
		t.is(tmux.read(name), `${own.join('\n')}\n`);
		t.is(statSync(join(tmux.folder, name)).mode & 0o777, 0o600);
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('policy and time are chosen inside, and dates are typed', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `${tlsaudit} samples/founding-case.log --year 2026`);
		await tmux.until(
			'the overview',
			text => text.includes('15 sessions') && text.includes('policy founding · all time'),
		);
		tmux.type('P');
		await tmux.shows('The policy that judges; now founding');
		tmux.type('j');
		tmux.press('Enter');
		await tmux.shows('policy rfc9325 · all time');
		tmux.type('t2026-10-12 08:00 to 2026-10-12 08:02');
		await tmux.shows('2026-10-12 08:00 to 08:02 UTC');
		tmux.press('Enter');
		const screen = await tmux.shows('policy rfc9325 · 2026-10-12 08:00 to 08:02', /submission +465/);
		t.notRegex(screen, /access +993/);
		tmux.type('tsoon');
		tmux.press('Enter');
		await tmux.shows('"soon": no time; write 2026-01-31');
		tmux.press('Escape');
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('without a terminal there is the report', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `${tlsaudit} samples/founding-case.log > ${tmux.folder}/out`);
		await left(t, tmux, 0);
		t.regex(tmux.read('out'), /submission +465/);
	}),
);

for (const [key, status] of [
	['q', 0],
	['C-c', 130],
] as const)
	inTmux(
		`${key} on tail -f … | tlsaudit is silent, status ${status}; a pasted escape sequence before it does nothing`,
		t =>
			within(t, 100, 30, async tmux => {
				run(tmux, `tail -n +1 -f samples/founding-case.log | ${tlsaudit}`);
				const before = await tmux.until(
					'the overview',
					text => text.includes('15 sessions') && text.includes('violate'),
				);
				tmux.type('\u001B[1;5G\u001B[99;5^\u001B[200~\u001B[201~');
				tmux.press('8');
				await tmux.until('the coverage', text => text.includes('\n Coverage'));
				tmux.press('1');
				await tmux.until('the overview again', text => text.split('\n')[2] === before.split('\n')[2]);
				tmux.press(key);
				await left(t, tmux, status);
				t.notRegex(tmux.capture(), /^tlsaudit:/m);
			}),
	);
