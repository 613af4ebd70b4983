import type {LintFinding} from '../../../model/lint-finding.ts';
import type {ClientPolicy, ServerPolicy} from '../../effective/effective.ts';
import {clientPolicies, serverPolicies} from '../../effective/effective-policy.ts';
import type {PostfixConfiguration} from '../../read/configuration.ts';
import {setOnService} from '../checks/postconf-commands.ts';
import {type LintSubject, serviceName} from '../checks/rule.ts';
import {rulingValue} from '../checks/values.ts';
import {applied} from './apply.ts';
import {type Change, changesOf} from './change.ts';
import type {Edit} from './command.ts';
import {type Harm, harmsOf} from './harm.ts';

/**
 * A fix made harmless. The changes of a fix come in; the installation after them goes out, with what has to be changed beside
 * them so that nobody else loses by it, or the harm that nothing prevents. Pure.
 */

/** Whether changes are of one side alone, and nothing refers to them: a table of thousands of rows is not read again. */
function areOnly(side: RegExp, {main, services}: PostfixConfiguration, edits: readonly Edit[]): boolean {
	const settings = [...(main ?? []), ...(services ?? []).flatMap(({options}) => options)];
	const values = settings.map(({value}) => value).filter(value => value.includes('$'));
	return edits.every(({name}) => side.test(name) && !values.some(value => value.includes(name)));
}

/** The same installation after changes. */
function withConfiguration(subject: LintSubject, configuration: PostfixConfiguration, edits: readonly Edit[] | null) {
	const only = (side: RegExp) => edits !== null && areOnly(side, configuration, edits);
	return {
		...subject,
		configuration,
		servers: only(/^(?:smtp|lmtp)_/) ? subject.servers : serverPolicies(configuration),
		clients: only(/^(?:smtpd|tlsproxy|postscreen)_/) ? subject.clients : clientPolicies(configuration),
	};
}

/** The changes that a finding asks for. */
export type Wish = {
	readonly subject: LintSubject;
	/** The installation before any change. */
	readonly origin: LintSubject;
	/** The service that the finding is about, or several. */
	readonly about: string;
	readonly changes: readonly Change[];
};

/** What keeps one service from a harm: the list it has, under the name that it reads now; or what main.cf said so far. */
function remedy(
	{policy, kind, versions}: Harm,
	{subject: before, about, origin}: Wish,
	after: LintSubject,
	edits: readonly Edit[],
) {
	const same = (one: ServerPolicy | ClientPolicy) =>
		one.side === policy?.side && serviceName(one.service) === serviceName(policy.service);
	const now = [...before.servers, ...before.clients].find(same);
	const old = now?.protocols === null ? [...origin.servers, ...origin.clients].find(same) : now;
	if (policy === null || old === undefined) return [];
	const {service, protocols} = policy;
	const keep = (name: string, value: string): readonly string[] =>
		value === '' || /[\s{}]/.test(value) ? [] : setOnService(after.configuration, service, name, value);
	if (kind === 'certificates') return keep('smtpd_tls_req_ccert', 'no');
	if (kind === 'versions' && old.protocols && protocols && old.protocols.parameter !== protocols.parameter)
		return keep(protocols.parameter, old.protocols.value.split(/[\s,]+/).join(','));
	if (versions !== undefined && protocols && !protocols.parameter.includes(' '))
		return keep(protocols.parameter, [protocols.value, ...versions.map(version => `!${version}`)].join(','));
	// What the finding is about is to change.
	if (about.split(', ').includes(serviceName(service))) return [];
	return edits.flatMap(({service: where, name}) => {
		const own = service.options.some(option => option.name === name);
		const value = name.endsWith('_tls_security_level')
			? old.level
			: rulingValue(before.configuration, name, old.service);
		const kept = rulingValue(after.configuration, name, service) === value;
		return where !== null || own || kept ? [] : keep(name, value);
	});
}

