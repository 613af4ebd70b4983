import type {Settings} from '../cli/settings.ts';
import {missingLogging} from '../model/missing-logging.ts';
import {makeVerdict, placesOf, usualShare} from '../model/verdict.ts';
import {expiredExceptions} from '../policy/peer.ts';
import type {Policy} from '../policy/policy.ts';
import {ruleRemedy} from '../policy/remedy.ts';
import {expectations} from '../report/expectations.ts';
import {broken, type Findings} from '../report/verdict.ts';
import {evidence} from '../store/queries/evidence.ts';
import {findingGroups} from '../store/queries/findings/findings.ts';
import {inconclusiveRules, suppressed} from '../store/queries/findings/suppressed.ts';
import {ways} from '../store/queries/summary.ts';
import type {Store} from '../store/store.ts';

/** What is known of the reading of the logs, as far as a verdict hangs on it. */
export type Read = Pick<Findings, 'nothing' | 'partial' | 'problems'>;

/** What judging by the policy found in the loaded sessions, and the verdict; with `fresh` without what a baseline knows. */
export async function findingsOf(
	store: Store,
	policy: Policy,
	{filter, asOf, judging}: Pick<Settings, 'filter' | 'asOf' | 'judging'>,
	{nothing, partial, problems}: Read,
	fresh = false,
): Promise<Findings> {
	const {at = null, failOn = 'violation', maxViolations: max = 0, maxUndecided = usualShare} = judging;
	const rows = await evidence(store, filter);
	const places = placesOf(rows);
	const violations = (await findingGroups(store, filter, fresh)).map(group => ({
		...group,
		remedy: ruleRemedy(policy, group.rule, group.hop),
	}));
	const counted = broken(violations, failOn);
	return {
		at,
		expectations: expectations(policy, await ways(store, filter), places, maxUndecided, partial),
		violations,
		suppressed: await suppressed(store, filter),
		expired: expiredExceptions(policy, asOf),
		inconclusive: await inconclusiveRules(store, policy, filter),
		verdict: makeVerdict({broken: counted > max, evidence: rows, maxUndecided, partial}),
		counted,
		max,
		places,
		maxUndecided,
		missing: missingLogging(rows),
		nothing,
		partial,
		problems,
	};
}
