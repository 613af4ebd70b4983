import type {LintFinding, LintSeverity} from '../../model/lint-finding.ts';
import {clientPolicies, serverPolicies} from '../effective/effective-policy.ts';
import {noPostfix, type PostfixConfiguration, type ServiceEntry} from '../read/configuration.ts';
import {mandatoryServiceOptionalList} from './checks/list-choice.ts';
import {contentsOf, unreadRoutes} from './checks/routes.ts';
import {findingOf, type LintSubject, type Need, type Rule} from './checks/rule.ts';
import {missingOfDovecot} from './dovecot/missing.ts';
import {settle} from './fixes/settle.ts';
import {rules} from './rules.ts';

/**
 * Mistakes in a configuration. Settings, effective policies and lines of a log come in; findings with evidence, reason
 * and command go out, the gravest first. It must not know how they are printed, and runs nothing. Pure. /
 */

const order: Readonly<Record<LintSeverity, number>> = {error: 0, warn: 1, info: 2};

/** What keeps postconf(1) from writing what it is told to, whatever else is wrong: it is mended first. */
const before: Readonly<Record<string, number>> = {'no-final-newline': -3, 'glued-line': -2};

function rank({id, severity}: LintFinding): number {
	const first = before[id];
	if (first !== undefined) return first;
	// What began it all comes first, unless it is but a doubt.
	return id === mandatoryServiceOptionalList.id && severity === 'error' ? -1 : order[severity];
}

/** Why a rule cannot run, null where all is given. */
function hindrance(need: Need, {configuration, dovecot}: LintSubject): string | null {
	const {main, services, form, version} = configuration;
	switch (need) {
		case 'main.cf':
			return main === null ? 'main.cf was not read' : null;
		case 'master.cf':
			return services === null ? 'master.cf was not read' : null;
		case 'files':
			return form === 'postconf' ? 'postconf has folded the files: the files themselves are needed' : null;
		case 'version':
			return version === null ? 'the version of Postfix is not known' : null;
		case 'doveconf':
			return dovecot === null ? 'no configuration of Dovecot was read' : null;
		case 'whole doveconf':
		case 'protocols of Dovecot':
		case 'release of Dovecot':
			return dovecot === null ? null : missingOfDovecot(need, dovecot);
		case 'tables of routes': {
			const unread = unreadRoutes(configuration);
			return main === null || unread.length === 0 ? null : `not read: ${unread.join(', ')}`;
		}
		case 'policy tables': {
			const unread = ['smtp_tls_policy_maps', 'lmtp_tls_policy_maps'].flatMap(
				name => contentsOf(configuration, name).unread,
			);
			return main === null || unread.length === 0 ? null : `not read: ${unread.join(', ')}`;
		}
	}
}

/** Without one table the others are still checked, and of a part of a configuration what it says. */
const partly: readonly Need[] = [
	'policy tables',
	'tables of routes',
	'whole doveconf',
	'protocols of Dovecot',
	'release of Dovecot',
];

function isAsked({needs}: Rule, subject: LintSubject): boolean {
	return needs.every(need => partly.includes(need) || hindrance(need, subject) === null);
}

function entry(name: string, type: string, command: string): ServiceEntry {
	const columns = [type === 'inet' ? 'n' : '-', '-', 'y', '-', '-'];
	return {name, type, columns, command, options: [], stray: [], place: {file: 'master.cf', line: null}};
}

/** The services that every master.cf has, without an option of their own. */
const usualServices = [entry('smtp', 'inet', 'smtpd'), entry('smtp', 'unix', 'smtp')];

/**
 * Without master.cf, what main.cf says is checked with the two services that every installation has; it is then said of
 * main.cf. /
 */
export function completed(subject: LintSubject): LintSubject {
	const {configuration} = subject;
	if (configuration.services !== null || configuration.main === null) return subject;
	const usual: PostfixConfiguration = {...configuration, services: usualServices};
	return {...subject, configuration: usual, servers: serverPolicies(usual), clients: clientPolicies(usual)};
}

/**
 * What every rule finds, the founding mistake first, then by severity; each with the fix that it would like. `given` is
 * what was read, which says what rules may be asked. Pure. /
 */
export function findingsOf(whole: LintSubject, given: LintSubject): LintFinding[] {
	const findings = rules
		.filter(rule => isAsked(rule, given))
		.flatMap(rule =>
			rule
				.find(whole)
				.filter(({unread}) => unread === undefined)
				.map(draft => findingOf(rule, draft)),
		);
	// A stable sort keeps the order of the rules, and in each the order of the files.
	return findings.sort((one, other) => rank(one) - rank(other));
}

/**
 * The mistakes in a configuration, the gravest first, with fixes that can be run one after another, from the first to the
 * last. Pure. Rules that need what is not given find nothing: see notCheckable.
 */
export function lint(subject: LintSubject): readonly LintFinding[] {
	const whole = completed(subject);
	const look = (one: LintSubject) => findingsOf(one, subject);
	const {findings} = settle(look(whole), {subject: whole, origin: whole, settled: new Map(), round: 0, look});
	return whole === subject ? findings : findings.map(finding => ({...finding, service: generalised(finding.service)}));
}

function generalised(service: string): string {
	return usualServices.some(({name, type}) => service === `${name}/${type}`) ? 'main.cf' : service;
}

/** What a rule found and is not sure of, since a table that nobody read may say otherwise. */
function unsure(rule: Rule, subject: LintSubject): string | null {
	if (!isAsked(rule, subject)) return null;
	const tables = new Set(rule.find(subject).flatMap(({unread}) => unread ?? []));
	return tables.size === 0 ? null : `not read: ${[...tables].join(', ')}`;
}

/** The rules that could not be asked, or not of everything, and what is missing for each. */
export function notCheckable(subject: LintSubject): {readonly id: string; readonly why: string}[] {
	const asked = subject.configuration === noPostfix ? rules.filter(({needs}) => needs.includes('doveconf')) : rules;
	return asked.flatMap(rule => {
		const {id, needs} = rule;
		const why = needs.map(need => hindrance(need, subject)).find(one => one !== null) ?? unsure(rule, subject);
		return why === null ? [] : [{id, why}];
	});
}
