import type {ClientPolicy} from '../effective.ts';
import {type Draft, type LintSubject, serviceName} from './rule.ts';

/**
 * A rule that looks at each transport. What main.cf says for all of them is one mistake: it is reported of the first, and the
 * others are named in its evidence.
 */
export function eachClient(
	find: (policy: ClientPolicy, subject: LintSubject) => Draft | null,
): (subject: LintSubject) => readonly Draft[] {
	return subject => {
		const drafts = new Map<string, {draft: Draft; others: Set<string>}>();
		for (const policy of subject.clients) {
			const draft = find(policy, subject);
			if (draft === null) continue;
			const own = draft.setting && policy.service.options.some(option => option.name === draft.setting?.name);
			const key = own ? `${serviceName(policy.service)} ${draft.evidence}` : draft.evidence;
			const known = drafts.get(key);
			if (known === undefined) drafts.set(key, {draft, others: new Set()});
			else if (known.draft.service !== draft.service) known.others.add(draft.service);
		}
		return [...drafts.values()].map(({draft, others}) =>
			others.size === 0 ? draft : {...draft, evidence: `${draft.evidence}; the same for ${[...others].join(', ')}`},
		);
	};
}
