import type {ServerPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration} from '../../read/configuration.ts';
import {
	authStaysAfterTls,
	onceDone,
	setInMain,
	setOnService,
	setWhereItStands,
	withCertificate,
} from './postconf-commands.ts';
import {eachServer, type LintSubject, type Rule, serviceName} from './rule.ts';
import {isYes, lastSetting, ownSetting, rulingWords} from './values.ts';

function isSubmission({role}: ServerPolicy): boolean {
	return role === 'submission' || role === 'submissions';
}

/** `smtpd_tls_security_level=may (main.cf line 3)`, or that wrapper mode is what rules. */
function levelWords(policy: ServerPolicy, configuration: PostfixConfiguration): string {
	return policy.wrapper
		? `wrapper mode on port ${policy.port ?? policy.service.name}`
		: rulingWords(policy.levelSetting, configuration);
}

/** Whether TLS itself is asked for and broken; other rules report that. */
function isDead({fault}: ServerPolicy): boolean {
	return fault !== null;
}

const submissionNotEnforced: Rule = {
	id: 'submission-not-enforced',
	severity: 'error',
	source: 'RFC 8314 section 3.3; postconf(5) smtpd_tls_security_level',
	needs: ['main.cf'],
	log: {
		remarks: [{words: ' auth=1 ', also: /^disconnect from (?!.* starttls=1)/}],
	},
	find: eachServer((policy, {configuration}) => {
		if (policy.role !== 'submission' || policy.level === 'encrypt' || isDead(policy)) return null;
		// Port 465 without wrapper mode is another mistake, and this would not correct it.
		if (policy.port === 465) return null;
		return {
			service: serviceName(policy.service),
			setting: policy.levelSetting.setting,
			parameter: policy.levelSetting.parameter,
			evidence: levelWords(policy, configuration),
			why: 'A port for users does not demand TLS: a client that leaves it out, or whose STARTTLS somebody strips, sends its mail in clear.',
			fix: withCertificate(
				configuration,
				policy.service,
				setOnService(configuration, policy.service, 'smtpd_tls_security_level', 'encrypt'),
			),
		};
	}),
};

/** Whether main.cf's smtpd_tls_auth_only would take AUTH from another service, which has no TLS to offer it in. */
function othersLoseAuth({servers}: LintSubject, policy: ServerPolicy): boolean {
	return servers.some(
		other =>
			other !== policy &&
			other.authEnabled &&
			(other.level === 'none' || isDead(other)) &&
			ownSetting(other.service, 'smtpd_tls_auth_only') === null,
	);
}

/** AUTH after TLS alone, where there is TLS: without it nobody could log in any more (postconf(5) smtpd_tls_auth_only). */
function authAfterTls(subject: LintSubject, policy: ServerPolicy): readonly string[] {
	const {configuration} = subject;
	const {service} = policy;
	const set = othersLoseAuth(subject, policy)
		? setOnService(configuration, service, 'smtpd_tls_auth_only', 'yes')
		: setWhereItStands(configuration, service, 'smtpd_tls_auth_only', 'yes');
	if (isDead(policy)) return onceDone('TLS works there', set);
	if (policy.level === 'may') return set;
	return withCertificate(configuration, service, [
		...setOnService(configuration, service, 'smtpd_tls_security_level', isSubmission(policy) ? 'encrypt' : 'may'),
		...set,
	]);
}

const authInClear: Rule = {
	id: 'auth-in-clear',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_auth_only; RFC 4954 section 4',
	needs: ['main.cf'],
	log: {
		alsoBy: ['submission-not-enforced'],
	},
	find: eachServer((policy, subject) => {
		const {configuration} = subject;
		if (!policy.authEnabled || policy.authOnly || policy.level === 'encrypt' || policy.role === 'internal') return null;
		return {
			service: serviceName(policy.service),
			parameter: 'smtpd_tls_auth_only',
			evidence: `smtpd_sasl_auth_enable=yes, smtpd_tls_auth_only=no, ${levelWords(policy, configuration)}`,
			why: 'AUTH is offered before TLS, so passwords can cross the net in clear.',
			fix: authAfterTls(subject, policy),
		};
	}),
};

