import type {ClientPolicy, ServerPolicy} from '../../effective/effective.ts';
import {setInMain, setOnService} from './postconf-commands.ts';
import {type Draft, type LintSubject, type Rule, serviceName} from './rule.ts';
import {lastSetting, ownSetting} from './values.ts';

function parameterOf(policy: ServerPolicy | ClientPolicy): string {
	if (policy.side === 'client') return `${policy.family}_tls_loglevel`;
	return policy.program === 'tlsproxy' ? 'tlsproxy_tls_loglevel' : 'smtpd_tls_loglevel';
}

/** Whether TLS is spoken at all, and with somebody else. */
function speaksTls(policy: ServerPolicy | ClientPolicy): boolean {
	if (policy.level === 'none') return false;
	return policy.side === 'server'
		? policy.role !== 'internal'
		: policy.family === 'smtp' && policy.destination === null;
}

/** What main.cf says for many is one mistake; an option of a service is one of its own. */
function groups({servers, clients}: LintSubject, wrong: (policy: ServerPolicy | ClientPolicy) => boolean) {
	const found = new Map<string, (ServerPolicy | ClientPolicy)[]>();
	for (const policy of [...servers, ...clients].filter(speaksTls).filter(wrong)) {
		const parameter = parameterOf(policy);
		const key = ownSetting(policy.service, parameter) ? serviceName(policy.service) : parameter;
		found.set(key, [...(found.get(key) ?? []), policy]);
	}
	return [...found.values()];
}

function draftOf(
	policies: readonly (ServerPolicy | ClientPolicy)[],
	{configuration}: LintSubject,
	why: string,
): Draft[] {
	const first = policies[0];
	if (first === undefined) return [];
	const parameter = parameterOf(first);
	const own = ownSetting(first.service, parameter);
	const setting = own ?? lastSetting(configuration.main, parameter);
	// tlsproxy follows smtpd's unless it is set.
	const set = own === null && setting === null && parameter.startsWith('tlsproxy') ? 'smtpd_tls_loglevel' : parameter;
	return [
		{
			service: own ? serviceName(first.service) : 'main.cf',
			setting,
			parameter,
			evidence: `${parameter}=${first.logLevel}: ${[...new Set(policies.map(({service}) => serviceName(service)))].join(', ')}`,
			why,
			fix: own ? setOnService(configuration, first.service, parameter, '1') : setInMain(configuration, `${set}=1`),
		},
	];
}

const loglevelZero: Rule = {
	id: 'loglevel-0',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_loglevel, smtp_tls_loglevel',
	needs: ['main.cf'],
	find: subject =>
		groups(subject, ({logLevel}) => logLevel === 0).flatMap(policies =>
			draftOf(
				policies,
				subject,
				'No line of the log shows with which TLS a session came about: nothing can be proved of these.',
			),
		),
};

const loglevelDebug: Rule = {
	id: 'loglevel-debug',
	severity: 'info',
	source: 'postconf(5) smtpd_tls_loglevel',
	needs: ['main.cf'],
	find: subject =>
		groups(subject, ({logLevel}) => logLevel > 1).flatMap(policies => {
			const level = policies[0]?.logLevel ?? 2;
			const why =
				level > 2
					? 'Levels 3 and 4 write what is sent, byte by byte: passwords may be among it.'
					: 'Levels above 1 are for finding a fault and fill the log with lines nobody needs.';
			return draftOf(policies, subject, why).map(draft => ({
				...draft,
				severity: level > 2 ? ('warn' as const) : ('info' as const),
			}));
		}),
};

/** Rules about what the log will show. */
export const loggingRules: readonly Rule[] = [loglevelZero, loglevelDebug];
