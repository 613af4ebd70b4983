import type {Command, CommanderError, Option} from 'commander';
import {didYouMean, nearest} from '../text/nearest.ts';
import {nameless, pathOf} from './help-page.ts';
import {helpTexts} from './help-texts.ts';
import {type CommandName, commandNames, sharedFlags} from './shared-flags.ts';

/** Sentences about a command line that cannot be run: what is wrong in it, and what to write. */

/** Flags that went to another name, by the command and the word that was typed. */
const renamed: Readonly<Record<string, string>> = {
	'show --keep':
		'it is a flag of import, which deletes what is older; how much a screen keeps is --remember 24h,1000000',
};

const inWords = (words: readonly string[]): string =>
	words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** All commands below a program that can be run. */
function commandsOf(program: Command): Command[] {
	return program.commands.flatMap(each => (each.commands.length > 0 ? commandsOf(each) : [each]));
}

const isCalled = ({long, short, hidden}: Option, word: string): boolean => !hidden && (long === word || short === word);

/** The commands that take a flag, by their names, in the order of the help. */
function takers(program: Command, word: string): readonly string[] {
	const shared = sharedFlags.find(({option}) => isCalled(option, word));
	if (shared !== undefined) return commandNames.filter(name => shared.takenBy.includes(name));
	return commandsOf(program)
		.filter(each => each.options.some(option => isCalled(option, word)))
		.map(pathOf);
}

/** The flags that a command takes, its own and shared ones. */
function flagsOf(command: Command): readonly string[] {
	return command
		.createHelp()
		.visibleOptions(command)
		.flatMap(({long}) => long ?? []);
}

const spoken = (path: string): string => (path === 'show' ? 'tlsaudit without a command' : path);

/** A flag that nobody takes: the nearest one that the command takes, else the nearest of another command, and whose it is. */
function unknownFlag(program: Command, command: Command, word: string): string {
	const known = flagsOf(command);
	const sentence = `unknown option '${word}'`;
	if (nearest(word, known) !== null) return sentence + didYouMean(word, known);
	const other = nearest(word, commandsOf(program).flatMap(flagsOf));
	if (other === null) return sentence;
	const names = takers(program, other).map(spoken);
	return `${sentence}; ${other}, which is near, is a flag of ${inWords(names)}`;
}

/** A flag that the command does not take: who does, or the nearest right one. */
export function untakenFlag(program: Command, command: Command, word: string): string {
	// Commander does not know `--quiet=1`.
	const asked = pathOf(command) === 'show' ? program : command;
	if (flagsOf(asked).includes(word)) return `${word} takes no value; write ${word} alone`;
	const path = pathOf(command);
	const other = renamed[`${path} ${word}`];
	if (other !== undefined) return `${word}: ${other}`;
	const names = takers(program, word).map(spoken);
	if (names.length === 0) return unknownFlag(program, command, word);
	return `${word}: ${spoken(path)} does not take it; ${inWords(names)} ${names.length === 1 ? 'does' : 'do'}`;
}

/** A shared flag that was typed and that the command does not take; undefined where there is none. */
export function untakenShared(program: Command, command: Command): string | undefined {
	const path = pathOf(command);
	const wrong = sharedFlags.find(
		({option, takenBy}) =>
			program.getOptionValueSource(option.attributeName()) === 'cli' && !takenBy.some(name => name === path),
	);
	return wrong === undefined ? undefined : untakenFlag(program, command, wrong.option.long ?? wrong.option.flags);
}

/** A word in place of a command, below a program or a folder of commands; behind `help` it may have been meant as a page. */
export function unknownCommand(parent: Command, word: string, pages: readonly string[] = []): string {
	const known = parent.commands.map(each => each.name()).filter(name => name !== nameless);
	const place = parent.parent ? `${parent.name()}: ` : '';
	const what = pages.length === 0 ? 'command' : 'command or page';
	const near = didYouMean(word, [...known, ...pages]);
	const hint = near === '' && pages.length > 0 ? '; tlsaudit help lists them' : near;
	return `${place}unknown ${what} '${word}'${hint}`;
}

/** A word as `report` is written, which a file may have as its name too. */
const bareWord = /^[a-z][a-z-]*$/i;

/** Words by which a command may be meant, and the whole name of it: `verify` is `db verify`. */
const meant: ReadonlyMap<string, string> = new Map(
	commandNames
		.slice(1)
		.toReversed()
		.flatMap(name => [
			[name.replace(/^.* /, ''), name],
			[name.replace(/ .*$/, ''), name.replace(/ .*$/, '')],
		]),
);

/**
 * A command that was mistyped, or stands behind a file, and so was taken for the name of a file; undefined where there is none. A
 * file of that name is a file.
 */
export function mistypedCommand(words: readonly string[], exists: (path: string) => boolean): string | undefined {
	const [first = '', ...others] = words;
	if (meant.get(first) === first) return undefined;
	if (bareWord.test(first) && !exists(first)) {
		const name = meant.get(nearest(first, meant.keys()) ?? '');
		const hint = name === undefined ? '; tlsaudit --help lists the commands' : `; did you mean "${name}"?`;
		return `${first}: no such file or command${hint}`;
	}
	const late = others.find(word => bareWord.test(word) && meant.get(word) === word && !exists(word));
	return late === undefined ? undefined : `${late}: no such file; a command comes first: tlsaudit ${late} ${first}`;
}

/** An argument that is missing: what it is, and a command line that has one. */
export function missingArgument(command: Command, name: string): string {
	const path = pathOf(command);
	const about = command.registeredArguments.find(each => each.name() === name)?.description ?? '';
	const example = helpTexts[path as CommandName]?.examples[0]?.line;
	return `${path}: missing <${name}>${about === '' ? '' : ` (${about})`}${example === undefined ? '' : `; for example: ${example}`}`;
}

/** Commander's own complaint in the form of all others: `what; what to do`. */
export function plainComplaint({message}: CommanderError): string {
	return message
		.trim()
		.replace(/^error: /, '')
		.replace(/^command-argument value ('.*') is invalid for argument '(.*?)'/s, '$2 $1 is invalid')
		.replaceAll('\n', ' ');
}
