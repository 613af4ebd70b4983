import test from 'ava';
import {readMoment} from '../../src/cli/date-flag.ts';
import {complaint, errorLine, exitStatus, failedStatus, isBrokenPipe} from '../../src/cli/exit.ts';
import {readRetention} from '../../src/cli/flag-values.ts';
import {readFlags, Stop} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';

test('a time, a number of sessions, both, or all', t => {
	t.deepEqual(readRetention('24h'), {ms: 86_400_000, sessions: null});
	t.deepEqual(readRetention('7d'), {ms: 604_800_000, sessions: null});
	t.deepEqual(readRetention('500000'), {ms: null, sessions: 500_000});
	t.deepEqual(readRetention('24h, 1000000'), {ms: 86_400_000, sessions: 1_000_000});
	t.deepEqual(readRetention('all'), {ms: null, sessions: null});
});

test('anything else is said in one sentence', t => {
	for (const text of ['', '0', 'h', '-3h', '24 hours', 'everything'])
		t.throws(() => readRetention(text), {message: /^write a time such as 24h/}, text);
});

test('a signal comes before incomplete input, which comes before violations', t => {
	t.is(exitStatus({}), 0);
	t.is(exitStatus({violations: true}), 1);
	t.is(exitStatus({violations: true, incomplete: true}), 2);
	t.is(exitStatus({violations: true, incomplete: true, signal: 2}), 130);
	t.is(exitStatus({signal: 15}), 143);
});

test('an error is its sentence; the stack and the cause come only when asked for', t => {
	const error = new Error('x.db: locked', {cause: new Error('IO Error')});
	t.is(complaint(error, false), 'x.db: locked');
	t.regex(complaint(error, true), /x\.db: locked\n {4}at .*caused by: Error: IO Error/s);
	t.is(complaint('text', true), 'text');
});

