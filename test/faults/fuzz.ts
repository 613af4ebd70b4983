/**
 * npx tsx test/faults/fuzz.ts [--lines 500000] [--seed 1]: lines of all samples, mutated, in an order of chance. No line may
 * throw; the parts of the coverage sum; imports with one, two and three
 * threads, and reports of the file and of standard input, each more than once, give the same sessions and the same coverage. The exit status is 1 when anything differs. Needs `npm run build`.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {random as seeded} from '../bench/random.ts';

const {values} = parseArgs({
	options: {lines: {type: 'string', default: '500000'}, seed: {type: 'string', default: '1'}},
});
const wanted = Number(values.lines);
const random = seeded(Number(values.seed));
const below = (limit: number): number => random.below(limit);
const program = fileURLToPath(new URL('../../bin/tlsaudit.js', import.meta.url));
const samples = fileURLToPath(new URL('../../samples/', import.meta.url));

/** Lines of samples as bytes, so that what is no UTF-8 comes about, too. */
const lines: Buffer[] = readdirSync(samples, {recursive: true, encoding: 'utf8'})
	.filter(name => /\.(?:log|jsonl|\d)$/.test(name))
	.flatMap(name => {
		const bytes = readFileSync(join(samples, name));
		const found: Buffer[] = [];
		for (let from = 0; from < bytes.length; ) {
			const to = bytes.indexOf(10, from);
			found.push(bytes.subarray(from, to < 0 ? bytes.length : to));
			from = to < 0 ? bytes.length : to + 1;
		}
		return found;
	});
const pick = (): Buffer => lines[below(lines.length)] ?? Buffer.alloc(0);
const odd = [
	'\u0000',
	'\u001b[31m',
	'\r',
	'"',
	'{',
	'}',
	'[',
	']',
	': ',
	'%',
	'\\',
	'\ufeff',
	'99999999999',
	'-1',
	'é',
	'\t',
	'<22>1 ',
	'TLSv1.3',
];

const mutations: ReadonlyArray<(line: Buffer) => Buffer> = [
	line => line,
	line => Buffer.concat([line.subarray(0, below(line.length + 1)), Buffer.from(odd[below(odd.length)] ?? ''), line.subarray(below(line.length + 1))]),
	line => line.subarray(0, below(line.length + 1)),
	line => line.subarray(below(line.length + 1)),
	line => {
		const copy = Buffer.from(line);
		if (copy.length > 0) copy[below(copy.length)] = below(256) === 10 ? 0 : below(256);
		return copy;
	},
	line => Buffer.concat([line.subarray(0, below(line.length + 1)), pick()]),
	line => Buffer.from(line.toString('latin1').replaceAll(/\d+/g, digits => (below(4) === 0 ? String(below(1e9)) : digits)), 'latin1'),
]; // biome-ignore format: a mutation a line reads better

function mutated(): Buffer {
	let line = pick();
	for (let times = below(3); times > 0; times--) line = mutations[below(mutations.length)]?.(line) ?? line;
	return Buffer.from(line.filter(byte => byte !== 10));
}

type Run = {readonly sessions: string[]; readonly coverage: string};

const options = {maxBuffer: 2 ** 31 - 1, env: {...process.env, TZ: 'UTC'}};

function tlsaudit(words: readonly string[], input?: Buffer): string {
	try {
		return execFileSync(process.execPath, [program, ...words, '--quiet'], {
			...options,
			...(input === undefined ? {} : {input}),
		}).toString();
	} catch (error) {
		// A report of a log that is partly damaged has another status, and its text all the same.
		return String((error as {stdout: Buffer}).stdout);
	}
}

/** Reads the log: by an import in so many threads, or with none of them as a report does, from the file or standard input. */
function run(log: string, threads: number, input?: Buffer): Run {
	const db = `${log}.db`;
	if (threads > 0) tlsaudit(['import', '--db', db, '--year', '2026', '--threads', String(threads), log]);
	const from = threads > 0 ? ['--db', db] : [input === undefined ? log : '-', '--year', '2026'];
	const rows = tlsaudit(['sessions', ...from, '--format', 'ndjson'], input);
	const report = tlsaudit(['report', ...from, '--format', 'json'], input);
	rmSync(db, {force: true});
	const {coverage} = JSON.parse(report) as {
		coverage: Record<string, unknown> & {examples: Array<Record<string, unknown>>};
	};
	const {lines: all, understood, irrelevant, foreign, malformed} = coverage as Record<string, number>;
	const sum = (understood ?? 0) + (irrelevant ?? 0) + (foreign ?? 0) + (malformed ?? 0);
	if (sum !== all) throw new Error(`${threads} threads: the parts make ${sum}, lines are ${all}`);
	const anonymous = rows
		.trimEnd()
		.split('\n')
		.map(row => row.replace(/"source":"[^"]*"/, '"source":""'));
	const examples = coverage.examples.map(({source: _source, ...rest}) => rest);
	// Notices name the source, too.
	return {sessions: anonymous.sort(), coverage: JSON.stringify({...coverage, examples}).replaceAll(log, '-')};
}

function compare(name: string, one: Run, other: Run): boolean {
	const at = one.sessions.findIndex((row, index) => row !== other.sessions[index]);
	const same = at < 0 && one.sessions.length === other.sessions.length && one.coverage === other.coverage;
	console.log(`${name}: ${other.sessions.length} sessions, ${same ? 'the same' : 'OTHERS'}`);
	if (at >= 0) console.log(`  ${one.sessions[at]}\n  ${other.sessions[at]}`);
	if (one.coverage !== other.coverage) {
		const differs = [...one.coverage].findIndex((letter, index) => letter !== other.coverage[index]);
		for (const {coverage} of [one, other])
			console.log(`  ${coverage.slice(Math.max(0, differs - 200), differs + 200)}`);
	}
	return same;
}

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-fuzz-'));
try {
	const log = join(folder, 'fuzz.log');
	const text = Buffer.concat(Array.from({length: wanted}, () => Buffer.concat([mutated(), Buffer.from('\n')])));
	writeFileSync(log, text);
	console.log(`${wanted} lines, ${text.length} bytes, seed ${values.seed}`);
	const first = run(log, 1);
	console.log(`import, one thread: ${first.sessions.length} sessions`);
	const whole = run(log, 0);
	const equal = [
		compare('import, one thread, again', first, run(log, 1)),
		compare('import, two threads', first, run(log, 2)),
		compare('import, three threads', first, run(log, 3)),
		// An import leaves open what may go on in the next file; a report does not.
		compare('report of the file, again', whole, run(log, 0)),
		compare('standard input', whole, run(log, 0, text)),
		compare('standard input, again', whole, run(log, 0, text)),
	];
	process.exitCode = equal.every(Boolean) ? 0 : 1;
} finally {
	rmSync(folder, {recursive: true, force: true});
}
