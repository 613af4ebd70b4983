import {Document, isMap, isScalar, LineCounter, type Node, parseDocument, YAMLParseError} from 'yaml';
import type {core} from 'zod';
import {hops} from '../model/session.ts';
import {didYouMean} from '../text/nearest.ts';
import {yamlProblem} from '../text/yaml-problem.ts';
import {type Policy, trustLevels} from './policy.ts';
import {buildPolicy} from './policy-build.ts';
import {choiceSchema, datedSchema, exceptionSchema, hopSchema, policySchema} from './policy-schema.ts';

/** Something wrong in a policy file. `line` counts from 1; `key` is the path to the value, dotted. */
type PolicyProblem = {readonly line: number; readonly key: string; readonly message: string};
export type PolicyReading =
	| {readonly policy: Policy; readonly problems: readonly []}
	| {readonly policy: null; readonly problems: readonly PolicyProblem[]};

type Place = readonly PropertyKey[];

/** Where things are in the YAML text. */
function locator(document: ReturnType<typeof parseDocument>, lines: LineCounter) {
	const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line);
	const nodeAt = (path: Place): Node | undefined => {
		for (let length = path.length; length > 0; length--) {
			const node = document.getIn(path.slice(0, length), true);
			if (node !== undefined && node !== null) return node as Node;
		}
		return document.contents ?? undefined;
	};
	return {
		line: (path: Place) => lineAt(nodeAt(path)?.range?.[0]),
		/** The line of a key itself, which may have no value worth a node. */
		keyLine: (path: Place, key: string) => {
			const map = path.length === 0 ? document.contents : document.getIn(path, true);
			const pair = isMap(map)
				? map.items.find(item => isScalar(item.key) && String(item.key.value) === key)
				: undefined;
			return lineAt((pair?.key as Node | undefined)?.range?.[0]);
		},
	};
}

/** The keys that may be at a place of the file. */
function knownKeys(path: Place): string[] {
	if (path.length === 0) return Object.keys(policySchema.shape);
	if (path[0] === 'hops' && path.length === 1) return [...hops];
	if (path[0] === 'hops' && path.length === 2) return Object.keys(hopSchema.shape);
	if (path[0] === 'hops' && path[2] === 'dated' && path.length === 4) return Object.keys(datedSchema.shape);
	if (path[0] === 'hops') return Object.keys(choiceSchema.shape);
	if (path[0] === 'exceptions') return Object.keys(exceptionSchema.shape);
	return ['trust', 'severity'];
}

function quoted(value: unknown): string {
	return value === undefined ? 'nothing' : JSON.stringify(value);
}

function trustWord(value: unknown): string {
	return (typeof value === 'string' ? didYouMean(value, trustLevels) : '') || ';';
}

function describe(issue: core.$ZodIssue, value: unknown): string {
	switch (issue.code) {
		case 'invalid_value': {
			const words = issue.values.map(String);
			const near = typeof value === 'string' ? didYouMean(value, words) : '';
			const wrong = value === undefined ? 'missing' : `${quoted(value)} is not allowed`;
			return `${wrong}${near || ';'} expected ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`;
		}
		case 'invalid_type':
			return value === undefined
				? `missing; expected ${kindName(issue.expected)}`
				: `${quoted(value)} is not right; expected ${kindName(issue.expected)}`;
		case 'invalid_format':
			return `${quoted(value)} is not right; expected ${issue.message}`;
		case 'too_small':
			return `${quoted(value)} is too small; expected ${issue.origin === 'number' || issue.origin === 'int' ? `${issue.minimum} or more` : 'at least one entry or letter'}`;
		case 'too_big':
			return `${quoted(value)} is too big; expected ${issue.maximum} or less`;
		case 'invalid_union':
			return `${quoted(value)} is not allowed${trustWord(value)} expected ${trustLevels.join(', ')}, or {trust, severity}`;
		default:
			return issue.path.at(-1) === 'cidr' ? `${quoted(value)} is not right; expected ${issue.message}` : issue.message;
	}
}