/** What a fix comes to: the installation after it, changes that must be made beside it, and the harm that is left. */
export type Outcome = {
	readonly subject: LintSubject;
	readonly beside: readonly Change[];
	/** Those of the fix itself that are left: one beside them may say it better. */
	readonly made: readonly Change[];
	readonly harms: readonly Harm[];
};

/** What is wrong with an installation: the next look at it. */
export type Look = (subject: LintSubject) => readonly LintFinding[];

function tried({subject, changes, origin}: Wish, beside: readonly Change[]) {
	const made = changes.filter(({key}) => !beside.some(one => one.key === key));
	const all = [...beside, ...made];
	const configuration = all.reduce((one, {command}) => applied(one, command), subject.configuration);
	const edits = all.map(({edit}) => edit).filter(edit => edit !== null);
	const after = withConfiguration(subject, configuration, edits.length === all.length ? edits : null);
	return {beside, made, after, edits, harms: harmsOf(subject, after, edits, origin)};
}

/** How often a fix is given something beside it until it does no harm. */
const mostTurns = 3;

/** Of several changes of one parameter the first. */
function distinct(changes: readonly Change[], taken: readonly Change[]): readonly Change[] {
	const keys = new Set(taken.map(({key}) => key));
	return changes.filter(({key}) => !keys.has(key) && keys.add(key));
}

/** What TLS comes to at each service. */
function effectOf({servers, clients}: LintSubject): string {
	return JSON.stringify(
		[...servers, ...clients].map(policy => [
			policy.level,
			policy.wrapper,
			policy.protocols?.allowed,
			policy.ciphers?.grade.value,
			policy.ciphers?.excluded,
			policy.fault,
			policy.logLevel,
			policy.side === 'server' ? [policy.authOnly, policy.authEnabled, policy.clientCertificates] : policy.reach,
		]),
	);
}

/** Whether nothing comes of a change, since everything is kept from it. */
function isVain(before: LintSubject, after: LintSubject): boolean {
	return effectOf(before) === effectOf(after);
}

/** The same without what need not be done beside it. */
function needed(wish: Wish, whole: ReturnType<typeof tried>): Outcome {
	let least = whole;
	for (const change of whole.beside) {
		const less = tried(
			wish,
			least.beside.filter(one => one !== change),
		);
		if (less.harms.length === 0) least = less;
	}
	return {...least, subject: least.after};
}

/**
 * Makes the changes of a fix. What would do harm is tried together with what the
 * next look finds wrong with the services that are harmed, and with what keeps them as they are. Where harm is left all the
 * same, nothing is changed.
 */
export function harmless(wish: Wish, look: Look): Outcome {
	const {subject, changes} = wish;
	const first = tried(wish, []);
	if (first.harms.length === 0) return {...first, subject: first.after};
	const remediesOf = ({after, edits, harms, beside}: typeof first) =>
		distinct(
			harms.flatMap(harm => remedy(harm, wish, after, edits)).flatMap(line => changesOf(line) ?? []),
			beside,
		);
	const harmed = new Set(first.harms.flatMap(({policy}) => (policy === null ? [] : [serviceName(policy.service)])));
	const next = look(first.after).filter(({severity, service}) => severity !== 'info' && harmed.has(service));
	const found = distinct(
		next.flatMap(({fix}) => fix).flatMap(line => changesOf(line) ?? []),
		changes,
	);
	for (const start of found.length === 0 ? [first] : [tried(wish, found), first]) {
		let one = start;
		for (let turn = 0; one.harms.length > 0 && turn < mostTurns; turn += 1) {
			const more = remediesOf(one);
			if (more.length === 0) break;
			one = tried(wish, [...one.beside, ...more]);
		}
		if (one.harms.length === 0 && !isVain(subject, one.after)) return needed(wish, one);
	}
	return {subject, beside: [], made: changes, harms: first.harms};
}
