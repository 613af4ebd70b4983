import type {Demand, Intended} from '../../model/service-matrix.ts';
import type {Hop} from '../../model/session.ts';
import type {Policy, Rule} from '../../policy/policy.ts';
import {compareProtocols, type Protocol, protocols} from '../../tls/version.ts';
import type {GoverningProtocols} from '../effective/effective.ts';
import type {ServiceEntry, Setting} from '../read/configuration.ts';
import {placeWords} from '../read/parameters.ts';

type Lists = {
	readonly service: ServiceEntry;
	readonly protocols: GoverningProtocols | null;
	readonly otherProtocols: GoverningProtocols | null;
};

/** Whether a setting is an option of the service itself, and so meant for it alone. */
function ownOption(service: ServiceEntry, {name, place}: Setting): boolean {
	return service.options.some(
		option => option.name === name && option.place.file === place.file && option.place.line === place.line,
	);
}

/**
 * The list by which the administrator said what he wants. What is closer to the service counts before what is in
 * main.cf, and of two in one place the one that Postfix reads. A list for mandatory TLS in main.cf says nothing of a relay
 * port, where TLS is optional on purpose (RFC 3207 section 4): `bothKinds` false.
 */
function meantList({service, protocols: ruling, otherProtocols: other}: Lists, bothKinds: boolean) {
	const written = [ruling, other].filter(list => list !== null && list.setting !== null && list.invalid.length === 0);
	const own = written.find(list => list?.setting != null && ownOption(service, list.setting));
	if (own !== undefined) return own;
	return written.find(list => list === ruling || bothKinds) ?? null;
}

const violation = (policy: Policy | null, hop: Hop | null): Rule[] =>
	policy === null || hop === null
		? []
		: policy.rules.filter(({severity, hops}) => severity === 'violation' && hops.includes(hop));

/** The versions that a policy's violations leave on a hop; null when none of its rules is about versions. */
function versionsOf(rules: readonly Rule[]): {versions: readonly Protocol[]; rule: Rule} | null {
	for (const rule of rules) {
		const {check} = rule;
		if (check.kind !== 'min-version') continue;
		return {rule, versions: protocols.filter(each => compareProtocols(each, check.version) >= 0)};
	}
	return null;
}

/** What a policy wants of plaintext. A relay can advertise TLS and no more: the sender decides (RFC 3207 section 4). */
function demandOf(rules: readonly Rule[], hop: Hop | null): {demand: Demand; rule: Rule} | null {
	const rule = rules.find(({check}) => check.kind === 'plaintext');
	if (rule === undefined) return null;
	return {rule, demand: hop === 'submission' || hop === 'access' ? 'required' : 'offered'};
}

/**
 * What the administrator wants of a service: by the list he wrote for it, whichever of the two it is, and by the policy's
 * rules of severity `violation`. Where both speak, the versions that both want.
 */
export function intention(lists: Lists | null, hop: Hop | null, wrapper: boolean, policy: Policy | null): Intended {
	const rules = violation(policy, hop);
	const name = policy === null ? '' : `policy ${policy.name}`;
	const sources: string[] = [];
	const list = lists === null ? null : meantList(lists, hop === 'submission' || hop === 'access');
	let versions: readonly Protocol[] | null = null;
	if (list !== null && list !== undefined && list.setting !== null) {
		versions = list.allowed;
		sources.push(`${list.parameter}, ${placeWords(list.setting)}`);
	}
	const floor = versionsOf(rules);
	if (floor !== null) {
		const meant: readonly Protocol[] = versions ?? protocols;
		const both = meant.filter(each => floor.versions.includes(each));
		if (versions === null || both.length < versions.length) sources.push(`${name}, rule ${floor.rule.id}`);
		versions = both;
	}
	const expected = demandOf(rules, hop);
	if (expected !== null && !wrapper) sources.push(`${name}, rule ${expected.rule.id}`);
	return {versions, demand: wrapper ? 'implicit' : (expected?.demand ?? null), sources};
}
