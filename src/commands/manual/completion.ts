import type {Outcome} from '../../cli/exit.ts';
import {commandTree, type shells} from '../../cli/flags.ts';
import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {completions} from '../../manual/completion.ts';
import {completionShells} from '../../manual/completion-scripts.ts';
import {policies} from '../../policy/policies.ts';

/** `tlsaudit completion SHELL`: the script of the shell; with words behind it, what the last of them may become. */
export async function completion({subject, files: words}: Settings, io: Io): Promise<Outcome> {
	const {script, answer} = completionShells[subject as (typeof shells)[number]];
	if (words.length === 0) {
		await io.write(script);
		return {};
	}
	const names = policies().map(({name, title}) => ({word: name, about: title}));
	await io.write(answer(completions(commandTree(), words, {policies: names})));
	return {};
}
