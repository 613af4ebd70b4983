import type {Judged} from '../report/verdict.ts';
import {wishes} from '../report/wishes.ts';
import {breaches} from '../store/breaches.ts';
import {excepted, undecidedRules} from '../store/excepted.ts';
import type {Filter} from '../store/filter.ts';
import {ways} from '../store/queries.ts';
import type {Store} from '../store/store.ts';
import {expiredExceptions} from '../tls/peer.ts';
import type {Policy} from '../tls/policy.ts';

/** What judging by the policy found in the loaded sessions; with `fresh` without what a baseline knows. */
export async function judged(
	store: Store,
	policy: Policy,
	filter: Filter,
	now: number,
	fresh = false,
): Promise<Judged> {
	return {
		wishes: wishes(policy, await ways(store, filter)),
		violations: await breaches(store, filter, fresh),
		excepted: await excepted(store, filter),
		expired: expiredExceptions(policy, now),
		undecided: await undecidedRules(store, filter),
	};
}
