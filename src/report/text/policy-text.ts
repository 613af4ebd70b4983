import {isStale} from '../../policy/calendar.ts';
import {describePolicy} from '../../policy/describe-policy.ts';
import type {PolicyEntry} from '../../policy/policies.ts';
import type {Policy} from '../../policy/policy.ts';
import {plain} from '../../text/plain.ts';
import {folded} from './layout.ts';

const fold = (text: string): string[] => folded(plain(text), '    ');

function checkedText(entry: PolicyEntry, now: number): string[] {
	if (entry.checked === null) return [];
	const warning = isStale(entry, now) ? ': more than 18 months ago; look for a newer edition' : '';
	return fold(`checked ${entry.checked}${warning}`);
}

/** Names of policies with what they are, and when each was checked; `now` in ms since 1970 UTC. */
export function policyListText(all: readonly PolicyEntry[], now: number): string {
	const lines = all.flatMap(entry => [
		plain(entry.name),
		...(entry.same_as === null
			? [...fold(entry.title), ...fold(entry.source), ...checkedText(entry, now)]
			: fold(`the same as ${entry.same_as}`)),
	]);
	return `${lines.join('\n')}\n`;
}

/** A policy rule by rule, with the source of each, and what no log can show. */
export function policyRulesText(policy: Policy): string {
	return `${describePolicy(policy).map(plain).join('\n')}\n`;
}
