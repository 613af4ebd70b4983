import test from 'ava';
import {readFlags, Stop} from '../../src/cli/flags.ts';

/** What is written to standard error, and the status, of a command line that cannot be run. */
function refused(...argv: string[]): {text: string; status: number} {
	const {write} = process.stderr;
	let text = '';
	process.stderr.write = ((chunk: string) => {
		text += chunk;
		return true;
	}) as typeof write;
	try {
		readFlags(argv);
		return {text, status: 0};
	} catch (error) {
		if (error instanceof Stop) return {text, status: error.exitStatus};
		throw error;
	} finally {
		process.stderr.write = write;
	}
}

test.serial('without a command the words are files', t => {
	t.like(readFlags(['a.log', '-', '--format', 'json']), {
		command: 'show',
		files: ['a.log', '-'],
		options: {format: 'json', policy: 'founding', quiet: false, verbose: false, color: true},
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
		text: "tlsaudit: unknown option '--frmat'; did you mean --format?\n",
		status: 2,
	});
	t.regex(refused('--hop', 'acces').text, /^tlsaudit: .*did you mean "access"\?\n$/);
	t.regex(refused('--timezone', 'Europe/Berln').text, /did you mean "Europe\/Berlin"\?\n$/);
	t.regex(refused('--year', '26').text, /four digits/);
	t.regex(refused('--ports', 'smtps').text, /service=port/);
	t.regex(refused('--ports', 'smtps=70000').text, /service=port/);
	t.regex(refused('report', '--format', 'xml').text, /Allowed choices are text, json/);
	t.regex(refused('policy', 'lst').text, /did you mean list\?/);
	t.is(refused('sql').status, 2);
});