/** A kind of value in words that are in a YAML file. */
const kindNames: ReadonlyMap<string, string> = new Map([
	['record', 'pairs of key: value'],
	['object', 'pairs of key: value'],
	['array', 'a list, each entry begun with -'],
	['string', 'a word'],
	['number', 'a number'],
	['int', 'a whole number'],
	['boolean', 'true or false'],
]);

function kindName(kind: string): string {
	return kindNames.get(kind) ?? kind;
}

function valueAt(root: unknown, path: Place): unknown {
	let value = root;
	for (const key of path) value = value === null || typeof value !== 'object' ? undefined : Reflect.get(value, key);
	return value;
}

const problemOf = (error: unknown): string => yamlProblem(error, 'a policy has four levels');

/** YAML as a document, with its errors; one that is nested too deeply is one error. */
function parsed(text: string, lineCounter: LineCounter): ReturnType<typeof parseDocument> {
	try {
		return parseDocument(text, {lineCounter, prettyErrors: false});
	} catch (error) {
		const document = new Document();
		document.errors.push(new YAMLParseError([0, 0], 'IMPOSSIBLE', problemOf(error)));
		return document as ReturnType<typeof parseDocument>;
	}
}

/**
 * Reads a policy file. Either a policy, or all problems with line, key, what was expected and the nearest right word.
 * Pure: the caller has read the text.
 */
export function readPolicy(text: string): PolicyReading {
	const lines = new LineCounter();
	const document = parsed(text, lines);
	const fail = (problems: PolicyProblem[]): PolicyReading => ({
		policy: null,
		problems: problems.sort((a, b) => a.line - b.line),
	});
	const broken = document.errors.map(error => ({
		line: lines.linePos(error.pos[0]).line,
		key: '',
		message: problemOf(error),
	}));
	if (broken.length > 0) return fail(broken);
	const place = locator(document, lines);
	let value: unknown;
	try {
		value = document.toJS();
	} catch (error) {
		return fail([{line: 1, key: '', message: problemOf(error)}]);
	}
	const checked = policySchema.safeParse(value ?? {});
	if (!checked.success) {
		const {issues} = checked.error;
		const mistyped = new Set(issues.flatMap(({code, path}) => (code === 'unrecognized_keys' ? [path.join('.')] : [])));
		// A missing key is not blamed where another one is mistyped: it is most probably that one.
		const blamed = issues.filter(({code, path}) => code !== 'custom' || !mistyped.has(path.join('.')));
		return fail(
			blamed.flatMap(issue => {
				const {path} = issue;
				if (issue.code !== 'unrecognized_keys') {
					const key = path.map(String).join('.');
					return [{line: place.line(path), key, message: describe(issue, valueAt(value, path))}];
				}
				const known = knownKeys(path);
				return issue.keys.map(key => ({
					line: place.keyLine(path, key),
					key: [...path, key].map(String).join('.'),
					message: `unknown key${didYouMean(key, known) || ';'} expected ${known.join(', ')}`,
				}));
			}),
		);
	}
	const {policy, misfits} = buildPolicy(checked.data);
	if (misfits.length === 0) return {policy, problems: []};
	return fail(misfits.map(({path, message}) => ({line: place.line(path), key: path.map(String).join('.'), message})));
}

/** The policy of a file's text. Throws an `Error` with one `file:line: key: what is wrong` for each problem. */
export function parsePolicy(text: string, file: string): Policy {
	const {policy, problems} = readPolicy(text);
	if (policy !== null) return policy;
	throw new Error(problems.map(problem => formatProblem(problem, file)).join('\n'));
}

/** `policy.yaml:7: hops.submission.min-version: …` */
function formatProblem(problem: PolicyProblem, file: string): string {
	return `${file}:${problem.line}: ${problem.key === '' ? '' : `${problem.key}: `}${problem.message}`;
}
