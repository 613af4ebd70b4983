import type {LintFinding} from '../../model/lint-finding.ts';
import {type LintSubject, type LogTrace, serviceName} from './checks/rule.ts';
import type {CountedWitness, Witness} from './log-evidence.ts';
import {loggedRules} from './rules.ts';

/** What rules say of the log, by their ids. */
const traces: ReadonlyMap<string, LogTrace> = new Map(
	loggedRules.flatMap(({id, log}) => (log === undefined ? [] : [[id, log]])),
);

/** The tags of the services that findings name: `smtps/inet` is `postfix/smtps/smtpd`. */
export function tagsOf({servers, clients}: Pick<LintSubject, 'servers' | 'clients'>): ReadonlyMap<string, string> {
	return new Map([...servers, ...clients].map(({service, tag}) => [serviceName(service), tag]));
}

function program(tag: string): string {
	return tag.slice(tag.lastIndexOf('/') + 1);
}

function fits(tag: string | undefined, {tag: seen, early}: Witness): boolean {
	if (tag === undefined || seen === null || seen === tag) return true;
	// What shakes hands for smtp, and what has not read its own name yet.
	return program(seen) === 'tlsproxy' || (early && program(seen) === program(tag) && seen.split('/').length === 2);
}

function confirms(finding: LintFinding, {id}: Witness): boolean {
	return id === finding.id || traces.get(finding.id)?.alsoBy?.includes(id) === true;
}

/**
 * Findings with what the log says of them: `confirmed` where a line shows the mistake at work (the evidence then says how
 * often), `config-only` where none does. What the log shows and no file does is added as `log-only`. `tags` distinguishes the
 * services; without it any line counts for each.
 */
export function withVerdicts(
	findings: readonly LintFinding[],
	witnesses: readonly CountedWitness[],
	tags: ReadonlyMap<string, string> = new Map(),
): LintFinding[] {
	const heard = new Set<Witness>();
	const compared = findings.map((finding): LintFinding => {
		const lines = witnesses.filter(one => confirms(finding, one) && fits(tags.get(finding.service), one));
		for (const one of lines) heard.add(one);
		const count = lines.reduce((sum, one) => sum + one.count, 0);
		if (count === 0) return {...finding, verdict: 'config-only'};
		const evidence = `${finding.evidence}; the log shows it in ${count} ${count === 1 ? 'line' : 'lines'}`;
		return {...finding, evidence, verdict: 'confirmed'};
	});
	const others = witnesses.flatMap((one): LintFinding[] => {
		const words = traces.get(one.id)?.alone;
		if (words === undefined || heard.has(one)) return [];
		const {severity, why, fix, source} = words;
		const service = [...tags].find(([, tag]) => tag === one.tag)?.[0] ?? one.tag ?? 'log';
		const evidence = `${one.text}${one.count > 1 ? ` (${one.count} lines)` : ''}`;
		const fixes = fix === undefined ? [] : [fix];
		return [
			{
				id: one.id,
				severity,
				service,
				parameter: null,
				place: null,
				evidence,
				why,
				fix: fixes,
				source,
				verdict: 'log-only',
			},
		];
	});
	return [...compared, ...others];
}
