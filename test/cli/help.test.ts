import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {readFlags, Stop} from '../../src/cli/flags.ts';
import {helpPages, isHelpPage} from '../../src/cli/help-pages.ts';
import {helpTexts} from '../../src/cli/help-texts.ts';
import {commandNames, sharedFlags} from '../../src/cli/shared-flags.ts';
import {createMaker} from '../probe/fixture/certificates.ts';
import {implicit} from '../probe/fixture/servers.ts';
import {plainEnvironment} from '../program.ts';

/** What a command line writes to standard output before it stops, on a terminal of so many columns or to a pipe. */
function page(argv: readonly string[], columns?: number): {text: string; status: number | null} {
	const {stdout} = process;
	const before = {write: stdout.write, isTTY: stdout.isTTY, columns: stdout.columns};
	let text = '';
	const write = (chunk: string): boolean => {
		text += chunk;
		return true;
	};
	Object.assign(stdout, {write, isTTY: columns !== undefined, columns});
	try {
		readFlags(argv, () => false);
		return {text, status: null};
	} catch (error) {
		if (error instanceof Stop) return {text, status: error.exitStatus};
		throw error;
	} finally {
		Object.assign(stdout, before);
	}
}

/** The words behind `tlsaudit` of every page: the program, the commands, and the folders of commands. */
const pages = [[], ...commandNames.slice(1).map(name => name.split(' ')), ['db'], ['policy']];

/** Flags that a page lists, the short ones too. */
const listed = (text: string): string[] =>
	[...text.matchAll(/^ {2}((?:-\w, )?--[\w-]+)/gm)].flatMap(([, words = '']) => words.split(', '));

test.serial('help is asked for by a letter, a word or a command', t => {
	for (const words of pages) {
		const {text, status} = page([...words, '--help']);
		t.is(status, 0);
		t.regex(text, new RegExp(`^Usage: ${['tlsaudit', ...words].join(' ')} `));
		t.deepEqual(page([...words, '-h']), {text, status: 0});
		// A page of help of that name follows.
		const follows = isHelpPage(words.join(' '));
		t.deepEqual(page(['help', ...words]), follows ? {text: `${text}\n`, status: null} : {text, status: 0});
	}
	t.is(page(['policy', 'help', 'show']).text, page(['policy', 'show', '-h']).text);
});

test.serial('the help of the program names every command, and the flags of the command without a name', t => {
	const {text} = page(['-h']);
	for (const name of commandNames.slice(1)) t.true(text.includes(name.replace(/ .*/, '')), name);
	for (const flag of ['-h', '-V', '--version', '--follow', '--remember', '--db']) t.true(listed(text).includes(flag));
	t.notRegex(text, /screen\)/);
	t.true(listed(page(['import', '-h']).text).includes('--keep'));
});

test.serial('help names the pages, and the nearest of a mistyped one', t => {
	const {text} = page(['help']);
	t.is(text, page(['-h']).text);
	for (const name of Object.keys(helpPages)) {
		t.regex(text, new RegExp(`^  ${name} +\\w`, 'm'));
		t.like(readFlags(['help', name]), {command: 'help', subject: name});
	}
	const sentence = (words: readonly string[]): string | null | undefined =>
		t.throws(() => readFlags(['help', ...words]), {instanceOf: Stop})?.sentence;
	t.is(sentence(['polices']), `unknown command or page 'polices'; did you mean "policies"?`);
	t.is(sentence(['reprot']), `unknown command or page 'reprot'; did you mean "report"?`);
	t.is(sentence(['everything']), `unknown command or page 'everything'; tlsaudit help lists them`);
	t.is(sentence(['reading', 'lines']), `unknown command or page 'lines'; tlsaudit help lists them`);
	t.is(sentence(['policy', 'lst']), `policy: unknown command 'lst'; did you mean "list"?`);
});

test.serial('a command lists the flags that it takes, its own first, and takes those that it lists', t => {
	for (const name of commandNames) {
		const words = name === 'show' ? [] : name.split(' ');
		const flags = listed(page([...words, '-h']).text);
		const shared = sharedFlags.filter(({takenBy}) => takenBy.includes(name)).map(({option}) => option.long ?? '');
		t.deepEqual(
			flags.filter(flag => sharedFlags.some(({option}) => option.long === flag)),
			shared,
			name,
		);
		const firstShared = flags.findIndex(flag => shared.includes(flag));
		t.true(
			flags.slice(firstShared).every(flag => shared.includes(flag) || /^(?:-h|--help|-V|--version)$/.test(flag)),
			name,
		);
	}
});