const authOnPort25: Rule = {
	id: 'auth-on-port-25',
	severity: 'warn',
	source: 'RFC 6409; RFC 8314 section 3.3; postconf(5) smtpd_sasl_auth_enable',
	needs: ['main.cf', 'master.cf'],
	log: {
		remarks: [{words: ' sasl_username=', tag: /^[\w.-]+\/smtpd$/}],
	},
	find: eachServer((policy, {configuration, servers}) => {
		if (!policy.authEnabled || policy.role !== 'relay-in') return null;
		const own = ownSetting(policy.service, 'smtpd_sasl_auth_enable');
		// AUTH after TLS alone, without TLS, is never offered.
		const isOtherWay = (server: ServerPolicy) =>
			server.authEnabled &&
			!isDead(server) &&
			(server.level !== 'none' || !server.authOnly) &&
			server.service.type === 'inet' &&
			server.role !== 'relay-in' &&
			server.role !== 'internal';
		return {
			service: serviceName(policy.service),
			setting: own ?? lastSetting(configuration.main, 'smtpd_sasl_auth_enable'),
			parameter: 'smtpd_sasl_auth_enable',
			evidence: 'smtpd_sasl_auth_enable=yes on the port for other mail servers',
			why: 'Passwords can be tried on port 25, where TLS cannot be demanded. Before it is switched off, the log shows which users still submit there.',
			// What main.cf says stays: other services may live by it.
			fix: servers.some(isOtherWay)
				? setOnService(configuration, policy.service, 'smtpd_sasl_auth_enable', 'no')
				: [
						'nobody could log in without it: first give master.cf a service for users, such as submissions (RFC 8314), with -o smtpd_tls_wrappermode=yes and -o smtpd_sasl_auth_enable=yes',
					],
		};
	}),
};

/** Whether another service lives by the same line of main.cf. */
function sharedLevel({servers}: LintSubject, policy: ServerPolicy): boolean {
	const {setting, parameter} = policy.levelSetting;
	if (setting === null || ownSetting(policy.service, parameter) !== null) return false;
	return servers.some(
		other =>
			other !== policy &&
			other.levelSetting.read &&
			other.levelSetting.setting === setting &&
			other.role !== 'relay-in',
	);
}

const publicMxMandatory: Rule = {
	id: 'public-mx-mandatory',
	severity: 'warn',
	source: 'RFC 3207 section 4; postconf(5) smtpd_tls_security_level',
	needs: ['main.cf'],
	log: {
		remarks: [{words: ' mail=0/1 ', also: /^disconnect from (?!.* starttls=)/}],
	},
	find: eachServer((policy, subject) => {
		if (policy.role !== 'relay-in' || policy.level !== 'encrypt' || policy.wrapper) return null;
		const {configuration} = subject;
		const {parameter} = policy.levelSetting;
		const own = ownSetting(policy.service, parameter) !== null || sharedLevel(subject, policy);
		return {
			service: serviceName(policy.service),
			setting: policy.levelSetting.setting,
			parameter,
			evidence: levelWords(policy, configuration),
			why: `${policy.port === null ? 'A port for other mail servers' : `Port ${policy.port}`} takes mail from the whole world and refuses every sender without TLS (530 Must issue a STARTTLS command first), which smtpd does not log.`,
			fix: [
				...authStaysAfterTls(configuration, policy),
				...(own
					? setOnService(configuration, policy.service, parameter, 'may')
					: setInMain(configuration, `${parameter}=may`)),
			],
		};
	}),
};

const reinjectionMandatory: Rule = {
	id: 'reinjection-port-mandatory',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_security_level; FILTER_README',
	needs: ['main.cf', 'master.cf'],
	find: eachServer((policy, {configuration}) => {
		const {service, levelSetting} = policy;
		if (policy.role !== 'internal' || policy.level !== 'encrypt' || policy.wrapper || isDead(policy)) return null;
		if (ownSetting(service, levelSetting.parameter) !== null) return null;
		// Without inet services of its own the host's whole mail is local: then nothing is handed back here.
		if (policy.port === 25 || policy.authEnabled) return null;
		return {
			service: serviceName(service),
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: `${levelWords(policy, configuration)} reaches ${service.name}`,
			why: 'A content filter that hands mail back here without TLS, as most do, is refused with 530: the queue grows.',
			fix: setOnService(configuration, service, 'smtpd_tls_security_level', 'none'),
		};
	}),
};

