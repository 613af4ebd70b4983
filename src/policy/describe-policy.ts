import {groupOf, isPostQuantum} from '../tls/group.ts';
import {dayAfter} from './calendar.ts';
import {anyHybrid, describeChoice} from './check.ts';
import {type Check, citation, type Policy, type Rule, type Source} from './policy.ts';

function describeGroups(words: readonly string[]): string {
	const names = words.filter(word => word !== anyHybrid).join(', ');
	if (names.length === 0) return 'that are hybrid';
	if (!words.includes(anyHybrid)) return names;
	// A list that has a classic group was written for these.
	const isClassic = words.some(word => word !== anyHybrid && !isPostQuantum(groupOf(word) ?? ''));
	return `${names}; any hybrid group${isClassic ? ', which is stronger than the list' : ''}`;
}

/** What a rule asks, in words. */
export function describeCheck(check: Check): string {
	switch (check.kind) {
		case 'service':
			return `by ${check.allowed.map(describeChoice).join(' or ')}`;
		case 'plaintext':
			return check.of === 'either' ? 'no mail and no login in plaintext' : `no ${check.of} in plaintext`;
		case 'min-version':
			return `${check.version} or later`;
		case 'best-version':
			return `${check.version} preferred`;
		case 'ban':
			return `none of ${check.suites.join(', ')}`;
		case 'suites':
			return `only ${check.allowed.join(', ')}`;
		case 'key-exchange':
			return `key exchange ${check.allowed.join(' or ')}`;
		case 'server-key':
			return `server key ${check.allowed.join(' or ')}`;
		case 'unseen':
			return `${check.suites.join(', ')} suites only with ${check.what}, which no log shows: always unknown`;
		case 'min-rsa-bits':
			return `RSA keys of ${check.bits} bits or more`;
		case 'groups':
			return `groups ${describeGroups(check.allowed)}`;
		case 'hybrid':
			return 'hybrid key exchange: TLS 1.3 and a group with ML-KEM';
		case 'digests':
			return `signature digests ${check.allowed.join(', ')}`;
		case 'trust':
			return `peers ${check.level} when we are the client`;
		case 'dane':
			return 'DANE when we are the client';
	}
}

/** The citation without its secondary source, which the head of the description names once. */
function place({document, section}: Source): string {
	return citation({document, section});
}

/** Rules in blocks, each under its title. */
function describeRules<R extends Rule>(rules: readonly R[], titleOf: (rule: R) => string): string[] {
	const blocks = new Map<string, string[]>();
	for (const rule of rules) {
		const title = titleOf(rule);
		const block = blocks.get(title) ?? [];
		block.push(`  ${rule.severity.padEnd(9)}  ${rule.id}: ${describeCheck(rule.check)}`);
		block.push(`             [${place(rule.source)}]`);
		blocks.set(title, block);
	}
	return [...blocks].flatMap(([title, block]) => ['', title, ...block]);
}

/**
 * A policy as lines of text: name, source and the day it was checked, every rule by hops with its citation, the rules that are to
 * come, exceptions, what no log shows and what nobody has verified.
 */
export function describePolicy(policy: Policy): string[] {
	const lines = [`${policy.name}: ${policy.title}`, `Source: ${policy.source}`];
	if (policy.checked !== null) lines.push(`Checked: ${policy.checked}`);
	lines.push(...describeRules(policy.rules, ({hops}) => hops.join(', ')));
	lines.push(...describeRules(policy.later, ({hops, until}) => `from ${dayAfter(until)}: ${hops.join(', ')}`));
	if (policy.destinations.length > 0) lines.push('', 'destinations');
	for (const entry of policy.destinations) lines.push(`  ${entry.severity.padEnd(9)}  ${entry.domain}: ${entry.trust}`);
	if (policy.exceptions.length > 0) lines.push('', 'exceptions');
	for (const {rules, cidr, domain, user, reason, until} of policy.exceptions) {
		const who = [cidr, domain, user].filter(word => word !== undefined).join(' ');
		const what = rules.length === 0 ? 'every rule' : rules.join(', ');
		lines.push(`  until ${until}  ${who}: ${what} (${reason})`);
	}
	if (policy.unknowable.length > 0) lines.push('', 'unknown, since no log shows it');
	for (const {what, source} of policy.unknowable) lines.push(`  ${what} [${place(source)}]`);
	if (policy.unverified.length > 0) lines.push('', 'not verified, so no rule comes of it');
	for (const what of policy.unverified) lines.push(`  ${what}`);
	return lines;
}
