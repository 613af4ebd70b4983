import {findPolicy, policies} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {runs} from '../runs.ts';

const all = policies()
	.filter(({same_as}) => same_as === null)
	.map(({name}) => findPolicy(name));

const kindsOf = ({rules, later}: Policy): string[] => [
	...rules.flatMap(({hops, severity, check}) => hops.map(hop => `${hop} ${severity} ${check.kind}`)),
	...later.map(({check}) => `later ${check.kind}`),
];

/** The fewest policies, about, that have every kind of rule of every severity on every hop that any has: the default, then each time who has most of the rest. */
function fewest(): Policy[] {
	const left = new Set(all.flatMap(kindsOf));
	const chosen: Policy[] = [];
	const news = (policy: Policy): number => new Set(kindsOf(policy).filter(kind => left.has(kind))).size;
	for (let next = all[0]; next !== undefined && left.size > 0; ) {
		chosen.push(next);
		for (const kind of kindsOf(next)) left.delete(kind);
		next = all.reduce((best, other) => (news(other) > news(best) ? other : best));
	}
	return chosen;
}

/** Policies for tests of what is done with a verdict, whosever it is: in a usual run those of every kind, in a longer one all. */
export const policiesOfEachKind: readonly Policy[] = runs(1) > 1 ? all : fewest();
