import {type Argument, type Command, Help, type Option} from 'commander';
import {helpPages} from './help-pages.ts';
import {type HelpText, helpTexts} from './help-texts.ts';
import {type CommandName, sharedFlags} from './shared-flags.ts';

/** The command without a name, whose flags are in the help of the program. No word that anybody types. */
export const nameless = '(screen)';

/** The words that name a command: `policy list`; of the program itself `show`; of a folder of commands its own: `policy`. */
export function pathOf(command: Command): string {
	const words: string[] = [];
	for (let each: Command | null = command; each?.parent; each = each.parent) words.unshift(each.name());
	return words.length === 0 || words[0] === nameless ? 'show' : words.join(' ');
}

/** Whose arguments and flags stand in the help of a command: its own, and in that of the program those of the nameless one. */
function shownCommand(command: Command): Command {
	return command.parent ? command : (command.commands.find(each => each.name() === nameless) ?? command);
}

/** Flags that several commands take, as far as this one does, with what they are to it. */
const sharedBy = (path: string): Option[] =>
	sharedFlags
		.filter(({takenBy}) => takenBy.includes(path as CommandName))
		.map(({option, saidOf}) => {
			const said = saidOf?.[path as CommandName];
			return said === undefined ? option : Object.assign(Object.create(option) as Option, {description: said});
		});

/** What stands below the flags; of a folder of commands, the examples of all. */
function textOf(path: string): HelpText {
	const own = helpTexts[path as CommandName];
	if (own !== undefined) return own;
	const below = Object.entries(helpTexts).filter(([name]) => name.startsWith(`${path} `));
	return {examples: below.flatMap(([, {examples}]) => examples)};
}

/** Below so many columns a description stands under its flag. */
const leastBeside = 30;

const indented = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));

/** A page of help: usage, arguments, the flags of the command, those that it shares, commands, notes, examples. */
export class HelpPage extends Help {
	override minWidthToWrap = 20;

	override commandUsage(command: Command): string {
		const usage = super.commandUsage(shownCommand(command)).replace(` ${nameless}`, '');
		return command.parent ? usage : `${usage}\n       tlsaudit COMMAND …`;
	}

	override visibleArguments(command: Command): Argument[] {
		return super.visibleArguments(shownCommand(command));
	}

	override visibleOptions(command: Command): Option[] {
		const own = shownCommand(command).options.filter(({hidden}) => !hidden);
		const help = super.visibleOptions(command).filter(({long}) => long === '--help' || long === '--version');
		return [...own, ...sharedBy(pathOf(command)), ...help];
	}

	override optionDescription({description, argChoices = [], defaultValue, defaultValueDescription}: Option): string {
		const choices = argChoices.length > 0 ? `: ${argChoices.join(', ')}` : '';
		const usual = typeof defaultValue === 'boolean' ? undefined : (defaultValueDescription ?? defaultValue);
		return `${description}${choices}${usual === undefined ? '' : `; default: ${usual}`}`;
	}

	override argumentDescription({description, defaultValue}: Argument): string {
		return defaultValue === undefined ? description : `${description}; default: ${defaultValue}`;
	}

	override subcommandTerm(command: Command): string {
		const below = command.commands.map(each => each.name()).filter(name => name !== 'help');
		if (below.length > 0) return `${command.name()} ${below.join('|')}`;
		return super.subcommandTerm(command).replace(' [options]', '');
	}

	/** In the order in which they are shown. */
	override groupItems<T extends Command | Option>(_all: T[], shown: T[], heading: (item: T) => string) {
		return super.groupItems([], shown, heading);
	}

	override formatItem(term: string, termWidth: number, description: string, helper: Help): string {
		const columns = this.helpWidth ?? 80;
		if (columns - termWidth - 4 >= leastBeside) return super.formatItem(term, termWidth, description, helper);
		return `  ${term}\n${indented(helper.boxWrap(description, columns - 6), 6)}`;
	}

	/** The pages, in the help of the program. */
	#pages(helper: Help): string {
		const names = Object.entries(helpPages);
		const widest = Math.max(...names.map(([name]) => name.length));
		const items = names.map(([name, about]) => helper.formatItem(name, widest, about, helper));
		return `Pages, tlsaudit help PAGE:\n${items.join('\n')}\n`;
	}

	override formatHelp(command: Command, helper: Help): string {
		const {notes = [], examples} = textOf(pathOf(command));
		const columns = this.helpWidth ?? 80;
		const paragraphs = notes.map(note => `${helper.boxWrap(note, columns)}\n`);
		const lines = examples.map(({what, line}) => `  ${what}\n    ${line}\n`);
		const page = [super.formatHelp(command, helper), ...(command.parent ? [] : [this.#pages(helper)]), ...paragraphs];
		if (lines.length > 0) page.push(`Examples, in the folder of tlsaudit:\n${lines.join('')}`);
		return page.join('\n');
	}
}
