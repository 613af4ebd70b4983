import type {ServerPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration, ServiceEntry} from '../../read/configuration.ts';
import {identityOf} from '../../read/master-cf.ts';
import {placeWords} from '../../read/parameters.ts';
import {atLeast} from '../../releases/postfix-version.ts';
import {
	authStaysAfterTls,
	removeFromMain,
	removeFromService,
	setInMain,
	setOnService,
	withCertificate,
} from './postconf-commands.ts';
import {type Draft, eachServer, type LintSubject, type Rule, serviceName, written} from './rule.ts';
import {isYes, lastSetting, ownSetting, rulingOf} from './values.ts';

/** Main.cf speaks of wrapper mode, so that every service has it that does not say otherwise. */
function wrapperFromMain({wrapper, wrapperSetting, service}: ServerPolicy): boolean {
	return wrapper && wrapperSetting.setting !== null && ownSetting(service, 'smtpd_tls_wrappermode') === null;
}

/** What has to be set for a service that loses its wrapper mode, which made TLS mandatory. */
function afterWrapper(configuration: PostfixConfiguration, policy: ServerPolicy): readonly string[] {
	return policy.port === 587
		? setOnService(configuration, policy.service, 'smtpd_tls_security_level', 'encrypt')
		: authStaysAfterTls(configuration, policy);
}

const wrapperGlobal: Rule = {
	id: 'wrappermode-global',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_wrappermode',
	needs: ['main.cf'],
	log: {
		alsoBy: ['wrapper-on-wrong-port'],
	},
	find: ({configuration, servers}) => {
		const setting = lastSetting(configuration.main, 'smtpd_tls_wrappermode');
		if (setting === null || !isYes(configuration, setting.name)) return [];
		const reached = servers.filter(wrapperFromMain);
		// Of a port that nothing says anything of, it may be what is wanted.
		const isMeant = ({port, role}: ServerPolicy) =>
			port === 465 || (role !== 'internal' && port !== 25 && port !== 587);
		const hit = reached.filter(server => server.service.type === 'pass' || !isMeant(server));
		if (servers.length > 0 && hit.length === 0) return [];
		const keep = reached.filter(server => !hit.includes(server));
		return [
			{
				service: 'main.cf',
				setting,
				evidence: `${written(setting)} (${placeWords(setting)})${hit.length > 0 ? ` reaches ${hit.map(({service}) => serviceName(service)).join(', ')}` : ''}`,
				why: 'Every service then speaks TLS at once: other mail servers and STARTTLS clients get no greeting they understand, and mail stops.',
				fix: [
					...keep.flatMap(({service}) => setOnService(configuration, service, setting.name, 'yes')),
					...hit.flatMap(policy => afterWrapper(configuration, policy)),
					...removeFromMain(configuration, setting.name),
				],
			},
		];
	},
};

const wrapperOnWrongPort: Rule = {
	id: 'wrapper-on-wrong-port',
	severity: 'error',
	source: 'RFC 8314 section 7.3; postconf(5) smtpd_tls_wrappermode',
	needs: ['master.cf'],
	log: {
		complaints: [{words: 'wrong version number', tag: /smtpd$/}],
		remarks: [
			// A command by the name of a TLS record, as clients of port 465 send it.
			{words: 'improper command pipelining after CONNECT from ', also: /\\026\\003/},
		],
	},
	find: eachServer((policy, {configuration}) => {
		const {port, wrapper, service, fault} = policy;
		if (port === 465 && !wrapper && policy.program === 'smtpd') {
			if (fault?.kind === 'invalid-boolean') return null;
			return {
				service: serviceName(service),
				parameter: 'smtpd_tls_wrappermode',
				evidence: `port 465 with smtpd_tls_wrappermode=${policy.wrapperSetting.value || 'no'}`,
				why: 'Clients of port 465 speak TLS at once; this service waits for STARTTLS and drops them all.',
				fix: withCertificate(
					configuration,
					service,
					setOnService(configuration, service, 'smtpd_tls_wrappermode', 'yes'),
				),
			};
		}
		if ((port !== 587 && port !== 25) || !wrapper || wrapperFromMain(policy)) return null;
		return {
			service: serviceName(service),
			setting: policy.wrapperSetting.setting,
			evidence: `port ${port} with smtpd_tls_wrappermode=yes`,
			why: `Clients of port ${port} begin in clear and send STARTTLS; this service speaks TLS at once, and none of them gets through.`,
			fix: [
				...afterWrapper(configuration, policy),
				...removeFromService(configuration, service, 'smtpd_tls_wrappermode'),
			],
		};
	}),
};

const missingOwnTag: Rule = {
	id: 'missing-own-tag',
	severity: 'info',
	source: 'postconf(5) syslog_name; RELEASE_NOTES-2.9',
	needs: ['master.cf'],
	find: subject =>
		eachServer(({service, tag, role, program}) => {
			if (program !== 'smtpd' || (role !== 'submission' && role !== 'submissions')) return null;
			const others = subject.servers.filter(other => other.tag === tag && other.service !== service);
			if (others.length === 0) return null;
			const name = service.name.replace(/^.*:/, '');
			return {
				service: serviceName(service),
				parameter: 'syslog_name',
				evidence: `${tag} is the tag of ${[service, ...others.map(other => other.service)].map(serviceName).join(', ')}`,
				why: 'The log does not distinguish sessions of these services.',
				fix: setOnService(
					subject.configuration,
					service,
					'syslog_name',
					`postfix/${/^\d+$/.test(name) ? `port${name}` : name}`,
				),
			};
		})(subject),
};

