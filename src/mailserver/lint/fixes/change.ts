import {type LintSubject, serviceName} from '../checks/rule.ts';
import {type Command, commandOf, directoryOf, type Edit, editLine} from './command.ts';

/** One change of a fix: each parameter by itself, since another finding may have settled one of several. */
export type Change = {
	/** `main.cf smtp_tls_loglevel`, `smtp/inet syslog_name`: what it changes. */
	readonly key: string;
	readonly command: Command;
	/** The command line. */
	readonly line: string;
	readonly edit: Edit | null;
};

/** The changes that a line of a fix makes; null where it is advice. */
export function changesOf(line: string): readonly Change[] | null {
	const command = commandOf(line);
	if (command === null) return null;
	if (!('edits' in command)) {
		const key = 'entry' in command ? `master.cf ${command.entry.service}` : `line ${line}`;
		return [{key, command, line, edit: null}];
	}
	const directory = directoryOf(line);
	return command.edits.map(edit => ({
		key: `${edit.service ?? 'main.cf'} ${edit.name}`,
		command: {edits: [edit]},
		line: editLine(edit, directory),
		edit,
	}));
}

/** How often a name is set at a place of the configuration, and to what at last. */
export function standing({configuration}: LintSubject, {service, name}: Edit): {count: number; value: string | null} {
	const settings =
		service === null
			? configuration.main
			: configuration.services?.findLast(one => serviceName(one) === service)?.options;
	const own = (settings ?? []).filter(setting => setting.name === name);
	return {count: own.length, value: own.at(-1)?.value ?? null};
}

/** Whether a change leaves everything as it is. */
export function isIdle({edit}: Change, subject: LintSubject): boolean {
	if (edit === null) return false;
	const {count, value} = standing(subject, edit);
	return value === edit.value && count < 2;
}
