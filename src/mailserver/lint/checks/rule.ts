import type {LintFinding, LintSeverity} from '../../../model/lint-finding.ts';
import type {DovecotConfiguration} from '../../dovecot/configuration.ts';
import type {ClientPolicy, ServerPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {mayHoldSecret} from '../../read/secrets.ts';

/**
 * What a check of the configuration is. One file holds the checks of one theme; each check has its signs in the log and its
 * commands beside it. A subject comes in, and drafts of findings go out. A check must not know the other checks. Pure.
 */

/** All that is known of one installation: the text, what it comes to, and the mailbox server beside it. */
export type LintSubject = {
	readonly configuration: PostfixConfiguration;
	readonly servers: readonly ServerPolicy[];
	readonly clients: readonly ClientPolicy[];
	/** Null: not given. */
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
	/** Tables that could not be read and may say otherwise: what was found is not sure, and no finding. */
	readonly unread?: readonly string[];
};

/** What a rule needs before it can run, or before it can say all. */
export type Need =
	| 'main.cf'
	| 'master.cf'
	| 'files'
	| 'version'
	| 'policy tables'
	| 'tables of routes'
	| 'doveconf'
	| 'whole doveconf'
	| 'protocols of Dovecot'
	| 'release of Dovecot';

/** A line of the log that shows a mistake at work. */
export type LogSign = {
	/** The words by which it is known, as the program writes them. */
	readonly words: string;
	/** What else must hold of the text behind the tag. */
	readonly also?: RegExp;
	/** What must hold of the tag: `postfix/smtps/smtpd`. */
	readonly tag?: RegExp;
	/** Written while the service starts, when the tag is not its own yet. */
	readonly early?: true;
};

/** How a mistake shows in the log (Postfix sources, postconf(5); section of the program). */
export type LogTrace = {
	/** Signs in lines that say `warning: `, `fatal: ` or `error: `. */
	readonly complaints?: readonly LogSign[];
	/** Signs in lines that complain of nothing: deliveries, counters of connections (Postfix 3.0), sessions, logins. */
	readonly remarks?: readonly LogSign[];
	/** Other rules whose signs confirm this one too: an old version was seen, whatever it was that let it in. */
	readonly alsoBy?: readonly string[];
	/** What is said where the log alone shows it; absent: such lines may have another reason. */
	readonly alone?: {
		readonly severity: LintSeverity;
		readonly why: string;
		readonly fix?: string;
		readonly source: string;
	};
};

/** One mistake that administrators make. Pure: the same subject gives the same findings. */
export type Rule = {
	/** Kebab-case, settled: other programs read it. */
	readonly id: string;
	readonly severity: LintSeverity;
	readonly source: string;
	readonly needs: readonly Need[];
	/** What the log shows of it; absent: it leaves no trace there. */
	readonly log?: LogTrace;
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
			// A `pass` service that no postscreen hands clients to serves nobody.
			const draft = policy.service.type === 'pass' && policy.role === null ? null : find(policy, subject);
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

/** What makes a level of a client unsure: tables that are asked before it and that nobody read (postconf(5) smtp_tls_policy_maps). */
export function doubt({behind}: ClientPolicy): Pick<Draft, 'unread'> {
	return behind.length === 0 ? {} : {unread: behind};
}

/**
 * A rule that looks at each transport. What main.cf says for all of them is one mistake: it is reported of the first,
 * and the others are named in its evidence. /
 */
export function eachClient(
	find: (policy: ClientPolicy, subject: LintSubject) => Draft | null,
): (subject: LintSubject) => readonly Draft[] {
	return subject => {
		const drafts = new Map<string, {draft: Draft; others: Set<string>}>();
		for (const policy of subject.clients) {
			const found = find(policy, subject);
			if (found === null) continue;
			// Whether a row of a table is ever reached depends on the tables before it.
			const draft: Draft = policy.destination === null ? found : {...found, ...doubt(policy)};
			const own = draft.setting && policy.service.options.some(option => option.name === draft.setting?.name);
			const key = own ? `${serviceName(policy.service)} ${draft.evidence}` : draft.evidence;
			const known = drafts.get(key);
			if (known === undefined) drafts.set(key, {draft, others: new Set()});
			else if (known.draft.service !== draft.service) known.others.add(draft.service);
		}
		return [...drafts.values()].map(({draft, others}) =>
			others.size === 0 ? draft : {...draft, evidence: `${draft.evidence}; the same for ${[...others].join(', ')}`},
		);
	};
}
