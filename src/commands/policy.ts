import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {isStale, staleText} from '../policy/calendar.ts';
import {policies} from '../policy/policies.ts';
import {policyJsonSchema} from '../policy/policy-schema.ts';
import {jsonText} from '../report/formats/json.ts';
import {policyListText, policyRulesText} from '../report/text/policy-text.ts';
import {plain} from '../text/plain.ts';
import {loadPolicy, policyProblems, policyText} from './policies.ts';

/** `tlsaudit policy list | show NAME | validate FILE | schema`. */
export async function policy({command, subject, format, now}: Settings, io: Io): Promise<Outcome> {
	const json = format === 'json';
	if (command === 'policy list') {
		const all = policies();
		await io.write(json ? jsonText(all.map(each => ({...each, stale: isStale(each, now)}))) : policyListText(all, now));
		return {};
	}
	if (command === 'policy show') {
		const chosen = await loadPolicy(subject);
		const stale = staleText(chosen, now);
		if (stale !== null) io.warn(stale);
		await io.write(json ? jsonText(chosen) : policyRulesText(chosen));
		return {};
	}
	if (command === 'policy schema') {
		await io.write(jsonText(policyJsonSchema()));
		return {};
	}
	const problems = await policyProblems(subject, await policyText(subject));
	for (const problem of problems) io.complain(problem);
	if (problems.length === 0) await io.write(`${plain(subject)}: valid\n`);
	return {incomplete: problems.length > 0};
}