test.serial('--db is what it is to the command: an import fills a database, and an export sends one', t => {
	const said = (...words: string[]): string => page([...words, '-h'], 200).text.replaceAll(/\s+/g, ' ');
	t.regex(
		said('report'),
		/--db <file> DuckDB file of sessions, to which logs that are named are added; or a lake or server /,
	);
	t.regex(
		said('import'),
		/--db <file> DuckDB file of sessions, to which the logs are added; made where there is none /,
	);
	t.regex(said('export'), /--db <file> DuckDB file of sessions, of which those that are over are sent /);
});

test.serial('a page takes the width of the terminal, and 80 columns in a pipe', t => {
	for (const words of pages) {
		const piped = page([...words, '-h']).text;
		t.is(page([...words, '-h'], 80).text, piped);
		for (const columns of [40, 60, 80, 100, 200]) {
			const [body = '', examples = ''] = page([...words, '-h'], columns).text.split('Examples, in the folder');
			const flags = body.split('\n').filter(line => !/^Usage|^ {7}tlsaudit|^ {2}-+\S+( <.*>)?$/.test(line));
			for (const line of flags) t.true(line.length <= columns, `${columns}: ${line}`);
			// They are there to be copied.
			if (columns >= 80) for (const line of examples.split('\n')) t.true(line.length <= columns, line);
		}
		t.true(page([...words, '-h'], 200).text.split('\n').length <= piped.split('\n').length);
	}
});

test.serial('every page has an example or more', t => {
	for (const name of commandNames) {
		const {examples} = helpTexts[name];
		t.true(examples.length >= 1 && examples.length <= 3, name);
		const {text} = page([...(name === 'show' ? [] : name.split(' ')), '-h']);
		for (const {what, line} of examples) t.true(text.includes(`  ${what}\n    ${line}\n`), line);
	}
	for (const folder of ['db', 'policy']) t.regex(page([folder, '-h']).text, /Examples, .*\n.*\n {4}tlsaudit /);
});

const maker = createMaker();
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-help-'));
const program = join(folder, 'program');
test.before(() => {
	const bin = fileURLToPath(new URL('../../bin/tlsaudit.js', import.meta.url));
	symlinkSync(fileURLToPath(new URL('../../samples', import.meta.url)), join(folder, 'samples'));
	mkdirSync(program);
	writeFileSync(join(program, 'tlsaudit'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`, {mode: 0o755});
});
test.after.always(() => {
	maker.remove();
	rmSync(folder, {recursive: true, force: true});
});

/** Runs a line as a shell does. */
async function typed(line: string): Promise<{status: number; out: string; err: string}> {
	const env = {...plainEnvironment, PATH: `${program}${delimiter}${process.env.PATH}`};
	const child = spawn('sh', ['-c', line], {cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe']});
	let [out, err] = ['', ''];
	child.stdout.on('data', chunk => {
		out += chunk;
	});
	child.stderr.on('data', chunk => {
		err += chunk;
	});
	const [status] = await once(child, 'close');
	return {status, out, err};
}

/** Examples that find something to complain of. */
const violated = [
	'tlsaudit check samples/founding-case.log',
	'tlsaudit postfix samples/founding-postfix --log samples/founding-case.log',
	'tlsaudit postfix samples/founding-postfix --format sh',
];

/** The database of an example is made by another one. */
const inOrder = [...commandNames].sort((a, b) => Number(b === 'import') - Number(a === 'import'));

for (const name of inOrder)
	for (const {line} of helpTexts[name].examples)
		test.serial(`it runs: ${line}`, async t => {
			const peer = name === 'probe' ? await implicit(maker.issue('mail.example.org', {})) : null;
			try {
				// What is accepted is an archive that broke off.
				if (name === 'db accept') {
					const packed = gzipSync(readFileSync(join(folder, 'samples/postfix-3.7.log')));
					writeFileSync(join(folder, 'mail.log.3.gz'), packed.subarray(0, packed.length - 200));
					t.is((await typed('tlsaudit import --db mail.db mail.log.3.gz')).status, 2);
				}
				const run = peer === null ? line : line.replace(/mail\.example\.org:\d+/, `127.0.0.1:${peer.port}`);
				const {status, out, err} = await typed(run);
				t.is(status, violated.includes(line) ? 1 : 0, `${out}${err}`);
				t.is(['import', 'export', 'db accept'].includes(name) ? '' : err, '');
				t.true(out !== '' || / -o |>|import|export|accept/.test(line), 'there is something to see');
			} finally {
				await peer?.close();
			}
		});
