import {describeChoice} from './check.ts';
import {type Check, citation, type Policy, type Source} from './policy.ts';

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
			return `groups ${check.allowed.join(', ')}`;
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

/** A policy as lines of text: name, source, every rule by hops with its citation, exceptions, and what no log shows. */
export function describePolicy(policy: Policy): string[] {
	const lines = [`${policy.name}: ${policy.title}`, `Source: ${policy.source}`];
	const byHops = new Map<string, string[]>();
	for (const rule of policy.rules) {
		const title = rule.hops.join(', ');
		const block = byHops.get(title) ?? [];
		block.push(`  ${rule.severity.padEnd(9)}  ${rule.id}: ${describeCheck(rule.check)}`);
		block.push(`             [${place(rule.source)}]`);
		byHops.set(title, block);
	}
	for (const [title, block] of byHops) lines.push('', title, ...block);
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
	return lines;
}