const serviceNameUnknown: Rule = {
	id: 'service-name-unknown',
	severity: 'warn',
	source: 'postconf(5) known_tcp_ports; RELEASE_NOTES-3.6',
	needs: ['version', 'master.cf'],
	log: {
		complaints: [{words: 'Servname not supported for ai_socktype'}],
		alone: {
			severity: 'error',
			why: 'The name of a service is not in services(5): master dies at its start.',
			fix: 'write the number of the port in master.cf',
			source: 'postconf(5) known_tcp_ports',
		},
	},
	find: eachServer(({service}, {configuration: {version}}) => {
		const name = service.name.replace(/^.*:/, '');
		if (version === null || atLeast(version, 3, 6) || service.type !== 'inet' || name !== 'submissions') return null;
		return {
			service: serviceName(service),
			place: service.place,
			evidence: `service name "${service.name}"`,
			why: 'Before Postfix 3.6 the name must be in services(5), and many systems do not have it: then master dies at the start (Servname not supported).',
			fix: [`write 465 for "${name}" in master.cf${service.place.line === null ? '' : ` line ${service.place.line}`}`],
		};
	}),
};

const duplicateService: Rule = {
	id: 'duplicate-service',
	severity: 'warn',
	source: 'Postfix master_conf.c; master(5)',
	needs: ['master.cf'],
	log: {
		complaints: [{words: 'duplicate master.cf entry for service'}],
	},
	find: ({configuration}) => {
		const drafts: Draft[] = [];
		const seen = new Map<string, ServiceEntry>();
		for (const service of configuration.services ?? []) {
			const key = identityOf(service);
			const before = seen.get(key);
			seen.set(key, service);
			if (before === undefined) continue;
			const same = before.name === service.name;
			const line = before.place.line === null ? '' : ` (line ${before.place.line})`;
			drafts.push({
				service: serviceName(before),
				place: before.place,
				evidence: `${serviceName(before)}${line} and ${serviceName(service)}${service.place.line === null ? '' : ` (line ${service.place.line})`}`,
				why: same
					? 'Of two services of one name and type only the last counts; the options of the first are never used.'
					: 'Both names are of the same port: only the last runs; the options of the first are never used.',
				fix: [
					`delete one of the two from master.cf by hand${line === '' ? '' : `, most likely that of line ${before.place.line}`}`,
				],
			});
		}
		return drafts;
	},
};

/** Whether a certificate may let clients in, so that it has to be asked for (postconf(5) permit_tls_clientcerts). */
function letsInByCertificate({main}: PostfixConfiguration, {options}: ServiceEntry): boolean {
	return [...(main ?? []), ...options].some(({value}) =>
		/permit_tls_(?:all_)?clientcerts|check_ccert_access/.test(value),
	);
}

const clientCertificateMix: Rule = {
	id: 'client-certificate-mix',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_req_ccert, smtpd_tls_ask_ccert; Postfix smtpd.c',
	needs: ['main.cf'],
	log: {
		complaints: [
			{words: "Can't require client certs unless TLS is required", early: true},
			{words: 'Need a server cert to request client certs', early: true},
		],
	},
	find: eachServer((policy, {configuration}) => {
		const {service, level, role} = policy;
		if (level === 'none' || policy.program !== 'smtpd') return null;
		const required = rulingOf(configuration, 'smtpd_tls_req_ccert', service);
		const asked = rulingOf(configuration, 'smtpd_tls_ask_ccert', service);
		if (level === 'may' && isYes(configuration, required.parameter, service))
			return {
				service: serviceName(service),
				setting: required.setting,
				evidence: 'smtpd_tls_req_ccert=yes at level may',
				why: 'A client certificate can be required only where TLS is; Postfix says so in the log and ignores the parameter.',
				// Others may live by the line of main.cf, and TLS is not demanded of a port that nothing says anything of.
				fix:
					role === 'submission' || role === 'submissions'
						? setOnService(configuration, service, 'smtpd_tls_security_level', 'encrypt')
						: setOnService(configuration, service, required.parameter, 'no'),
			};
		const bothered = role === 'submission' || role === 'submissions';
		if (bothered && isYes(configuration, asked.parameter, service) && !letsInByCertificate(configuration, service))
			return {
				service: serviceName(service),
				severity: 'info',
				setting: asked.setting,
				evidence: 'smtpd_tls_ask_ccert=yes on a port for users',
				why: 'Some mail programs then bother their users with a choice of certificates, or give up.',
				fix: setOnService(configuration, service, asked.parameter, 'no'),
			};
		return null;
	}),
};

const receivedHeaderOff: Rule = {
	id: 'received-header-off',
	severity: 'info',
	source: 'postconf(5) smtpd_tls_received_header; RFC 8314 section 4.3',
	needs: ['main.cf'],
	find: ({configuration, servers}: LintSubject) => {
		if (configuration.main === null || !servers.some(({level}) => level !== 'none')) return [];
		const ruling = rulingOf(configuration, 'smtpd_tls_received_header');
		if (isYes(configuration, ruling.parameter)) return [];
		return [
			{
				service: 'main.cf',
				setting: ruling.setting,
				parameter: ruling.parameter,
				evidence: `${ruling.parameter}=${ruling.value || 'no'}`,
				why: 'Messages do not say by which TLS they came; only the log can prove it, as long as it is kept.',
				fix: setInMain(configuration, `${ruling.parameter}=yes`),
			},
		];
	},
};

/** Rules about services as such: their ports, names and tags. */
export const serviceRules: readonly Rule[] = [
	wrapperGlobal,
	wrapperOnWrongPort,
	duplicateService,
	serviceNameUnknown,
	clientCertificateMix,
	missingOwnTag,
	receivedHeaderOff,
];
