import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import test from 'ava';
import type {Command} from 'commander';
import {commandTree, shells} from '../../src/cli/flags.ts';
import {HelpPage, nameless} from '../../src/cli/help-page.ts';
import {helpPages} from '../../src/cli/help-pages.ts';
import {commandNames} from '../../src/cli/shared-flags.ts';
import {completions} from '../../src/manual/completion.ts';
import {completionShells} from '../../src/manual/completion-scripts.ts';
import {program as bin, missing, startTmux} from '../ui/tmux.ts';

const program = commandTree();
const policies = ['founding', 'rfc8314', 'rfc9325'].map(word => ({word, about: `about: ${word}`}));
const words = (...typed: readonly string[]): string[] => completions(program, typed, {policies}).map(({word}) => word);

test('every flag that a command takes is completed, and no other', t => {
	const helper = new HelpPage();
	const walk = (command: Command, path: readonly string[]): void => {
		const flags = helper.visibleOptions(command).flatMap(({long, short}) => [long, short].filter(word => word != null));
		t.deepEqual(words(...path, '-').toSorted(), flags.toSorted() as string[], path.join(' '));
		for (const flag of flags) t.true(words(...path, flag ?? '').includes(flag ?? ''), flag);
		for (const each of command.commands) if (each.name() !== nameless) walk(each, [...path, each.name()]);
	};
	walk(program, []);
});

test('commands, and those in a folder of commands', t => {
	for (const name of commandNames.slice(1)) {
		const path = name.split(' ');
		t.true(words(...path).includes(path.at(-1) ?? ''), name);
	}
	t.deepEqual(words('rep'), ['report']);
	t.deepEqual(words('--quiet', 'rep'), ['report']);
	t.deepEqual(words('policy', 'sh'), ['show']);
	t.deepEqual(words('report', 'mail.log', 'rep'), [], 'a file');
});

test('values of flags and arguments', t => {
	t.deepEqual(words('report', '--by', 'd'), ['domain', 'day']);
	t.deepEqual(words('check', '--policy', 'rfc'), ['rfc8314', 'rfc9325']);
	t.deepEqual(words('--policy', 'rfc93'), ['rfc9325']);
	t.deepEqual(words('whatif', '--preset', 'f'), ['founding']);
	t.deepEqual(words('policy', 'show', 'rfc8'), ['rfc8314']);
	t.deepEqual(words('report', '--hop', 'relay-'), ['relay-in', 'relay-out']);
	t.deepEqual(words('report', '--db', ''), [], 'files');
	t.deepEqual(words('report', '--db', 'mail.db', '--by', 'we'), ['week']);
	t.deepEqual(words('whatif', '--ban', 'RC4', 'CBC', ''), [], 'more words of a flag that takes several');
	t.deepEqual(words('completion', ''), [...shells]);
	for (const page of Object.keys(helpPages)) t.is(words('help', page).filter(word => word === page).length, 1);
	t.true(words('help', '').includes('whatif'));
	t.deepEqual(words('report', '--', '--by'), [], 'behind -- there are no flags');
});

test('a value behind an equals sign, whole or as bash takes it apart', t => {
	t.deepEqual(words('check', '--policy=rfc9'), ['--policy=rfc9325']);
	t.deepEqual(words('check', '--policy', '=', 'rfc9'), ['rfc9325']);
	t.deepEqual(words('report', '--by', '='), ['domain', 'suite', 'hour', 'day', 'week', 'month']);
});

test('each shell is answered in its form', t => {
	const candidates = [
		{word: 'a:b', about: 'x: y'},
		{word: 'c', about: ''},
	];
	t.is(completionShells.bash.answer(candidates), 'a:b\nc\n');
	t.is(completionShells.zsh.answer(candidates), 'a\\:b:x: y\nc\n');
	t.is(completionShells.fish.answer(candidates), 'a:b\tx: y\nc\n');
});

