import {chmodSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import {openStore} from '../../src/store/store.ts';
import {importing, newFolder} from '../commands/fixture/importing.ts';
import {outputOf} from '../commands/fixture/output-of.ts';
import {runs} from '../runs.ts';
import {heldBy, type Named, namesIn} from './fixture/names-in.ts';

/*
 * All outputs for the logs of real servers, with names replaced: none of them may hold an address, a host or a user of the lines.
 * The names are found by `namesIn`, which has nothing of the program.
 */

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));
const logsIn = (folder: string): string[] =>
	readdirSync(join(samples, folder))
		.filter(name => name.endsWith('log'))
		.map(name => join(samples, folder, name));
const logs = [...logsIn('real'), ...logsIn('real-3.12')];

const folder = newFolder();
const key = join(folder, 'key');
const db = join(folder, 'acme.db');

const inLines = logs.map(log => namesIn(readFileSync(log, 'utf8')));
const named: Named = {
	addresses: new Set(inLines.flatMap(({addresses}) => [...addresses])),
	words: new Set([...inLines.flatMap(({words}) => [...words]), ...logs, 'rfc3339.log', 'a.maillog', 'acme.db']),
};
/** A host of the logs is called by a word that our own sentences have: it is looked for where values stand alone. */
const prose = ['mail'];

const mask = ['--anonymize', 'mask'];
const pseudonym = ['--anonymize', 'pseudonym', '--key-file', key];

/** Markdown is drawn from what HTML is drawn from. */
const forms = ['text', 'json', 'csv', 'html'];
const outputs: ReadonlyArray<readonly string[]> = [
	...forms.map(form => ['report', '--by', 'domain', '--compare', '2 days', '--format', form]),
	['report', '--by', 'suite', '--format', 'json'],
	['report', '--by', 'day', '--format', 'markdown'],
	['report', '--format', 'cyclonedx'],
	...[...forms, 'junit', 'sarif', 'nagios'].map(form => ['check', '--fail-on', 'weakness', '--format', form]),
	...forms.map(form => ['whatif', '--min-version', 'TLSv1.3', '--format', form]),
	...['ndjson', 'csv'].map(form => ['sessions', '--format', form]),
];

test.before(async () => {
	writeFileSync(key, 'a key that nobody guesses, of 32 bytes\n', {mode: 0o600});
	// The other logs of this server are the same lines in other framings.
	await importing(db, ...logs.filter(log => !/rfc3164|rfc5424/.test(log)));
});

test('the lines name many', t => {
	t.true(named.addresses.size > 300);
	t.true(named.words.size > 300);
	for (const name of ['ana', 'bo@pis.example', 'vm', 'mail', 'pis.example', '127.0.0.1'])
		t.true(named.words.has(name) || named.addresses.has(name), name);
});

