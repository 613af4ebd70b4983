import {type Hop, hops} from '../model/session.ts';
import type {Severity} from '../model/severity.ts';
import {didYouMean} from '../text/nearest.ts';
import {parseProtocol} from '../tls/version.ts';
import {destinationRule} from './peer.ts';
import {findPolicy} from './policies.ts';
import type {Check, DatedRule, Exception, Policy, Rule} from './policy.ts';
import type {DatedFile, HopFile, PolicyFile} from './policy-schema.ts';

/** A word that only the whole policy shows to be wrong, and where in the file it is. */
export type Misfit = {readonly path: readonly PropertyKey[]; readonly message: string};

/** The rules one hop of a file sets, by the kinds of check they replace. */
function hopRules(hop: Hop, file: Omit<HopFile, 'dated'>, name: string): Rule[] {
	const rules: Rule[] = [];
	const add = (key: keyof typeof file, check: Check, severity: Severity = file.severity ?? 'violation') => {
		const source = {document: `policy ${name}`, section: `hops.${hop}.${key}`};
		rules.push({id: `${hop}-${key}`, severity, hops: [hop], source, check});
	};
	if (file.allow) add('allow', {kind: 'service', allowed: file.allow.map(entry => JSON.parse(JSON.stringify(entry)))});
	if (file.plaintext && file.plaintext !== 'off') add('plaintext', {kind: 'plaintext', of: 'either'}, file.plaintext);
	if (file['min-version']) add('min-version', {kind: 'min-version', version: parseProtocol(file['min-version'])});
	const best = file['best-version'];
	if (best) add('best-version', {kind: 'best-version', version: parseProtocol(best)}, 'info');
	if (file.ban) add('ban', {kind: 'ban', suites: file.ban});
	if (file.suites) add('suites', {kind: 'suites', allowed: file.suites});
	if (file['key-exchange']) add('key-exchange', {kind: 'key-exchange', allowed: file['key-exchange']});
	if (file['server-key']) add('server-key', {kind: 'server-key', allowed: file['server-key']});
	if (file['min-rsa-bits']) add('min-rsa-bits', {kind: 'min-rsa-bits', bits: file['min-rsa-bits']});
	if (file.groups) add('groups', {kind: 'groups', allowed: file.groups});
	if (file.hybrid) add('hybrid', {kind: 'hybrid'});
	if (file.digests) add('digests', {kind: 'digests', allowed: file.digests});
	if (file.trust) add('trust', {kind: 'trust', level: file.trust});
	if (file.dane) add('dane', {kind: 'dane'});
	return rules;
}

/** The same of an entry that holds from the day after its date on. */
function datedRules(hop: Hop, {until, ...file}: DatedFile, name: string): DatedRule[] {
	return hopRules(hop, file, name).map(rule => ({
		...rule,
		id: `${rule.id}-after-${until}`,
		source: {...rule.source, section: rule.source.section.replace(`hops.${hop}.`, `hops.${hop}.dated.`)},
		until,
	}));
}

const kindOf: Partial<Record<keyof HopFile, Check['kind']>> = {allow: 'service'};

/** The base's rules without what a hop of the file says anew. `ban` takes nothing away. */
function without<R extends Rule>(rules: readonly R[], hop: Hop, file: object): R[] {
	const replaced = new Set(
		Object.keys(file)
			.filter(key => key !== 'ban')
			.map(key => kindOf[key as keyof HopFile] ?? key),
	);
	return rules.flatMap(rule => {
		if (!replaced.has(rule.check.kind) || !rule.hops.includes(hop)) return [rule];
		const left = rule.hops.filter(other => other !== hop);
		return left.length === 0 ? [] : [{...rule, hops: left}];
	});
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** `exactOptionalPropertyTypes`: what the file does not say is absent, not undefined. */
function exceptionOf(entry: NonNullable<PolicyFile['exceptions']>[number]): Exception {
	return {
		rules: entry.rules ?? [],
		...(entry.cidr === undefined ? {} : {cidr: entry.cidr}),
		...(entry.domain === undefined ? {} : {domain: entry.domain}),
		...(entry.user === undefined ? {} : {user: entry.user}),
		reason: entry.reason,
		until: entry.until,
	};
}

/** The policy a checked file amounts to, with the words that do not fit: unknown base policies and rule ids. */
export function buildPolicy(file: PolicyFile): {policy: Policy; misfits: Misfit[]} {
	const misfits: Misfit[] = [];
	let base: Policy | null = null;
	if (file.extends !== undefined) {
		try {
			base = findPolicy(file.extends);
		} catch (error) {
			misfits.push({path: ['extends'], message: messageOf(error)});
		}
	}
	let rules: readonly Rule[] = base?.rules ?? [];
	let later: readonly DatedRule[] = base?.later ?? [];
	for (const hop of hops) {
		const wanted = file.hops?.[hop];
		if (wanted === undefined) continue;
		const dated = wanted.dated ?? [];
		rules = [...without(rules, hop, wanted), ...hopRules(hop, wanted, file.name)];
		later = without(later, hop, Object.assign({}, wanted, ...dated));
		for (const [index, entry] of dated.entries()) {
			const added = datedRules(hop, entry, file.name);
			const twice = added.find(({id}) => later.some(rule => rule.id === id));
			if (twice !== undefined) {
				const message = `asks twice for the same thing from the same day on (${twice.id}); leave one of them out`;
				misfits.push({path: ['hops', hop, 'dated', index], message});
			}
			later = [...later, ...added];
		}
	}
	const ids = [
		...[...rules, ...later].map(rule => rule.id),
		...(file.destinations === undefined ? [] : [destinationRule]),
	];
	const misfit = (path: readonly PropertyKey[], word: string) => {
		// With a wrong base every id would be called wrong.
		if (ids.includes(word) || (file.extends !== undefined && base === null)) return;
		const near = didYouMean(word, ids) || ';';
		misfits.push({path, message: `no rule is called "${word}"${near} expected one of ${ids.join(', ')}`});
	};
	for (const id of Object.keys(file.severities ?? {})) misfit(['severities', id], id);
	for (const [index, entry] of (file.exceptions ?? []).entries())
		for (const [position, id] of (entry.rules ?? []).entries()) misfit(['exceptions', index, 'rules', position], id);
	const graded = <R extends Rule>(rule: R): R[] => {
		const severity = file.severities?.[rule.id] ?? rule.severity;
		return severity === 'off' ? [] : [{...rule, severity}];
	};
	const destinations = Object.entries(file.destinations ?? {}).map(([domain, entry]) => {
		const fallback = file.severities?.[destinationRule];
		const usual: Severity = fallback === undefined || fallback === 'off' ? 'violation' : fallback;
		const {trust, severity = usual} = typeof entry === 'string' ? {trust: entry} : entry;
		return {domain, trust, severity};
	});
	const policy: Policy = {
		name: file.name,
		title: file.title ?? (base === null ? file.name : `${file.name}, on the base of ${base.title}`),
		source: base === null ? `policy file ${file.name}` : `policy file ${file.name}, on the base of ${base.source}`,
		checked: base?.checked ?? null,
		rules: rules.flatMap(graded),
		later: later.flatMap(graded),
		destinations: file.severities?.[destinationRule] === 'off' ? [] : destinations,
		exceptions: (file.exceptions ?? []).map(exceptionOf),
		unknowable: base?.unknowable ?? [],
		unverified: base?.unverified ?? [],
	};
	return {policy, misfits};
}