const port25WithoutTls: Rule = {
	id: 'port-25-without-tls',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_security_level; RFC 3207',
	needs: ['main.cf'],
	find: eachServer((policy, subject) => {
		const {configuration} = subject;
		const {levelSetting} = policy;
		if (
			policy.role !== 'relay-in' ||
			policy.level !== 'none' ||
			isDead(policy) ||
			levelSetting.undefinedNames.length > 0
		)
			return null;
		const meant = levelSetting.value.toLowerCase() === 'none';
		return {
			service: serviceName(policy.service),
			severity: meant ? 'warn' : 'error',
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: levelSetting.value === '' ? `${levelSetting.parameter} is not set` : levelWords(policy, configuration),
			why: 'STARTTLS is not offered: all mail that comes in crosses the net in clear.',
			fix: withCertificate(
				configuration,
				policy.service,
				setWhereItStands(configuration, policy.service, levelSetting.parameter, 'may'),
			),
		};
	}),
};

/**
 * Sets the level of one service. The line of main.cf is left to port 25 where that lives by it too: what users are
 * asked for would be asked of the whole world. /
 */
function setLevel({configuration, servers}: LintSubject, policy: ServerPolicy, level: 'may' | 'encrypt') {
	const {parameter} = policy.levelSetting;
	const worldLivesByIt = servers.some(
		({role, service}) => role === 'relay-in' && ownSetting(service, parameter) === null,
	);
	return level === 'encrypt' && policy.role !== 'relay-in' && worldLivesByIt
		? setOnService(configuration, policy.service, parameter, level)
		: setWhereItStands(configuration, policy.service, parameter, level);
}

const badServerLevel: Rule = {
	id: 'bad-server-level',
	severity: 'error',
	source: 'Postfix smtpd.c; postconf(5) smtpd_tls_security_level',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'Invalid TLS level "', tag: /smtpd$|postscreen$|tlsproxy$/, early: true}],
		alone: {
			severity: 'error',
			why: 'The level is none that a server knows: the service does not start, and its port is dead.',
			fix: "postconf -e 'smtpd_tls_security_level=may'",
			source: 'Postfix smtpd.c',
		},
	},
	find: eachServer((policy, subject) => {
		const {configuration} = subject;
		const {fault, levelSetting, service} = policy;
		if (fault?.kind !== 'invalid-level') return null;
		const dane = levelSetting.value.toLowerCase().startsWith('dane');
		return {
			service: serviceName(service),
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: levelWords(policy, configuration),
			why: `smtpd knows none, may and encrypt: it dies at the start (fatal: Invalid TLS level), and the port is dead.${dane ? ' DANE for mail that comes in is published in DNS (TLSA), not set here.' : ''}`,
			fix: setLevel(subject, policy, isSubmission(policy) ? 'encrypt' : 'may'),
		};
	}),
};

const serverLevelDowngraded: Rule = {
	id: 'server-level-downgraded',
	severity: 'warn',
	source: 'Postfix smtpd.c; postconf(5) smtpd_tls_req_ccert',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'unsupported TLS level "', early: true}],
	},
	find: eachServer((policy, subject) => {
		const {configuration} = subject;
		const {levelSetting, service} = policy;
		const word = levelSetting.value.toLowerCase();
		if (!levelSetting.read || !['secure', 'verify', 'fingerprint'].includes(word)) return null;
		return {
			service: serviceName(service),
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: levelWords(policy, configuration),
			why: `${word} is a level of the client: smtpd takes it for encrypt and checks no certificate${isYes(configuration, 'smtpd_tls_req_ccert', service) ? ' by it' : '; smtpd_tls_req_ccert=yes would'}.`,
			fix: setLevel(subject, policy, 'encrypt'),
		};
	}),
};

/** Rules about the level at which a port takes TLS. */
export const serverLevelRules: readonly Rule[] = [
	submissionNotEnforced,
	authInClear,
	port25WithoutTls,
	badServerLevel,
	publicMxMandatory,
	reinjectionMandatory,
	authOnPort25,
	serverLevelDowngraded,
];
