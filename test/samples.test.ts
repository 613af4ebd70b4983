import {readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {createReader} from '../src/log/reader.ts';
import type {Session} from '../src/model/session.ts';
import {readLine} from './log/fixture/read-line.ts';
import {type ExpectedConfiguration, foundConfiguration} from './sample-configuration.ts';

/** Value of a column as the expectation files state it: times in ISO 8601, the rest as stored. */
type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;
type Expected = {
	readonly about: string;
	readonly options?: {
		readonly year?: number;
		readonly zone?: string;
		readonly now?: string;
		readonly modified?: string;
	};
	/** Several files read one after the other; without it, the file that is beside the expectation. */
	readonly files?: ReadonlyArray<{readonly name: string; readonly modified?: string}>;
	readonly sessions: readonly Row[];
	readonly coverage: Readonly<Record<string, number>>;
	readonly no_dialogue?: number;
	/** Of a folder with the configuration of a server, in place of all the rest. */
	readonly configuration?: ExpectedConfiguration;
};

const samples = fileURLToPath(new URL('../samples', import.meta.url));
const suffix = '.expected.json';
/** A line longer than this many bytes arrives cut, with two NULs behind it as the mark of the cut. */
const longestLine = 65_536;
const defaultNow = '2026-11-24T12:00:00Z';

for (const name of readdirSync(samples, {recursive: true, encoding: 'utf8'}).sort()) {
	if (!name.endsWith(suffix)) {
		continue;
	}

	const expected: Expected = JSON.parse(readFileSync(join(samples, name), 'utf8'));
	const {configuration} = expected;
	test(`${name.slice(0, -suffix.length)}: ${expected.about}`, t => {
		if (configuration !== undefined) {
			const folder = join(samples, name.slice(0, -suffix.length));
			t.deepEqual(foundConfiguration(folder, configuration.version), configuration);
			return;
		}

		const {rows, coverage} = read(name, expected);
		const complaints = compareRows(expected.sessions, rows);
		for (const [key, want] of Object.entries(expected.coverage)) {
			const got = coverage[camel(key) as keyof typeof coverage];
			if (got !== want) {
				complaints.push(`coverage.${key}: expected ${want}, got ${String(got)}`);
			}
		}

		if (expected.no_dialogue !== undefined && coverage.noDialogue !== expected.no_dialogue) {
			complaints.push(`no_dialogue: expected ${expected.no_dialogue}, got ${coverage.noDialogue}`);
		}

		const sum = coverage.understood + coverage.irrelevant + coverage.foreign + coverage.malformed;
		if (sum !== coverage.lines) {
			complaints.push(`the parts of the coverage make ${sum}, not the ${coverage.lines} lines read`);
		}

		if (complaints.length > 0) {
			t.fail(`samples/${name}\n${complaints.join('\n')}`);
		} else {
			t.pass();
		}
	});
}

/** What in `samples/` has no expectation beside it, and the file that holds it against the truth; examples of help are run by its test. */
const heldElsewhere: Readonly<Record<string, string>> = {
	'grafana-dashboard.json': 'test/metrics/samples.test.ts',
	'prometheus-rules.yml': 'test/metrics/samples.test.ts',
	'own-policy.yaml': 'src/cli/help-texts.ts',
	'real/': 'test/real-logs.test.ts',
	'real-3.12/': 'test/real-logs-3.12-inbound.test.ts',
};

test('every file of samples/ has its expectation beside it, or is held against the truth elsewhere', t => {
	const files = readdirSync(samples, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => relative(samples, join(entry.parentPath, entry.name)));
	const expectations = files.filter(name => name.endsWith(suffix));
	const stems = new Set(expectations.map(name => name.slice(0, -suffix.length)));
	const named = expectations.flatMap(name => {
		const {files: own = []}: Expected = JSON.parse(readFileSync(join(samples, name), 'utf8'));
		return own.map(file => join(dirname(name), file.name));
	});
	const elsewhere = Object.keys(heldElsewhere);
	const alone = files.filter(
		name =>
			!(
				name.endsWith(suffix) ||
				named.includes(name) ||
				stems.has(name.replace(/\.[a-z]+(\.gz)?$/, '')) ||
				stems.has(name.split('/')[0] ?? '') ||
				elsewhere.some(other => name === other || (other.endsWith('/') && name.startsWith(other)))
			),
	);
	t.deepEqual(alone, []);
	for (const [name, file] of Object.entries(heldElsewhere)) t.true(readFileSync(file, 'utf8').includes(name), name);
});

function read(name: string, expected: Expected) {
	const sessions: Session[] = [];
	const {year, zone, now, modified} = expected.options ?? {};
	const reader = createReader(session => sessions.push(session), {
		zone: zone ?? 'UTC',
		now: Date.parse(now ?? defaultNow),
		...(year === undefined ? {} : {year}),
	});
	const folder = join(samples, dirname(name));
	const files = expected.files ?? [
		{name: beside(folder, basename(name)), ...(modified === undefined ? {} : {modified})},
	];
	for (const file of files) {
		reader.open({name: file.name, modified: file.modified === undefined ? null : Date.parse(file.modified)});
		for (const line of linesOf(join(folder, file.name))) {
			readLine(reader, line);
		}
	}

	reader.end();
	return {rows: sessions.map(toRow), coverage: reader.coverage};
}

/** The log that belongs to an expectation: same name, any other ending. */
function beside(folder: string, expectation: string): string {
	const stem = expectation.slice(0, -suffix.length);
	const found = readdirSync(folder).filter(
		file => file.startsWith(`${stem}.`) && /^\.[a-z]+(\.gz)?$/.test(file.slice(stem.length)),
	);
	const [file] = found;
	if (file === undefined || found.length > 1) {
		throw new Error(`samples/${expectation} needs exactly one log beside it, found: ${found.join(', ') || 'none'}`);
	}

	return file;
}

function linesOf(path: string): string[] {
	const raw = readFileSync(path);
	const lines = splitBytes(path.endsWith('.gz') ? gunzipSync(raw) : raw);
	return lines.map(line =>
		line.length > longestLine ? `${line.subarray(0, longestLine).toString('utf8')}\u0000\u0000` : line.toString('utf8'),
	);
}

/** Splits at LF; a last line without LF counts, nothing behind the last LF does not. */
function splitBytes(bytes: Buffer): Buffer[] {
	const lines: Buffer[] = [];
	let start = 0;
	while (start < bytes.length) {
		const at = bytes.indexOf(0x0a, start);
		const end = at < 0 ? bytes.length : at;
		lines.push(bytes.subarray(start, end));
		start = end + 1;
	}

	return lines;
}

function camel(name: string): string {
	return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function toRow(session: Session): Row {
	return Object.fromEntries(
		Object.entries(session).map(([key, value]) => {
			const column = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
			const time = column.endsWith('_at') && typeof value === 'number';
			return [column, time ? new Date(value).toISOString() : value];
		}),
	);
}

function differences(want: Row, got: Row): string[] {
	return Object.entries(want).flatMap(([key, value]) =>
		Object.is(got[key], value) ? [] : [`${key}: expected ${JSON.stringify(value)}, got ${JSON.stringify(got[key])}`],
	);
}

/** Pairs each expected row with one actual row that agrees in all stated columns, and names what is left over. */
function compareRows(expected: readonly Row[], actual: readonly Row[]): string[] {
	const cost = expected.map(want => actual.map(got => differences(want, got).length));
	const ownerOf = new Map<number, number>();
	const place = (row: number, tried: Set<number>): boolean =>
		actual.some((_, index) => {
			if (cost[row]?.[index] !== 0 || tried.has(index)) {
				return false;
			}

			tried.add(index);
			const owner = ownerOf.get(index);
			if (owner !== undefined && !place(owner, tried)) {
				return false;
			}

			ownerOf.set(index, row);
			return true;
		});
	for (const row of expected.keys()) {
		place(row, new Set());
	}

	const placed = new Set(ownerOf.values());
	const spare = [...actual.keys()].filter(index => !ownerOf.has(index));
	const complaints: string[] = [];
	for (const [row, want] of expected.entries()) {
		if (placed.has(row)) {
			continue;
		}

		const nearest = [...spare].sort((a, b) => (cost[row]?.[a] ?? 0) - (cost[row]?.[b] ?? 0)).slice(0, 2);
		complaints.push(`no session like ${JSON.stringify(want)}`);
		for (const index of nearest) {
			const got = actual[index] ?? {};
			complaints.push(`   near: lines ${got.first_line}-${got.last_line}, but ${differences(want, got).join('; ')}`);
		}
	}

	if (actual.length !== expected.length) {
		complaints.push(`expected ${expected.length} sessions, got ${actual.length}`);
		for (const index of spare) {
			complaints.push(`   left over: ${JSON.stringify(actual[index])}`);
		}
	}

	return complaints;
}
