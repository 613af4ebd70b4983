import type {Command, Help, Option} from 'commander';
import {nameless, pathOf} from '../cli/help-page.ts';
import {helpPages} from '../cli/help-pages.ts';
import {helpTexts} from '../cli/help-texts.ts';
import {type CommandName, sharedFlags} from '../cli/shared-flags.ts';
import {type Block, sectionOf} from './blocks.ts';
import {blocksRoff, code, heading, page, paragraph, type Roff, said, subheading, tagged, title} from './roff.ts';

/** Commands that can be run, those in folders too, in the order of the help. */
function runnable(program: Command): Command[] {
	return program.commands.flatMap(each =>
		each.commands.length > 0
			? runnable(each).filter(inner => inner.name() !== 'help')
			: each.name() === nameless
				? []
				: [each],
	);
}

const isShared = ({long}: Option): boolean => sharedFlags.some(({option}) => option.long === long);
/** Flags that each command shows of itself. */
const isUsual = ({long}: Option): boolean => long === '--help' || long === '--version';

function flag(helper: Help, option: Option, behind = ''): Roff {
	return tagged(option.flags, said(`${helper.optionDescription(option)}${behind}.`));
}

/** A command: how it is called, what it does, its own flags, notes. */
function commandPart(helper: Help, command: Command): Roff {
	const path = pathOf(command);
	const own = helper.visibleOptions(command).filter(option => !isShared(option) && !isUsual(option));
	const {notes = []} = helpTexts[path as CommandName];
	return page([
		subheading(path === 'show' ? 'tlsaudit [files...]' : helper.commandUsage(command).replace(' [options]', '')),
		...(path === 'show' ? [] : [paragraph(said(`${command.description()}.`))]),
		...helper
			.visibleArguments(command)
			.map(argument => tagged(helper.argumentTerm(argument), said(`${helper.argumentDescription(argument)}.`))),
		...own.map(option => flag(helper, option)),
		...notes.flatMap(note => note.split('\n').map(line => paragraph(said(line)))),
	]);
}

/** Which commands take a shared flag. */
function takenBy(names: readonly CommandName[], all: number): string {
	if (names.length === all) return '';
	return ` (${names.map(name => (name === 'show' ? 'tlsaudit without a command' : name)).join(', ')})`;
}

/**
 * The page `tlsaudit(1)`, of the table of commands and flags. `exitStatuses` is the page of help that has them. The sections are
 * those of man-pages(7).
 */
export function commandManual(program: Command, exitStatuses: readonly Block[], day: string, version: string): Roff {
	const helper = program.createHelp();
	const names = Object.keys(helpTexts) as CommandName[];
	return page([
		title('tlsaudit', 1, day, version, 'which TLS mail really used, by the logs of Postfix and Dovecot'),
		heading('synopsis'),
		paragraph([
			{text: 'tlsaudit', code: true},
			{text: ' [options] [files...]', code: false},
		]),
		paragraph([
			{text: 'tlsaudit', code: true},
			{text: ' command [options] …', code: false},
		]),
		heading('description'),
		paragraph(said(program.description())),
		heading('commands'),
		commandPart(helper, program),
		...runnable(program).map(command => commandPart(helper, command)),
		heading('options of several commands'),
		...sharedFlags.map(({option, takenBy: takers}) => flag(helper, option, takenBy(takers, names.length))),
		...helper
			.visibleOptions(program)
			.filter(isUsual)
			.map(option => flag(helper, option)),
		heading('exit status'),
		blocksRoff(sectionOf(exitStatuses, 'Exit status')),
		heading('examples'),
		paragraph(said('In the folder of tlsaudit, which has the samples:')),
		...names.flatMap(name =>
			helpTexts[name].examples.map(({what, line}) => [...paragraph(said(what)), ...code([line])]),
		),
		heading('see also'),
		paragraph(
			said(
				Object.keys(helpPages)
					.map(name => `tlsaudit-${name}(7)`)
					.join(', '),
			),
		),
	]);
}

/** A page of help as a page of the manual, `tlsaudit-NAME(7)`. */
export function helpManual(name: keyof typeof helpPages, blocks: readonly Block[], day: string, version: string): Roff {
	const [first, ...rest] = blocks;
	const body = first?.kind === 'heading' && first.depth === 1 ? rest : blocks;
	const begins = body[0]?.kind === 'heading' && body[0].depth <= 2;
	return page([
		title(`tlsaudit-${name}`, 7, day, version, helpPages[name]),
		...(begins ? [] : [heading('description')]),
		blocksRoff(body),
		heading('see also'),
		paragraph(said('tlsaudit(1)')),
	]);
}
