import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import type {Option} from 'commander';
import {readConfig} from '../../src/cli/config-file.ts';
import {commandTree, readFlags, Stop, type Typed} from '../../src/cli/flags.ts';
import {type CommandName, commandNames, sharedFlags} from '../../src/cli/shared-flags.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-config-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

let written = 0;
async function typed(argv: readonly string[], yaml: string): Promise<Typed> {
	const file = join(folder, `${written++}.yaml`);
	writeFileSync(file, yaml);
	return readFlags(argv, () => true, await readConfig(file));
}

/** The sentences with which a file of flags is refused, without its name. */
async function refused(argv: readonly string[], yaml: string): Promise<string[]> {
	const error = await typed(argv, yaml).then(
		() => new Error('the file was taken'),
		(reason: unknown) => reason,
	);
	const all = error instanceof AggregateError ? error.errors : [error];
	return all.map(each => (each as Error).message.replace(/^.*?\.yaml:/, ''));
}

/** Something that each flag with a value takes and that is not its default. */
const values: Readonly<Record<string, string>> = {
	'--db': 'mail.db',
	'--since': '2026-01-02',
	'--until': 'yesterday',
	'--hop': 'submission,access',
	'--policy': 'rfc9325',
	'--year': '2025',
	'--timezone': 'Europe/Berlin',
	'--framing': "'{time} {host} {tag}[{pid}]: {message}'",
	'--ports': 'smtps=465,own=2525',
	'--key-file': 'key',
	'--password-file': 'password',
	'--to': 'lake',
	'--journal': 'postfix',
	'--metrics': '9464',
	'--remember': '7d',
	'--compare': '7 days',
	'--at': '2030-01-01',
	'--output': 'out.txt',
	'--max-violations': '3',
	'--max-undecided': '7%',
	'--baseline': 'known.json',
	'--write-baseline': 'new.json',
	'--min-version': 'TLSv1.3',
	'--ban': 'RC4',
	'--preset': 'rfc9325',
	'--table': 'tls_policy',
	'--postfix': '/etc/postfix',
	'--min-sessions': '9',
	'--min-days': '3',
	'--threads': '2',
	'--keep': '90d',
	'--log': 'mail.log',
	'--dovecot': '/etc/dovecot',
	'--postfix-version': '3.10',
	'--probe': 'mail.example.org',
	'--connections': '7',
	'--timeout': '3s',
	'--servername': 'mail.example.org',
	'--warn-days': '30',
	'--tlsa': `3 1 1 ${'0'.repeat(64)}`,
	'--within': '1m',
	'--dir': 'somewhere',
};

/** What a command wants besides flags. */
const subjects: Partial<Record<CommandName, string | readonly string[]>> = {
	sql: 'from sessions',
	import: 'mail.log',
	probe: 'mail.example.org:465',
	explain: 'mail.log:1',
	'db verify': 'mail.db',
	'db accept': ['mail.db', 'mail.log'],
	'policy show': 'rfc9325',
	'policy validate': 'policy.yaml',
	help: 'reading',
	completion: 'bash',
};

/** The flags of a command that a file may hold. */
function flagsOf(name: CommandName): Option[] {
	let command = commandTree();
	for (const word of name === 'show' ? ['(screen)'] : name.split(' '))
		command = command.commands.find(each => each.name() === word) ?? command;
	const shared = sharedFlags.filter(({takenBy}) => takenBy.includes(name)).map(({option}) => option);
	return [...command.options, ...shared].filter(
		({long, hidden}) => !hidden && long !== '--config' && long !== '--help' && long !== '--version',
	);
}

test('every flag of every command means in a file what it means when it is typed', async t => {
	for (const name of commandNames) {
		const subject = subjects[name];
		const words = [...(name === 'show' ? [] : name.split(' ')), ...(subject === undefined ? [] : [subject].flat())];
		for (const option of flagsOf(name)) {
			const long = option.long ?? '';
			const value = option.argChoices?.at(-1) ?? (option.required || option.optional ? values[long] : 'true');
			if (value === undefined) throw new Error(`${long} has no value in this test`);
			const plain = value.replace(/^'(.*)'$/, '$1');
			const flag = value === 'true' ? [long] : [`${long}=${plain}`];
			// Where no server is named, it is refused when it is typed, and waits in a file.
			const server = long === '--password-file' ? ['--db', 'clickhouse://u@h/x'] : [];
			t.deepEqual(
				await typed([...words, ...server], `${long.slice(2)}: ${value}\n`),
				readFlags([...words, ...server, ...flag], () => true),
				`${name} ${long}`,
			);
		}
	}
});

