import {spawnSync} from 'node:child_process';
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join, resolve} from 'node:path';
import test from 'ava';
import {lexer, walkTokens} from 'marked';
import {readFlags, Stop} from '../src/cli/flags.ts';
import {readSettings} from '../src/cli/settings.ts';
import {commandNames} from '../src/cli/shared-flags.ts';
import {programIn} from './program.ts';

/** Every command line of the README and of the pages of help is read by the program's own parser; most are run, too. */
const documents = ['README.md', ...readdirSync('src/help').map(file => `src/help/${file}`)];

/** Lines of blocks of code that call tlsaudit, without what is said behind them; and, apart, what stands in backquotes. */
function commandsOf(document: string): {lines: string[]; mentions: string[]} {
	const [lines, mentions]: [string[], string[]] = [[], []];
	void walkTokens(lexer(readFileSync(document, 'utf8')), token => {
		if (token.type === 'code') lines.push(...token.text.split('\n'));
		if (token.type === 'codespan') mentions.push(token.text);
	});
	return {
		lines: lines.map(line => line.replace(/ {3,}.*$/, '')).filter(line => /^(?:[a-z]+ .*\| )?tlsaudit /.test(line)),
		// The mere name of a command may lack an argument.
		mentions: mentions.filter(
			word => word.startsWith('tlsaudit ') && !commandNames.some(name => word === `tlsaudit ${name}`),
		),
	};
}

/** Words that stand for others. */
const stands: ReadonlyArray<readonly [RegExp, string]> = [
	[/\bCOMMAND\b/, 'policies'],
	[/\bPAGE\b/, 'reading'],
	[/\bHOST:PORT\b/, 'mail.example.org:465'],
	[/\bDIR\b/, 'samples/founding-postfix'],
	[/\/etc\/postfix\b/, 'samples/founding-postfix'],
	[/\/var\/log\//, ''],
	[/^tail -[fF] /, 'cat '],
];
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-documented-'));
const key = join(folder, 'tlsaudit.key');
const meant = (line: string): string =>
	stands.reduce((all, [word, other]) => all.replace(word, other), line.replace('tlsaudit.key', key));

const program = programIn(folder);
test.before(() => {
	const log = 'samples/founding-case.log';
	symlinkSync(resolve('samples'), join(folder, 'samples'));
	for (const place of ['bin', 'mx1', 'mx2']) mkdirSync(join(folder, place));
	for (const file of ['mail.log', 'mx1/mail.log']) copyFileSync(log, join(folder, file));
	copyFileSync('samples/two-hosts.log', join(folder, 'mx2/mail.log'));
	writeFileSync(key, '0123456789abcdef'.repeat(4), {mode: 0o600});
	writeFileSync(
		join(folder, 'export.csv'),
		'12.10.2026;08:02:00;mx;postfix/smtps/smtpd;1;connect from a.example[192.0.2.1]\n',
	);
	// It says what the shell made of the words.
	const script = `#!/bin/sh\nfor word in "$@"; do printf '%s\\0' "$word"; done >'${folder}/words'\ncat >/dev/null\n`;
	writeFileSync(join(folder, 'bin/tlsaudit'), script, {mode: 0o755});
	for (const db of ['mail.db', 'last-month.db', 'fleet.db'])
		if (program(['import', '--db', db, 'mail.log']).status !== 0) throw new Error(`${db} was not made`);
});
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

/** The words that the program gets, by a real shell. */
function wordsOf(line: string): string[] {
	const env = {...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`};
	const {status, stderr} = spawnSync('sh', ['-c', meant(line)], {
		cwd: folder,
		env,
		input: '',
		encoding: 'utf8',
		timeout: 60_000,
	});
	if (status !== 0) throw new Error(`${line}: ${stderr}`);
	return readFileSync(join(folder, 'words'), 'utf8').split('\0').slice(0, -1);
}

for (const document of documents)
	test.serial(`the program knows every command and flag of ${document}`, async t => {
		const {lines, mentions} = commandsOf(document);
		for (const line of [...lines, ...mentions]) {
			try {
				const typed = readFlags(wordsOf(line), () => true);
				await t.notThrowsAsync(readSettings(typed, Date.now()), line);
			} catch (error) {
				if (!(error instanceof Stop)) throw error;
				t.deepEqual({line, status: error.exitStatus, sentence: error.sentence}, {line, status: 0, sentence: null});
			}
		}
		t.pass();
	});

/** These need a server, or never end; parts of pages may listen, or read what is not here: their flags are read above. */
const isRun = (line: string): boolean => !/tlsaudit (?:probe|--follow)/.test(line);
const pages = documents.filter(document => !/-[^/]*\.md$/.test(document));

/** What a run ends with that is not 0. Samples are older than yesterday. */
const statuses: ReadonlyArray<readonly [RegExp, number]> = [
	[/^tlsaudit check --db mail\.db --since yesterday$/, 2],
	// All of that log was read.
	[/^tlsaudit db accept /, 2],
	[/--baseline known\.json$/, 0],
	[/^tlsaudit check .*--format nagios/, 2],
	[/--write-baseline/, 0],
	[/^tlsaudit (?:check|postfix) /, 1],
];

for (const document of pages)
	test.serial(`the commands of ${document} run`, t => {
		t.timeout(180_000);
		for (const line of commandsOf(document).lines.filter(isRun)) {
			const input = line.includes('| tlsaudit') ? readFileSync('samples/founding-case.log') : '';
			const {status, out, err} = program(wordsOf(line), input);
			const expected = statuses.find(([form]) => form.test(line))?.[1] ?? 0;
			t.is(status, expected, `${line}\n${out.slice(-500)}${err}`);
		}
		t.pass();
	});

test('the README is short, and names every page', t => {
	const text = readFileSync('README.md', 'utf8');
	t.true(text.split('\n').length <= 151);
	for (const document of pages.slice(1)) t.true(text.includes(`](${document})`), document);
});

/** What documents show of the founding case, line by line, and the command that prints it. */
const shown: ReadonlyArray<readonly [document: string, first: RegExp, words: readonly string[]]> = [
	['README.md', /^Fail: /, ['report', 'samples/founding-case.log', '--timezone', 'UTC']],
	[
		'src/help/postfix.md',
		/^SERVICE /,
		['postfix', 'samples/founding-postfix', '--log', 'samples/founding-case.log', '--timezone', 'UTC'],
	],
];

for (const [document, first, words] of shown)
	test.serial(`what ${document} shows of the founding case is what the program prints`, t => {
		const lines: string[] = [];
		void walkTokens(lexer(readFileSync(document, 'utf8')), token => {
			if (token.type === 'code' && first.test(token.text)) lines.push(...token.text.split('\n'));
		});
		t.true(lines.length > 10);
		const printed = program(words).out.split('\n');
		t.deepEqual(
			lines.filter(line => !printed.includes(line)),
			[],
		);
	});
