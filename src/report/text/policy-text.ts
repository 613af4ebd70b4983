import {describePolicy} from '../../policy/describe-policy.ts';
import type {Policy} from '../../policy/policy.ts';
import {plain} from '../../text/plain.ts';
import {folded} from './layout.ts';

const fold = (text: string): string[] => folded(plain(text), '    ');

/** Names of policies with what they are. */
export function policyListText(all: ReadonlyArray<Pick<Policy, 'name' | 'title' | 'source'>>): string {
	const lines = all.flatMap(({name, title, source}) => [plain(name), ...fold(title), ...fold(source)]);
	return `${lines.join('\n')}\n`;
}

/** A policy rule by rule, with the source of each, and what no log can show. */
export function policyRulesText(policy: Policy): string {
	return `${describePolicy(policy).map(plain).join('\n')}\n`;
}