test('what is typed wins, before and behind the command', async t => {
	const yaml = 'year: 2025\nformat: csv\nquiet: true\n';
	t.like((await typed(['report', 'a.log', '--year', '2024', '--format', 'json'], yaml)).options, {
		year: 2024,
		format: 'json',
		quiet: true,
	});
	t.is((await typed(['--year', '2024', 'report', 'a.log'], yaml)).options.year, 2024);
	// A flag that was typed with its default was typed.
	t.is((await typed(['check', '--policy', 'founding'], 'policy: rfc9325')).options.policy, 'founding');
});

test('a list is a flag with several values; switches are true or false', async t => {
	t.deepEqual((await typed(['report'], 'hop: [submission, relay-in]')).options.hop, ['submission', 'relay-in']);
	t.deepEqual((await typed(['whatif'], 'ban:\n  - RC4\n  - 3DES,CBC\n')).options.ban, ['RC4', '3DES', 'CBC']);
	t.deepEqual((await typed(['postfix'], 'log: [a.log, b.log]')).files, ['a.log', 'b.log']);
	for (const [yaml, color] of [
		['color: false', false],
		['no-color: true', false],
		['color: true', true],
		['no-color: false', true],
		['quiet: false', true],
	] as const)
		t.is((await typed(['report'], yaml)).options.color, color, yaml);
	t.like((await typed(['probe', 'a.example:25'], 'strict: false')).options, {strict: false});
	t.like((await typed(['probe', 'a.example:25'], 'tlsa: true')).options, {tlsa: true});
});

test('numbers are taken as they are written', async t => {
	t.is((await typed(['postfix'], 'postfix-version: 3.10')).options.postfixVersion, '3.10');
	t.is((await typed(['report'], 'at: 2030-01-01')).options.at, '2030-01-01');
});

test('flags of other commands wait for these', async t => {
	const yaml = 'keep: 90d\nmin-version: TLSv1.3\nanonymize: mask\n';
	const {options} = await typed(['sql', 'from sessions'], yaml);
	t.like(options, {keep: undefined, minVersion: undefined, anonymize: undefined});
	t.is((await typed(['import', 'a.log'], yaml)).options.keep, 90 * 86_400_000);
});

test('a policy of the file is the one that whatif tries', async t => {
	t.is((await typed(['whatif', 'a.log'], 'policy: rfc9325')).options.preset, 'rfc9325');
	t.is((await typed(['whatif', 'a.log', '--policy', 'rfc8314'], 'policy: rfc9325')).options.preset, 'rfc8314');
});

test('what is wrong is said with its line, and the nearest name', async t => {
	t.deepEqual(await refused(['report'], 'year: 2025\npolcy: rfc9325\n--quiet: true\nzebra: 1\n'), [
		'2: polcy: no flag has this name; did you mean "policy"?',
		'3: --quiet: no flag has this name; did you mean "quiet"?',
		'4: zebra: no flag has this name; tlsaudit help COMMAND lists the flags of a command',
	]);
	t.deepEqual(await refused(['report'], 'year: soon\nformat: nagios\nquiet: 1\ntimezone: {a: 1}\n'), [
		'1: year: expected a year of four digits, such as 2026',
		'2: format: Allowed choices are text, json, csv, markdown, html, cyclonedx, tlsrpt.',
		'3: quiet: expected true or false',
		'4: timezone: expected what --timezone <zone> takes',
	]);
	t.deepEqual(await refused(['report'], 'year:\n'), ['1: year: expected what --year <year> takes']);
	for (const name of ['config', 'help', 'version', 'step-bytes'])
		t.regex((await refused(['import', 'a.log'], `${name}: x\n`))[0] ?? '', /no flag has this name/);
});

test('the journal of a file stands in for the files of an import', async t => {
	const argv = ['import', '--config', 'flags.yaml'];
	// The file is read when the flags are known that name it.
	t.notThrows(() => readFlags(argv, () => true));
	t.is((await typed(argv, 'journal: true')).options.journal, true);
	const stop = await t.throwsAsync(typed(argv, 'year: 2025'), {instanceOf: Stop});
	t.regex(stop?.sentence ?? '', /^import: missing <files>/);
});

test('a file that is no list of flags is one sentence', async t => {
	t.regex((await refused(['report'], '- policy\n'))[0] ?? '', /^ is no file of flags; write one per line/);
	t.regex((await refused(['report'], 'policy: [a\n'))[0] ?? '', /^\d: /);
	t.regex((await refused(['report'], 'year: 2025\nyear: 2026\n'))[0] ?? '', /^2: .*unique/);
	t.deepEqual(await refused(['report'], 'year: 2025\n---\nquiet: true\n'), [
		'2: a second document begins here; leave one in the file',
	]);
	t.is(
		(await refused(['report'], `year: ${'['.repeat(20_000)}`))[0],
		'1: is nested too deeply; a flag has one value, or a list of them',
	);
	await t.throwsAsync(readConfig(join(folder, 'none.yaml')), {message: /none\.yaml: no such file of flags; check/});
	t.deepEqual((await readConfig('/dev/null')).entries, []);
});