/** A folder of PATH that has the program under its name, and files to be offered. */
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-completion-'));
test.before(() => {
	mkdirSync(join(folder, 'bin'));
	writeFileSync(join(folder, 'bin/tlsaudit'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`, {mode: 0o755});
	writeFileSync(join(folder, 'ownlog.txt'), '');
});
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const env = {...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`};
const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const inShell = (shell: string) => (has(shell) ? test.serial : test.serial.skip);

/** What is typed, and words that are then offered. */
const offered: ReadonlyArray<readonly [typed: readonly string[], words: readonly string[]]> = [
	[['rep'], ['report']],
	[['policy', 'sh'], ['show']],
	[['report', '--comp'], ['--compare']],
	[
		['report', '--by', 'd'],
		['domain', 'day'],
	],
	[['check', '--policy', 'rfc9'], ['rfc9325']],
	[['report', 'ownl'], ['ownlog.txt']],
];

inShell('bash')('bash completes a command, a flag, its choices, a policy and a file', t => {
	t.timeout(120_000);
	for (const [typed, expected] of offered) {
		const line = `eval "$(tlsaudit completion bash)"; COMP_WORDS=(tlsaudit "$@"); COMP_CWORD=$#; _tlsaudit
			if ((\${#COMPREPLY[@]})); then printf '%s\\n' "\${COMPREPLY[@]}"; else compgen -f -- "\${!#}"; fi
			complete -p tlsaudit >&2`;
		const {stdout, stderr} = spawnSync('bash', ['--norc', '-c', line, 'bash', ...typed], {
			cwd: folder,
			env,
			encoding: 'utf8',
		});
		t.deepEqual(stdout.trim().split('\n'), expected, typed.join(' '));
		t.is(stderr, 'complete -o bashdefault -o default -F _tlsaudit tlsaudit\n');
	}
});

inShell('fish')('fish completes the same, and says what a word is', t => {
	t.timeout(120_000);
	for (const [typed, expected] of offered) {
		const line = 'tlsaudit completion fish | source; complete -C "$argv"';
		const {stdout, stderr} = spawnSync('fish', ['--no-config', '-c', line, `tlsaudit ${typed.join(' ')}`], {
			cwd: folder,
			env: {...env, HOME: folder},
			encoding: 'utf8',
		});
		t.deepEqual(
			stdout
				.trim()
				.split('\n')
				.map(each => each.replace(/\t.*/, '')),
			[...expected].toSorted(),
			typed.join(' '),
		);
		t.is(stderr, '');
	}
});

const keyed = missing() === null;
for (const shell of ['zsh', 'bash'] as const)
	(keyed ? inShell(shell) : test.serial.skip)(`${shell} completes at Tab in a terminal`, async t => {
		t.timeout(180_000);
		const tmux = startTmux(100, 30);
		const begin = shell === 'zsh' ? 'zsh -f' : 'bash --norc --noprofile';
		try {
			await tmux.shows('READY:');
			tmux.type(`cd ${folder}; export PATH=${join(folder, 'bin')}:$PATH HOME=${folder}; PS1=BEGUN: ${begin}`);
			tmux.press('Enter');
			await tmux.until('the shell', screen => screen.trimEnd().endsWith('BEGUN:'));
			const script = `eval "$(tlsaudit completion ${shell})"`;
			tmux.type(`${shell === 'zsh' ? 'autoload -U compinit; compinit -u; ' : ''}${script}; clear; echo LOADED`);
			tmux.press('Enter');
			await tmux.until('the script', screen => /^LOADED\n.*BEGUN:$/m.test(screen.trimEnd()));
			for (const [typed, whole] of [
				['tlsaudit rep', 'tlsaudit report'],
				['tlsaudit report --comp', 'tlsaudit report --compare'],
				['tlsaudit report --by su', 'tlsaudit report --by suite'],
				['tlsaudit check --policy rfc9', 'tlsaudit check --policy rfc9325'],
				['tlsaudit check --policy=rfc9', 'tlsaudit check --policy=rfc9325'],
				['tlsaudit report ownl', 'tlsaudit report ownlog.txt'],
			] as const) {
				tmux.type(typed);
				tmux.press('Tab');
				await tmux.until(whole, screen => screen.trimEnd().endsWith(whole));
				tmux.press('C-u');
				await tmux.until('an empty line', screen => screen.trimEnd().endsWith('BEGUN:'));
			}
			tmux.type('tlsaudit report --by d');
			tmux.press('Tab', 'Tab');
			await tmux.shows(/\bday\b/, /\bdomain\b/);
			t.pass();
		} finally {
			tmux.end();
		}
	});
