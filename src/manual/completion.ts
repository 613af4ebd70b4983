import type {Argument, Command, Help, Option} from 'commander';
import {nameless, pathOf} from '../cli/help-page.ts';
import {helpPages} from '../cli/help-pages.ts';
import {hops} from '../model/session.ts';

/** A word that may come next, and what it is. */
export type Candidate = {readonly word: string; readonly about: string};

/** Names that flags and arguments take and the table of flags does not hold. */
export type Names = {readonly policies: readonly Candidate[]};

const bare = (words: readonly string[]): Candidate[] => words.map(word => ({word, about: ''}));

/** The commands below a command. */
function commandsBelow(command: Command): Candidate[] {
	return command.commands
		.filter(each => each.name() !== nameless)
		.map(each => ({word: each.name(), about: each.description()}));
}

function pages(): Candidate[] {
	return Object.entries(helpPages).map(([word, about]) => ({word, about}));
}

/** What a flag takes, as far as it can be known; nothing where it is a file, a time, a number. */
function valuesOf({long, argChoices}: Option, {policies}: Names): readonly Candidate[] {
	if (argChoices !== undefined) return bare(argChoices);
	if (long === '--policy' || long === '--preset') return policies;
	if (long === '--hop') return bare(hops);
	return [];
}

/** What an argument takes, in the same way. */
function argumentsOf(command: Command, argument: Argument | undefined, {policies}: Names): readonly Candidate[] {
	if (argument?.argChoices !== undefined) return bare(argument.argChoices);
	const path = pathOf(command);
	if (path === 'policy show') return policies;
	if (path !== 'help') return [];
	const commands = command.parent === null ? [] : commandsBelow(command.parent);
	// A page may have the name of a command.
	return [...commands, ...pages().filter(page => !commands.some(({word}) => word === page.word))];
}

/** The flags of a command, both forms of each. */
function flagsOf(helper: Help, command: Command): Candidate[] {
	return helper
		.visibleOptions(command)
		.flatMap(({long, short, description}) => [long, short].flatMap(word => (word ? [{word, about: description}] : [])));
}

/** bash takes `--policy=rfc` apart into three words. */
function together(words: readonly string[]): string[] {
	const whole: string[] = [];
	for (const word of words) {
		const before = whole.at(-1);
		if (word === '=' && before?.startsWith('--')) whole[whole.length - 1] = `${before}=`;
		else if (before?.startsWith('--') && before.endsWith('=')) whole[whole.length - 1] = before + word;
		else whole.push(word);
	}
	return whole;
}

/** Where in a command line the last word stands. */
type Place = {
	readonly command: Command;
	/** The flag whose value the last word is. */
	readonly flag: Option | undefined;
	/** How many arguments stand before it. */
	readonly before: number;
	/** Nothing behind `--` is a flag. */
	readonly literal: boolean;
};

function placeOf(program: Command, helper: Help, words: readonly string[]): Place {
	let command = program;
	let flag: Option | undefined;
	let before = 0;
	let literal = false;
	for (const word of words) {
		if (flag !== undefined && !word.startsWith('-')) {
			if (!flag.variadic) flag = undefined;
			continue;
		}
		flag = undefined;
		if (word === '--') literal = true;
		else if (!literal && word.startsWith('-'))
			flag = helper
				.visibleOptions(command)
				.find(each => (each.long === word || each.short === word) && (each.required || each.optional));
		else {
			const next = before === 0 ? command.commands.find(each => each.name() === word && word !== nameless) : undefined;
			if (next === undefined) before += 1;
			else command = next;
		}
	}
	return {command, flag, before, literal};
}

/**
 * What the last of the words behind the program's name may become: commands, flags, choices of a flag, names of policies and pages.
 * Nothing where a file, a time or a number may stand: the shell then offers files.
 */
export function completions(program: Command, typed: readonly string[], names: Names): Candidate[] {
	const helper = program.createHelp();
	const words = together(typed);
	const last = words.pop() ?? '';
	const {command, flag, before, literal} = placeOf(program, helper, words);
	const those = (candidates: readonly Candidate[], prefix: string): Candidate[] =>
		candidates.filter(({word}) => word.startsWith(prefix));
	const [, long, value = ''] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
	if (long !== undefined && !literal) {
		const option = helper.visibleOptions(command).find(each => each.long === long);
		const found = option === undefined ? [] : those(valuesOf(option, names), value);
		// bash replaces what is behind the sign only.
		return typed.at(-1) === last ? found.map(({word, about}) => ({word: `${long}=${word}`, about})) : found;
	}
	if (flag !== undefined && !last.startsWith('-')) return those(valuesOf(flag, names), last);
	if (!literal && last.startsWith('-')) return those(flagsOf(helper, command), last);
	if (before === 0 && command.commands.length > 0) return those(commandsBelow(command), last);
	const {registeredArguments} = command;
	return those(argumentsOf(command, registeredArguments[before] ?? registeredArguments.at(-1), names), last);
}
