import type {DatedRule, Policy} from './policy.ts';

/** The calendar day of a moment (ms since 1970) in UTC, `YYYY-MM-DD`. */
export function dayOf(moment: number): string {
	return new Date(moment).toISOString().slice(0, 10);
}

/** The day after a day, both `YYYY-MM-DD`. */
export function dayAfter(day: string): string {
	return dayOf(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
}

const isDue = (rule: DatedRule, day: string): boolean => rule.until < day;

/**
 * A policy as it is on a day (`YYYY-MM-DD`, UTC): of the rules that are to come, those whose last day of grace is over hold. The
 * same object where none is.
 */
export function policyAt(policy: Policy, day: string): Policy {
	const due = policy.later.filter(rule => isDue(rule, day));
	if (due.length === 0) return policy;
	return {...policy, rules: [...policy.rules, ...due], later: policy.later.filter(rule => !isDue(rule, day))};
}

/** Documents of TLS come in new editions every one or two years. */
const freshMonths = 18;

/**
 * Whether nobody has looked for a newer edition of a policy's document for more than 18 months before `now` (ms since 1970 UTC).
 * A policy of one's own without a document is never stale.
 */
export function isStale({checked}: Pick<Policy, 'checked'>, now: number): boolean {
	if (checked === null) return false;
	const limit = new Date(`${checked}T00:00:00Z`);
	limit.setUTCMonth(limit.getUTCMonth() + freshMonths);
	return now >= limit.getTime() + 86_400_000;
}

/** The warning about a policy whose document was last looked at too long ago; null where there is none to give. */
export function staleText(policy: Pick<Policy, 'name' | 'checked'>, now: number): string | null {
	if (!isStale(policy, now)) return null;
	return `policy ${policy.name} was last checked on ${policy.checked}, more than ${freshMonths} months ago; look for a newer edition of its document or of tlsaudit`;
}
