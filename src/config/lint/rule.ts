import type {LintFinding, LintSeverity} from '../../tls/lint-finding.ts';
import type {PostfixConfiguration, ServiceEntry, Setting} from '../configuration.ts';
import type {DovecotConfiguration} from '../doveconf-output.ts';
import type {ClientPolicy, ServerPolicy} from '../effective.ts';
import {mayHoldSecret} from '../secrets.ts';

/** All that is known of one installation: the text, what it comes to, and the mailbox server beside it. */
export type LintSubject = {
	readonly configuration: PostfixConfiguration;
	readonly servers: readonly ServerPolicy[];
	readonly clients: readonly ClientPolicy[];
	/** Null: not at hand. */
	readonly dovecot: DovecotConfiguration | null;
};

/** What a rule found; the rule itself fills in the rest. */
export type Draft = {
	readonly service: string;
	/** Where it is not the rule's own. */
	readonly severity?: LintSeverity;
	/** The line at fault: gives the parameter and the place. Null: a default is at fault. */
	readonly setting?: Setting | null;
	/** Where there is no line to show: the name alone. */
	readonly parameter?: string;
	readonly place?: LintFinding['place'];
	readonly evidence: string;
	readonly why: string;
	readonly fix?: readonly string[];
	readonly source?: string;
};

/** What must be at hand before a rule can say anything. */
export type Need = 'main.cf' | 'master.cf' | 'files' | 'version' | 'policy tables' | 'doveconf';

/** One mistake that administrators make. Pure: the same subject gives the same findings. */
export type Rule = {
	/** Kebab-case, settled: other programs read it. */
	readonly id: string;
	readonly severity: LintSeverity;
	readonly source: string;
	readonly needs: readonly Need[];
	readonly find: (subject: LintSubject) => readonly Draft[];
};

/** A finding from what a rule found. */
export function findingOf(rule: Rule, draft: Draft): LintFinding {
	const {setting} = draft;
	return {
		id: rule.id,
		severity: draft.severity ?? rule.severity,
		service: draft.service,
		parameter: setting ? written(setting) : (draft.parameter ?? null),
		place: setting?.place ?? draft.place ?? null,
		evidence: draft.evidence,
		why: draft.why,
		fix: draft.fix ?? [],
		source: draft.source ?? rule.source,
		verdict: null,
	};
}

/** A rule that looks at each service for strangers by itself. */
export function eachServer(
	find: (policy: ServerPolicy, subject: LintSubject) => Draft | null,
): (subject: LintSubject) => readonly Draft[] {
	return subject =>
		subject.servers.flatMap(policy => {
			const draft = find(policy, subject);
			return draft === null ? [] : [draft];
		});
}

/** `smtps/inet`: what postconf(1) calls a service, and the findings too. */
export function serviceName({name, type}: Pick<ServiceEntry, 'name' | 'type'>): string {
	return `${name}/${type}`;
}

/** `name=value` as written, in one line; a value that may hold a secret is not shown. */
export function written(setting: Pick<Setting, 'name' | 'value'>): string {
	return `${setting.name}=${mayHoldSecret(setting.name, setting.value) ? '(not shown)' : setting.value.replace(/\s+/g, ' ')}`;
}

/** Words of a file that may hold anything, in one line, not shown where they or their parameter look like a secret. */
export function quoted(text: string, parameter = ''): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return mayHoldSecret(`${parameter} ${line}`, line) ? '(not shown: may hold a secret)' : `"${line}"`;
}
