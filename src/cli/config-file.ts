import {readFile} from 'node:fs/promises';
import type {Command, Option} from 'commander';
import {unreadable} from '../ingest/sources/problem.ts';
import {didYouMean} from '../text/nearest.ts';
import {yamlProblem} from '../text/yaml-problem.ts';
import {severalErrors} from './exit.ts';
import {pathOf} from './help-page.ts';
import {sharedFlags} from './shared-flags.ts';

/** A flag as a file of flags has it: its name without dashes, what stands behind it, and the line, from 1. */
type Entry = {
	readonly name: string;
	/** Words as they are written, several of a list; true or false; null for anything else. */
	readonly value: readonly string[] | boolean | null;
	readonly line: number;
};

/** The flags of `--config FILE`. */
export type Config = {readonly file: string; readonly entries: readonly Entry[]};

/**
 * Reads a file of flags: YAML, a name and a value per line. Throws one sentence when it cannot be read, or several about what is no
 * YAML. Which names there are is found by `applyConfig`.
 */
export async function readConfig(file: string): Promise<Config> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (error) {
		throw new Error(unreadable(file, error, 'no such file of flags; check the name'), {cause: error});
	}
	// The reader of YAML takes time to load, and most runs have no such file.
	const {isMap, isScalar, isSeq, LineCounter, parseDocument} = await import('yaml');
	const lines = new LineCounter();
	const {contents, errors} = parseDocument(text, {lineCounter: lines, prettyErrors: false});
	const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
	const problem = (error: unknown): string => yamlProblem(error, 'a flag has one value, or a list of them');
	if (errors.length > 0) throw severalErrors(errors.map(error => `${file}:${lineAt(error.pos[0])}: ${problem(error)}`));
	if (contents === null) return {file, entries: []};
	if (!isMap(contents)) throw new Error(`${file}: is no file of flags; write one per line, such as "policy: rfc9325"`);
	/** As it is written: a release 3.10 is not the number 3.1. */
	const word = (node: unknown): string | null => {
		if (!isScalar(node)) return null;
		const {value, source} = node;
		if (typeof value === 'string') return value;
		return typeof value === 'number' ? (source ?? String(value)) : null;
	};
	const written = (node: unknown): Entry['value'] => {
		if (isScalar(node) && typeof node.value === 'boolean') return node.value;
		const words = (isSeq(node) ? node.items : [node]).map(word);
		return words.every(each => each !== null) && words.length > 0 ? words : null;
	};
	return {
		file,
		entries: contents.items.map(({key, value}) => ({
			name: isScalar(key) ? String(key.value) : String(key),
			value: written(value),
			line: lineAt(isScalar(key) ? key.range?.[0] : undefined),
		})),
	};
}

/** Flags that say something about one run only. */
const notInFiles = new Set(['--config', '--help', '--version']);

const optionsBelow = (command: Command): Option[] => [...command.options, ...command.commands.flatMap(optionsBelow)];

/** The flag of a name; `--no-color` is `no-color: true` and `color: false`. */
function flagOf(options: readonly Option[], name: string): {option: Option; turned: boolean} | null {
	const called = (word: string): Option | undefined => options.find(({long, hidden}) => !hidden && long === word);
	const straight = called(`--${name}`);
	if (straight !== undefined) return {option: straight, turned: false};
	const negative = called(`--no-${name}`);
	return negative === undefined ? null : {option: negative, turned: true};
}

/** What a flag is set to by a value of the file; undefined where it stays as it is. Throws one sentence. */
function settingOf({option, turned}: {option: Option; turned: boolean}, value: Entry['value']): unknown {
	const takesWords = option.required || option.optional;
	if (!takesWords) {
		if (typeof value !== 'boolean') throw new Error('expected true or false');
		if (turned) return value ? undefined : false;
		return option.negate ? (value ? false : undefined) : value;
	}
	if (value === true && option.optional) return true;
	if (value === null || typeof value === 'boolean') throw new Error(`expected what ${option.flags} takes`);
	const words = option.variadic || option.optional ? value : [value.join(',')];
	const {parseArg} = option;
	if (parseArg === undefined) return words.at(-1);
	return words.reduce<unknown>((before, word) => parseArg(word, before), undefined);
}

/**
 * Sets the flags of the file that `command` takes and that were not typed; flags of other commands wait for these. Throws one sentence
 * for each name that no command knows, with the nearest one, and for each value that a flag does not take.
 */
export function applyConfig(program: Command, command: Command, {file, entries}: Config): void {
	const path = pathOf(command);
	const all = optionsBelow(program).filter(({long, hidden}) => !hidden && !notInFiles.has(long ?? ''));
	const shared = sharedFlags.filter(({takenBy}) => takenBy.some(name => name === path)).map(({option}) => option);
	const problems: string[] = [];
	for (const {name, value, line} of entries) {
		const place = `${file}:${line}: ${name}`;
		if (flagOf(all, name) === null) {
			const names = new Set(all.map(({long}) => (long ?? '').slice(2)));
			const near = didYouMean(name, names) || '; tlsaudit help COMMAND lists the flags of a command';
			problems.push(`${place}: no flag has this name${near}`);
			continue;
		}
		const own = flagOf(command.options, name);
		const taken = own ?? flagOf(shared, name);
		if (taken === null) continue;
		const holder = own === null ? program : command;
		const key = taken.option.attributeName();
		try {
			const setting = settingOf(taken, value);
			if (setting === undefined || holder.getOptionValueSource(key) === 'cli') continue;
			holder.setOptionValueWithSource(key, setting, 'config');
		} catch (error) {
			problems.push(`${place}: ${(error as Error).message}`);
		}
	}
	if (problems.length > 0) throw severalErrors(problems);
}