/** What is shown in place of a name. */
const standsFor = /^(?:(?:host|user|domain|log|program|network|ip4|ip6)-|.*\bx\.x#|.*:x:x#|\(not shown\))|program-/;

/** Holds two results against each other: all is alike but names, and of these each has one that stands for it and for no other. */
function compare(plain: unknown, shown: unknown, pairs: Map<string, string>, differing: string[]): void {
	if (typeof plain === 'string' && typeof shown === 'string') {
		if (plain === shown) return;
		if (!standsFor.test(shown)) differing.push(`${plain} → ${shown}`);
		if (shown === '(not shown)') return;
		if ((pairs.get(shown) ?? plain) !== plain) differing.push(`${shown} is ${plain} and ${pairs.get(shown)}`);
		pairs.set(shown, plain);
	} else if (typeof plain === 'object' && plain !== null && typeof shown === 'object' && shown !== null) {
		const [before, after] = [Object.entries(plain), Object.entries(shown)];
		if (before.length !== after.length) differing.push(`${before.length} and ${after.length} members`);
		for (const [index, [name, value]] of before.entries()) {
			if (after[index]?.[0] !== name) differing.push(`${name} → ${after[index]?.[0]}`);
			compare(value, after[index]?.[1], pairs, differing);
		}
	} else if (plain !== shown) differing.push(`${plain} → ${shown}`);
}

for (const words of outputs)
	test(`${words.join(' ')} names nobody`, async t => {
		const {out, said} = await outputOf([...words, ...mask, '--db', db]);
		t.deepEqual(heldBy(`${out}\n${said.join('\n')}`, named, prose), []);
		t.notRegex(out, /"mail"|,mail,/);
		t.is(/\d\.x\.x#\d/.test(out), !/cyclonedx|nagios/.test(words.join(' ')));
	});

for (const words of outputs.filter(each => each.includes('json')))
	test(`${words.join(' ')} counts and judges as with names`, async t => {
		const plain = await outputOf([...words, '--db', db]);
		t.true(heldBy(plain.out, named, prose).length > 20);
		const {out, outcome} = await outputOf([...words, ...pseudonym, '--db', db]);
		t.deepEqual(heldBy(out, named, prose), []);
		t.deepEqual(outcome, plain.outcome);
		const differing: string[] = [];
		compare(JSON.parse(plain.out), JSON.parse(out), new Map(), differing);
		t.deepEqual(differing, []);
	});

test('logs that are read at once are as a database', async t => {
	for (const words of [['report', '--format', 'json'], ['check', '--format', 'csv'], ['sessions']]) {
		const {out, said} = await outputOf([...words, ...mask, ...logs]);
		t.deepEqual([...heldBy(out, named, prose), ...heldBy(said.join('\n'), named, prose)], []);
	}
});

test('a Parquet file names nobody, and is the rows of the other forms', async t => {
	const file = join(folder, 'sessions.parquet');
	await outputOf(['sessions', '--format', 'parquet', '-o', file, ...pseudonym, '--db', db]);
	const {out} = await outputOf(['sessions', ...pseudonym, '--db', db]);
	const rows = out
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	const store = await openStore();
	try {
		const held = await store.all<Record<string, unknown>>(`select * from read_parquet('${file}')`);
		t.deepEqual(heldBy(JSON.stringify(held), named, prose), []);
		const texts = (each: Record<string, unknown>): string =>
			JSON.stringify([
				each.peer_ip,
				each.peer_host,
				each.username,
				each.log_host,
				each.tag,
				each.source,
				each.first_line,
				each.cipher,
			]);
		t.deepEqual(held.map(texts), rows.map(texts));
	} finally {
		await store.close();
	}
});

test('pseudonyms are the same in every run, and differ by key', async t => {
	const other = join(folder, 'other-key');
	writeFileSync(other, 'another key that nobody guesses', {mode: 0o600});
	const words = ['sessions', '--anonymize', 'pseudonym', '--db', db, '--key-file'];
	const [one, again, otherwise] = [
		await outputOf([...words, key]),
		await outputOf([...words, key]),
		await outputOf([...words, other]),
	];
	t.is(one.out, again.out);
	const peersOf = (text: string): Set<string> => new Set(text.match(/ip[46]-\w+/g));
	t.true(peersOf(one.out).size > 300);
	t.true([...peersOf(otherwise.out)].every(peer => !peersOf(one.out).has(peer)));
	// In another output too.
	const {out} = await outputOf(['whatif', '--min-version', 'TLSv1.3', ...pseudonym, '--db', db]);
	t.true(peersOf(out).size > 20);
	t.true([...peersOf(out)].every(peer => peersOf(one.out).has(peer)));
});

test('exceptions, destinations and a baseline mean the peers of the log: verdict and counts stay', async t => {
	const policy = join(folder, 'policy.yaml');
	const baseline = join(folder, 'baseline.json');
	await outputOf(['check', '--write-baseline', baseline, '--since', '2026-11-25', '--db', db]);
	const users = ['ana', 'ziga', 'bo@pis.example', 'plainjane'];
	await fc.assert(
		fc.asyncProperty(
			fc.array(
				fc.oneof(
					fc.record({cidr: fc.constantFrom('127.5.0.0/24', '127.0.0.0/8', '127.5.0.16/28')}),
					fc.record({user: fc.constantFrom(...users)}),
					fc.record({domain: fc.constantFrom('client.example', 'mx1.dest.example')}),
				),
				{minLength: 1, maxLength: 3},
			),
			fc.constantFrom('dest1.example', '[mx1.dest.example]', '.dest.example', 'd1.example'),
			fc.boolean(),
			async (selectors, domain, known) => {
				const exceptions = selectors.map(each => ({...each, reason: 'secret of acme', until: '2099-01-01'}));
				const destinations = {[domain]: 'verified'};
				writeFileSync(policy, JSON.stringify({name: 'own', extends: 'founding', exceptions, destinations}));
				const words = [
					'check',
					'--format',
					'json',
					'--policy',
					policy,
					...(known ? ['--baseline', baseline] : []),
					'--db',
					db,
				];
				const plain = await outputOf(words);
				const shown = await outputOf([...words, ...mask]);
				const differing: string[] = [];
				compare(JSON.parse(plain.out), JSON.parse(shown.out), new Map(), differing);
				t.deepEqual(
					differing.filter(each => !each.startsWith('policy, destinations: ')),
					[],
				);
				t.deepEqual(shown.outcome, plain.outcome);
				t.false(shown.out.includes('acme') || shown.out.includes('.example'));
			},
		),
		{numRuns: runs(6)},
	);
});

test('an exception that is past its date is warned of without its peer and its reason', async t => {
	const policy = join(folder, 'past.yaml');
	const exceptions = [{user: 'ana', cidr: '127.5.0.0/24', reason: 'the printer of acme', until: '2020-01-01'}];
	writeFileSync(policy, JSON.stringify({name: 'own', extends: 'founding', exceptions}));
	const words = ['report', '--policy', policy, '--db', db];
	t.regex((await outputOf(words)).said.join(), /exception for 127\.5\.0\.0\/24 ana ended .*acme/);
	const {out, said} = await outputOf([...words, ...mask]);
	t.regex(said.join(), /exception for network-\d user-\d ended on 2020-01-01 \(\(not shown\)\)/);
	t.notRegex(out + said.join(), /acme|127\.5\.0\.0|\bana\b/);
});

test('a baseline is written with the names of the log, so not with these flags', async t => {
	await t.throwsAsync(outputOf(['check', ...mask, '--write-baseline', join(folder, 'x.json'), '--db', db]), {
		message: '--write-baseline keeps peers as the log names them; write it without --anonymize',
	});
});

test('what is wrong with the flags or the key is one sentence', async t => {
	const wrong = async (words: readonly string[], message: RegExp) =>
		t.throwsAsync(outputOf(['report', ...words, '--db', db]), {message});
	const by = (file: string): string[] => ['--anonymize', 'pseudonym', '--key-file', file];
	await wrong(['--anonymize', 'pseudonym'], /^--anonymize pseudonym needs a key: --key-file FILE; make it once: /);
	await wrong(['--key-file', key], /^--key-file is for --anonymize pseudonym; give both or none$/);
	await wrong([...mask, '--key-file', key], /^--anonymize mask takes no key; /);
	await wrong(by(join(folder, 'none')), /none: no such key; make it once and keep it: \(umask 077; openssl rand /);
	await wrong(by(folder), /: is no key; name a file of 16 to 4096 bytes$/);
	const short = join(folder, 'short');
	writeFileSync(short, 'fifteen letters\n\n', {mode: 0o600});
	await wrong(by(short), /short: a key of 15 bytes can be guessed; 16 are the least: /);
	const open = join(folder, 'open');
	writeFileSync(open, 'a key that nobody guesses');
	chmodSync(open, 0o640);
	await wrong(by(open), /open: others may read this key; chmod 600 .*open$/);
	for (const words of [['sql', 'select 1'], ['explain', `${logs[0]}:1`], ['import', 'x'], ['harden'], ['postfix']])
		await t.throwsAsync(outputOf([...words, ...mask]), {message: 'stop'});
});