test('a broken pipe is known by its code', t => {
	t.true(isBrokenPipe(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'})));
	t.false(isBrokenPipe(new Error('EPIPE')));
	t.false(isBrokenPipe(null));
});

test('for Nagios a run that could not be made is unknown, and its own statuses hold', t => {
	t.is(failedStatus(['check', '--format', 'nagios']), 3);
	t.is(failedStatus(['--format=nagios', 'check', 'x.log']), 3);
	t.is(failedStatus(['probe', 'mail.example.org:25', '--format=nagios']), 3);
	t.is(failedStatus(['check', '--format', 'json']), 2);
	t.is(failedStatus(['report', 'nagios', '--format']), 2);
	t.is(exitStatus({own: 2}), 2);
	t.is(exitStatus({own: 0, violations: true, incomplete: true}), 0);
	t.is(exitStatus({own: 1, signal: 15}), 143);
});

const now = Date.parse('2026-03-29T12:00:00Z');
const read = (text: string, zone = 'Europe/Berlin'): string =>
	new Date(readMoment(text, '--since', zone, now)).toISOString();

test('ISO times with an offset are absolute, without one they are wall time of the zone', t => {
	t.is(read('2026-01-31T08:00:00Z'), '2026-01-31T08:00:00.000Z');
	t.is(read('2026-01-31T08:00:00+02:00'), '2026-01-31T06:00:00.000Z');
	t.is(read('2026-01-31T08:00'), '2026-01-31T07:00:00.000Z');
	t.is(read('2026-01-31 08:00:30'), '2026-01-31T07:00:30.000Z');
	t.is(read('2026-07-01'), '2026-06-30T22:00:00.000Z');
	t.is(read('2026-07-01', 'UTC'), '2026-07-01T00:00:00.000Z');
});

test('words: now, today and yesterday, across the change of the clock', t => {
	t.is(read('now'), '2026-03-29T12:00:00.000Z');
	// The 29th began in winter time.
	t.is(read('today'), '2026-03-28T23:00:00.000Z');
	t.is(read('Yesterday'), '2026-03-27T23:00:00.000Z');
	t.is(read('yesterday', 'UTC'), '2026-03-28T00:00:00.000Z');
});

test('spans back from now; a day is a day of the calendar, an hour an hour', t => {
	t.is(read('2 hours ago'), '2026-03-29T10:00:00.000Z');
	t.is(read('1 hour ago'), '2026-03-29T11:00:00.000Z');
	t.is(read('30 min ago'), '2026-03-29T11:30:00.000Z');
	t.is(read('90s'), '2026-03-29T11:58:30.000Z');
	t.is(read('1 day ago'), '2026-03-28T13:00:00.000Z');
	t.is(read('24h'), '2026-03-28T12:00:00.000Z');
	t.is(read('1 month ago', 'UTC'), '2026-02-28T12:00:00.000Z');
	t.is(read('2w', 'UTC'), '2026-03-15T12:00:00.000Z');
});

test('anything else is refused with examples', t => {
	for (const text of ['', 'soon', '5 parsecs ago', '2026-02-30', '31.01.2026', 'ago'])
		t.throws(() => read(text), {message: /^--since ".*": no time; write 2026-01-31, /});
});

/** The line on standard error, and the status, of a command line that cannot be run. */
function refused(...argv: string[]): {text: string; status: number} {
	try {
		readFlags(argv, path => path.endsWith('.log') || path === 'maillog');
		return {text: '', status: 0};
	} catch (error) {
		if (error instanceof Stop) return {text: errorLine(error.sentence ?? ''), status: error.exitStatus};
		throw error;
	}
}

test.serial('without a command the words are files', t => {
	t.like(readFlags(['a.log', '-', '--format', 'json']), {
		command: 'show',
		files: ['a.log', '-'],
		options: {format: 'json', policy: 'founding', color: true},
	});
	t.like(readFlags([]), {command: 'show', files: []});
});

test.serial('common flags may be before or behind the command', t => {
	for (const argv of [
		['--db', 'x.db', 'check', 'a.log'],
		['check', '--db', 'x.db', 'a.log'],
		['check', 'a.log', '--db', 'x.db'],
	])
		t.like(readFlags(argv), {command: 'check', files: ['a.log'], options: {db: 'x.db'}});
});

test.serial('SQL and its files', t => {
	t.like(readFlags(['sql', 'select 1', 'a.log', '--format', 'csv']), {
		command: 'sql',
		subject: 'select 1',
		files: ['a.log'],
		options: {format: 'csv'},
	});
});

test.serial('policy has commands of its own', t => {
	t.like(readFlags(['policy', 'show', 'rfc9325']), {command: 'policy show', subject: 'rfc9325', files: []});
	t.like(readFlags(['policy', 'list']), {command: 'policy list'});
	t.like(readFlags(['policy', 'validate', 'p.yaml']), {command: 'policy validate', subject: 'p.yaml'});
});

test.serial('values are read: hops may be given with commas and again, ports as a map', t => {
	const {options} = readFlags(['--hop', 'access,submission', '--hop', 'relay-in', '--ports', 'smtps=465, mine=2525']);
	t.deepEqual(options.hop, ['access', 'submission', 'relay-in']);
	t.deepEqual(
		options.ports,
		new Map([
			['smtps', 465],
			['mine', 2525],
		]),
	);
	t.is(readFlags(['--year', '2026']).options.year, 2026);
	t.is(readFlags(['--timezone', 'Europe/Berlin']).options.timezone, 'Europe/Berlin');
	t.false(readFlags(['--no-color']).options.color);
});

test.serial('a wrong word is one line with the nearest right one, and status 2', t => {
	t.deepEqual(refused('--frmat', 'json'), {
		text: 'tlsaudit: unknown option \'--frmat\'; did you mean "--format"?\n',
		status: 2,
	});
	t.regex(refused('--hop', 'acces').text, /^tlsaudit: .*did you mean "access"\?\n$/);
	t.regex(refused('--timezone', 'Europe/Berln').text, /did you mean "Europe\/Berlin"\?\n$/);
	t.regex(refused('--year', '26').text, /four digits/);
	t.regex(refused('--ports', 'smtps').text, /service=port/);
	t.regex(refused('--ports', 'smtps=70000').text, /service=port/);
	t.regex(refused('report', '--format', 'xml').text, /Allowed choices are text, json/);
	t.regex(
		refused('completion', 'tcsh').text,
		/^tlsaudit: shell 'tcsh' is invalid\. Allowed choices are bash, zsh, fish\.$/m,
	);
	t.regex(refused('policy', 'lst').text, /^tlsaudit: policy: unknown command 'lst'; did you mean "list"\?\n$/);
	t.is(refused('sql').status, 2);
});

test('flags of probe: strictness is unsaid, on or off; days; TLSA records given or to be resolved', t => {
	const of = (...words: string[]) => readFlags(['probe', 'mail.example.org:465', ...words]).options;
	t.like(of(), {warnDays: 14});
	t.is(of().strict, undefined);
	t.is(of().tlsa, undefined);
	t.is(of('--strict').strict, true);
	t.is(of('--no-strict').strict, false);
	t.is(of('--warn-days', '30').warnDays, 30);
	t.is(of('--tlsa').tlsa, true);
	t.deepEqual(of('--tlsa', '3 1 1 ab', '--tlsa', '2 1 1 cd').tlsa, ['3 1 1 ab', '2 1 1 cd']);
	t.is(of('--format', 'nagios').format, 'nagios');
	// The target that the flag would swallow, and a number of days that is none.
	t.throws(() => readFlags(['probe', '--tlsa', 'mail.example.org:25']));
	t.throws(() => of('--warn-days', '-1'));
});

test.serial('a flag that a command does not take is refused, and who takes it is named', t => {
	const sentence = (...argv: string[]) => {
		const {text, status} = refused(...argv);
		t.is(status, 2, text);
		return text;
	};
	t.is(
		sentence('probe', 'mail.example.org:465', '--min-version', 'TLSv1.2'),
		'tlsaudit: --min-version: probe does not take it; whatif does\n',
	);
	t.is(
		sentence('--timeout', '3s', 'x.log'),
		'tlsaudit: --timeout: tlsaudit without a command does not take it; postfix and probe do\n',
	);
	t.is(
		sentence('report', 'x.log', '--remember=7d'),
		'tlsaudit: --remember: report does not take it; tlsaudit without a command does\n',
	);
	t.is(sentence('report', '-o', 'x'), 'tlsaudit: -o: report does not take it; sessions and harden do\n');
	// Shared ones before and behind the command.
	for (const argv of [
		['--since', 'now', 'sql', 'select 1'],
		['sql', 'select 1', '--since', 'now'],
	])
		t.is(
			sentence(...argv),
			'tlsaudit: --since: sql does not take it; tlsaudit without a command, report, sessions, check, whatif, harden and postfix do\n',
		);
	t.regex(sentence('policy', 'list', '--db', 'x.db'), /^tlsaudit: --db: policy list does not take it; /);
	t.regex(sentence('policy', 'validate', 'x.yaml', '--format', 'json'), /^tlsaudit: --format: policy validate /);
	t.regex(sentence('import', '--db', 'x.db', '--policy', 'rfc9325', 'x.log'), /^tlsaudit: --policy: import does not/);
	// A flag for tests only is nobody's.
	t.is(sentence('report', '--step-bytes', '3'), "tlsaudit: unknown option '--step-bytes'\n");
	// What is near is looked for among the flags that the command takes.
	t.is(sentence('probe', '--warndays', '3'), 'tlsaudit: unknown option \'--warndays\'; did you mean "--warn-days"?\n');
	// Of other commands where none of its own is.
	t.is(
		sentence('report', '--warndays', '3'),
		"tlsaudit: unknown option '--warndays'; --warn-days, which is near, is a flag of probe\n",
	);
	t.is(
		sentence('check', '--comapre', 'x'),
		"tlsaudit: unknown option '--comapre'; --compare, which is near, is a flag of report\n",
	);
	t.is(sentence('report', '--nothing-like-it'), "tlsaudit: unknown option '--nothing-like-it'\n");
	// A flag that is there, with a value that it has none for.
	t.is(sentence('report', '--help=foo'), 'tlsaudit: --help takes no value; write --help alone\n');
	t.is(sentence('check', '--quiet=1', 'x.log'), 'tlsaudit: --quiet takes no value; write --quiet alone\n');
	t.is(sentence('--version=3'), 'tlsaudit: --version takes no value; write --version alone\n');
});

test.serial('a missing argument is said with what it is, and a line that has one', t => {
	t.is(
		refused('sql').text,
		"tlsaudit: sql: missing <query> (SQL for DuckDB); for example: tlsaudit sql 'select hop, count(*) from sessions group by 1' --db mail.db\n",
	);
	for (const words of [
		['import'],
		['explain'],
		['probe'],
		['policy', 'show'],
		['policy', 'validate'],
		['db', 'verify'],
	]) {
		const {text, status} = refused(...words);
		t.is(status, 2);
		t.regex(
			text,
			new RegExp(`^tlsaudit: ${words.join(' ')}: missing <.+> \\(.+\\); for example: tlsaudit ${words.join(' ')} \\S+`),
		);
	}
});

test.serial('--keep deletes from a database; a screen remembers', async t => {
	t.is(readFlags(['import', '--db', 'x.db', '--keep', '90d', 'x.log']).options.keep, 7_776_000_000);
	t.is(readFlags(['import', '--db', 'x.db', '--keep', '2w', 'x.log']).options.keep, 1_209_600_000);
	for (const span of ['3m', '0d', '0w', '36h', '90', '3mo', '-1d', '60s'])
		t.regex(
			refused('import', '--db', 'x.db', `--keep=${span}`, 'x.log').text,
			/is invalid\. expected at least one day, as a number and d \(days\) or w \(weeks\), such as 90d/,
			span,
		);
	t.deepEqual(readFlags(['--remember', '7d,500', '-']).options.remember, {ms: 604_800_000, sessions: 500});
	t.is(
		refused('--keep', '24h', '-').text,
		'tlsaudit: --keep: it is a flag of import, which deletes what is older; how much a screen keeps is --remember 24h,1000000\n',
	);
	t.regex(refused('--remember', 'much', '-').text, /argument 'much' is invalid\. write a time such as 24h/);
	const both = readFlags(['--db', 'x.db', '--remember', '24h', '-']);
	await t.throwsAsync(readSettings(both, now), {message: /^--remember is for memory, and a database keeps all; /});
	t.deepEqual((await readSettings(readFlags(['-']), now)).remember, {ms: 86_400_000, sessions: 1_000_000});
});

test.serial('a mistyped command stops, whatever stands beside it; a file of that name is a file', t => {
	const sentence = (...argv: string[]) => {
		const {text, status} = refused(...argv);
		t.is(status, argv.includes('maillog') ? 0 : 2, text);
		return text;
	};
	const report = 'tlsaudit: reprot: no such file or command; did you mean "report"?\n';
	t.is(sentence('reprot'), report);
	t.is(sentence('reprot', 'x.log'), report);
	t.is(
		sentence('reprot', 'x.log', '--format', 'markdown'),
		report,
		'the flags are those of the command that was meant',
	);
	const served =
		'tlsaudit: --password-file is for a server; leave it out, or name the server: clickhouse://USER@HOST/DATABASE\n';
	t.is(sentence('report', 'x.log', '--password-file', 'secret'), served);
	t.is(sentence('export', '--db', 'x.db', '--to', 'lake', '--password-file', 'secret'), served);
	t.is(sentence('--db', 'x.db', 'reprot', 'x.log', '--min-version', 'TLSv1.2'), report);
	t.regex(sentence('verify', 'x.db'), /did you mean "db verify"\?/);
	t.regex(sentence('show', 'rfc9325'), /did you mean "policy show"\?/);
	t.regex(sentence('statistics', 'x.log'), /^tlsaudit: statistics: no such file or command; tlsaudit --help lists/);
	t.is(sentence('x.log', 'report'), 'tlsaudit: report: no such file; a command comes first: tlsaudit report x.log\n');
	t.is(sentence('help', 'reprot'), 'tlsaudit: unknown command or page \'reprot\'; did you mean "report"?\n');
	t.is(sentence('help', 'db', 'verfy'), 'tlsaudit: db: unknown command \'verfy\'; did you mean "verify"?\n');
	t.is(sentence('maillog', 'x.log'), '');
	// Whatever looks like a file is said to be missing with the others, which are read.
	t.like(
		readFlags(['reprot.txt', './reprot'], () => false),
		{command: 'show', files: ['reprot.txt', './reprot']},
	);
});

test('a password in a name is refused, wherever it stands, and is not repeated', async t => {
	for (const words of [
		['report', '--db', 'clickhouse://u:geheim@h/d'],
		['report', '--db', 's3://u:geheim@h/d'],
		['report', '--compare', 'clickhouse://u:geheim@h/d', 'x.log'],
		['export', '--db', 'x.db', '--to', 'clickhouse:/u:geheim@h/d'],
		['db', 'verify', 'clickhouse://u:geheim@h/d'],
		['report', 'clickhouse://u:geheim@h/d'],
	]) {
		const error = await t.throwsAsync(readSettings(readFlags(words), 0), undefined, words.join(' '));
		t.regex(error?.message ?? '', /seen by everyone who lists processes/, words.join(' '));
		t.notRegex(error?.message ?? '', /geheim/);
	}
	for (const name of ['/srv/a:b@c.db', './a:b@c.db', 'C:/a/b@c.db'])
		await t.notThrowsAsync(readSettings(readFlags(['report', '--db', name]), 0), name);
});
