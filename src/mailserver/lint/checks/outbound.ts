import type {ClientPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration, ServiceEntry} from '../../read/configuration.ts';
import {placeWords} from '../../read/parameters.ts';
import {atLeast} from '../../releases/postfix-version.ts';
import {removeWhereItStands, setInMain, setOnService, setWhereItStands} from './postconf-commands.ts';
import {
	expectsTls,
	isImplicitPort,
	isLoopback,
	isStartTlsPort,
	policyOn,
	relayedTransport,
	transportsOf,
	unreadRoutes,
	usualTransport,
	type Way,
	waysBy,
	waysOf,
} from './routes.ts';
import {type Draft, doubt, eachClient, type LintSubject, type Rule, serviceName, written} from './rule.ts';
import {isYes, lastSetting, ownSetting, rulingValue, rulingWords} from './values.ts';

/** Whether all that a transport is named for stays on this host: content filters, local mailbox servers. */
function staysHere(subject: LintSubject, {service}: ClientPolicy): boolean {
	const ways = waysBy(subject.configuration, service.name);
	return ways.length > 0 && ways.every(({nextHop}) => isLoopback(nextHop));
}

const clientTlsOff: Rule = {
	id: 'client-tls-off',
	severity: 'error',
	source: 'postconf(5) smtp_tls_security_level',
	needs: ['main.cf'],
	find: eachClient((policy, subject) => {
		const {service, level, levelSetting, family, destination} = policy;
		if (family !== 'smtp' || destination !== null || level !== 'none' || staysHere(subject, policy)) return null;
		// Said of one transport alone it is meant; a reference to nothing is another mistake.
		if (ownSetting(service, levelSetting.parameter) !== null || levelSetting.undefinedNames.length > 0) return null;
		if (policy.fault !== null) return null;
		const meant = levelSetting.value.toLowerCase() === 'none';
		return {
			service: serviceName(service),
			severity: meant ? 'warn' : 'error',
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: meant ? rulingWords(levelSetting, subject.configuration) : `${levelSetting.parameter} is not set`,
			why: 'Mail goes out in clear, whatever the other side offers.',
			fix: setInMain(subject.configuration, `${levelSetting.parameter}=may`),
		};
	}),
};

function wayWords({parameter, nextHop, transport, place}: Way): string {
	const line = placeWords({name: parameter, value: '', place});
	return `${parameter} sends to ${nextHop.text} by ${transport} (${line})`;
}

function isMandatory(policy: ClientPolicy | null): boolean {
	return policy !== null && policy.level !== 'none' && policy.level !== 'may';
}

/** The services by which mail goes a way: relayhost is that of relayed domains too, which have a service of their own. */
function servicesOn({configuration, clients}: LintSubject, way: Way): readonly ServiceEntry[] {
	const names = transportsOf(configuration, way);
	return clients
		.filter(({service, destination}) => destination === null && service.type === 'unix' && names.includes(service.name))
		.map(({service}) => service);
}

/** Whether a service that is not among these, and that main.cf rules, sends to a host of which nothing is known. */
function othersSend(
	{configuration, clients}: LintSubject,
	services: readonly ServiceEntry[],
	parameter: string,
	isUnharmed: (way: Way) => boolean,
): boolean {
	return clients.some(
		({service, family, destination}) =>
			destination === null &&
			parameter.startsWith(`${family}_`) &&
			!services.includes(service) &&
			ownSetting(service, parameter) === null &&
			!waysBy(configuration, service.name).every(isUnharmed),
	);
}

/**
 * Sets the level of a client for a way: where its own option says it, by the level parameter in any case, since the old switches
 * know no levels. Where a row of a table says it, that row is to be changed by hand.
 */
function setClientLevel(subject: LintSubject, way: Way, policy: ClientPolicy, level: string): readonly string[] {
	const {configuration} = subject;
	const {service, family, levelSetting, destination} = policy;
	if (destination !== null) return [`in the table that ${levelSetting.parameter} names: ${destination} ${level}`];
	const parameter = `${family}_tls_security_level`;
	const own = ownSetting(service, levelSetting.parameter) ?? ownSetting(service, parameter);
	if (own !== null) return setOnService(configuration, service, parameter, level);
	// What TLS is demanded of is deferred where none is offered: the others keep what they have.
	const services = servicesOn(subject, way);
	return othersSend(subject, services, parameter, expectsTls)
		? services.flatMap(one => setOnService(configuration, one, parameter, level))
		: setInMain(configuration, `${parameter}=${level}`);
}

/** How a way is given to the transport relay465 (postconf(5), transport(5)): relayhost and the like take no transport. */
function namingWords(configuration: PostfixConfiguration, {parameter, nextHop}: Way): string {
	switch (parameter) {
		case 'relayhost': {
			const relayed = relayedTransport(configuration) === null ? '' : ' and relay_transport = relay465';
			return `set default_transport = relay465${relayed}`;
		}
		case 'sender_dependent_relayhost_maps':
			return `name it in sender_dependent_default_transport_maps for that sender: relay465:${nextHop.text}`;
		case 'transport_maps':
		case 'sender_dependent_default_transport_maps':
			return `name it in the row of ${parameter}: relay465:${nextHop.text}`;
		default:
			return `set ${parameter} = relay465:${nextHop.text}`;
	}
}

/** A transport of its own for a way to port 465, since other mail goes by the same. */
function ownTransport(
	configuration: PostfixConfiguration,
	way: Way,
	others: string,
	needed: readonly string[],
): readonly string[] {
	if (way.parameter === 'smtp_fallback_relay')
		return [
			`a fallback is reached in the mode of the first host: in smtp_fallback_relay name port 587 of ${way.nextHop.host}`,
		];
	return [
		`${others}: for ${way.nextHop.text} alone give master.cf a transport, as relay465 unix - - y - - smtp with ${needed.map(one => `-o ${one}`).join(' ')}, and ${namingWords(configuration, way)}`,
	];
}

/**
 * Commands for a way to port 465, which must not reach other mail: in wrapper mode a client gets through to no other port. main.cf
 * is for all transports, an option for all mail of one.
 */
function wrapperFix(
	subject: LintSubject,
	way: Way,
	policy: ClientPolicy,
	needed: readonly string[],
): readonly string[] {
	const {configuration} = subject;
	const services = servicesOn(subject, way);
	const same = services.flatMap(({name}) => waysBy(configuration, name));
	const isWhole =
		way.transport !== usualTransport(configuration) ||
		same.some(({parameter}) => /^(?:relayhost|default_transport)$/.test(parameter));
	if (!isWhole || !same.every(({nextHop}) => isImplicitPort(nextHop)))
		return ownTransport(configuration, way, `other mail goes by ${way.transport} too`, needed);
	const unread = unreadRoutes(configuration);
	if (unread.length > 0)
		return ownTransport(
			configuration,
			way,
			`other mail may go by ${way.transport} too (not read: ${unread.join(', ')})`,
			needed,
		);
	const names = needed.map(one => one.split('=')[0] ?? '');
	const own = names.some(name => ownSetting(policy.service, name) !== null);
	const mode = `${policy.family}_tls_wrappermode`;
	const others = othersSend(subject, services, mode, ({nextHop}) => isImplicitPort(nextHop));
	if (way.ofClass && policy.destination === null && !own && !others) return setInMain(configuration, ...needed);
	return needed.flatMap((assignment): readonly string[] => {
		const [name = '', value = ''] = assignment.split('=');
		return policy.destination !== null && name.endsWith('_level')
			? setClientLevel(subject, way, policy, value)
			: services.flatMap(service => setOnService(configuration, service, name, value));
	});
}

const implicitPortWithoutWrapper: Rule = {
	id: 'relayhost-465-without-wrapper',
	severity: 'error',
	source: 'postconf(5) smtp_tls_wrappermode; Postfix smtp_connect.c',
	needs: ['main.cf', 'tables of routes'],
	log: {
		remarks: [{words: 'SMTPS wrappermode (TCP port 465) requires setting '}],
		alone: {
			severity: 'error',
			why: 'Port 465 speaks TLS at once; without wrapper mode the client waits for a greeting in clear.',
			fix: "postconf -e 'smtp_tls_wrappermode=yes' 'smtp_tls_security_level=encrypt'",
			source: 'postconf(5) smtp_tls_wrappermode',
		},
	},
	find: subject => {
		const {configuration} = subject;
		const drafts: Draft[] = [];
		for (const way of waysOf(configuration)) {
			const policy = policyOn(subject, way);
			// Without TLSA records dane comes to may, and then a client in wrapper mode sends nothing.
			const demanded = isMandatory(policy) && policy?.level !== 'dane';
			if (policy === null || !isImplicitPort(way.nextHop) || (policy.wrapper && demanded)) continue;
			const {version} = configuration;
			const old = version !== null && !atLeast(version, 3, 0);
			const names = [`${policy.family}_tls_wrappermode=yes`, `${policy.family}_tls_security_level=encrypt`];
			const needed = demanded ? names.slice(0, 1) : names;
			drafts.push({
				service: serviceName(policy.service),
				// The mode is wrong whatever a table says; the level may be in one.
				...(policy.wrapper ? doubt(policy) : {}),
				setting: way.setting,
				parameter: way.parameter,
				place: way.place,
				evidence: `${wayWords(way)}, with ${policy.family}_tls_wrappermode=${policy.wrapper ? 'yes' : 'no'} and level ${policy.level}`,
				why: 'Port 465 speaks TLS at once; the client waits there for a greeting in clear, times out, and the mail stays in the queue.',
				fix: old
					? [`this Postfix has no wrapper mode for the client: use port 587 of ${way.nextHop.host}`]
					: wrapperFix(subject, way, policy, needed),
			});
		}
		return [...new Map(drafts.map(draft => [draft.evidence, draft])).values()];
	},
};

const wrapperTowardsStartTls: Rule = {
	id: 'relayhost-587-with-wrapper',
	severity: 'error',
	source: 'postconf(5) smtp_tls_wrappermode; RFC 8314 section 7.3',
	needs: ['main.cf', 'tables of routes'],
	log: {
		remarks: [{words: 'wrong version number', tag: /(?:smtp|lmtp|relay)$/}],
	},
	find: subject => {
		const {configuration} = subject;
		const drafts = new Map<string, Draft>();
		const ways = waysOf(configuration);
		for (const way of ways) {
			const policy = policyOn(subject, way);
			if (policy === null || !policy.wrapper || !isStartTlsPort(way.nextHop) || policy.family !== 'smtp') continue;
			const service = serviceName(policy.service);
			if (drafts.has(service)) continue;
			const parameter = `${policy.family}_tls_wrappermode`;
			const mixed = ways.some(other => other.transport === way.transport && isImplicitPort(other.nextHop));
			drafts.set(service, {
				service,
				setting: ownSetting(policy.service, parameter) ?? lastSetting(configuration.main, parameter),
				parameter,
				evidence: `${wayWords(way)}, with ${parameter}=yes`,
				why: `Port ${way.nextHop.port ?? '25'} begins in clear and waits for STARTTLS; a client in wrapper mode speaks TLS at once, gets "wrong version number", and the mail stays in the queue.`,
				fix: mixed
					? [
							`a service of its own in master.cf for the way to port 465, with -o ${parameter}=yes, and ${parameter}=no for this one`,
						]
					: [
							// In wrapper mode less than encrypt sends nothing: TLS is what was wanted.
							...(isMandatory(policy) ? [] : setClientLevel(subject, way, policy, 'encrypt')),
							...setWhereItStands(configuration, policy.service, parameter, 'no'),
						],
			});
		}
		return [...drafts.values()];
	},
};

const mandatoryHitsLocal: Rule = {
	id: 'global-mandatory-hits-local',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_security_level; FILTER_README',
	needs: ['main.cf', 'tables of routes'],
	log: {
		remarks: [
			{words: 'TLS is required, but was not offered by host ', also: /host (?:localhost\[|127\.|::1|\S+\[127\.)/},
		],
		alone: {
			severity: 'error',
			why: 'TLS is demanded on the way to this host itself, where none is offered: that mail is deferred.',
			source: 'postconf(5) smtp_tls_security_level',
		},
	},
	find: subject => {
		const {configuration} = subject;
		const drafts = new Map<string, Draft>();
		for (const way of waysOf(configuration)) {
			const policy = policyOn(subject, way);
			if (policy === null || !isLoopback(way.nextHop) || !isMandatory(policy) || policy.destination !== null) continue;
			if (policy.level.startsWith('dane') || ownSetting(policy.service, policy.levelSetting.parameter) !== null)
				continue;
			const service = serviceName(policy.service);
			if (drafts.has(service)) continue;
			const shared = policy.service.name === 'smtp' || policy.service.name === 'relay';
			drafts.set(service, {
				service,
				...doubt(policy),
				setting: policy.levelSetting.setting,
				parameter: policy.levelSetting.parameter,
				evidence: `${rulingWords(policy.levelSetting, configuration)}, and ${wayWords(way)}`,
				why: 'The level holds for the way to this host itself too: where no TLS is offered, as by most filters, that mail is deferred (TLS is required, but was not offered).',
				fix: shared
					? [`a line of ${policy.family}_tls_policy_maps: ${way.nextHop.text} none`]
					: setOnService(configuration, policy.service, `${policy.family}_tls_security_level`, 'none'),
			});
		}
		return [...drafts.values()];
	},
};

const encryptToTheInternet: Rule = {
	id: 'global-encrypt-to-the-internet',
	severity: 'warn',
	source: 'RFC 3207; postconf(5) smtp_tls_security_level',
	needs: ['main.cf'],
	log: {
		remarks: [{words: 'TLS is required, but was not offered by host '}],
	},
	find: eachClient((policy, subject) => {
		const {configuration} = subject;
		const usual = usualTransport(configuration);
		if (policy.service.name !== usual || policy.family !== 'smtp' || policy.destination !== null) return null;
		if (!['encrypt', 'fingerprint', 'verify', 'secure'].includes(policy.level)) return null;
		// With a host to send all to it is right; wrapper mode is for such a host alone.
		if (waysOf(configuration).some(({parameter}) => /relayhost|default_transport/.test(parameter))) return null;
		if (policy.wrapper) {
			const parameter = `${policy.family}_tls_wrappermode`;
			return {
				service: serviceName(policy.service),
				severity: 'error' as const,
				setting: ownSetting(policy.service, parameter) ?? lastSetting(configuration.main, parameter),
				parameter,
				evidence: `${parameter}=yes, and no relayhost`,
				why: 'The client speaks TLS at once on port 25 of the whole world, where every server waits for plain SMTP: no mail goes out.',
				fix: removeWhereItStands(configuration, policy.service, parameter),
			};
		}
		return {
			service: serviceName(policy.service),
			setting: policy.levelSetting.setting,
			parameter: policy.levelSetting.parameter,
			evidence: `${rulingWords(policy.levelSetting, configuration)}, and no relayhost`,
			why: 'Mail goes straight to the whole world, and a server that offers no such TLS gets none: it is deferred (4.7.4) and bounces in the end.',
			// Who demands TLS of everybody may mean it.
			fix: [`to reach such servers too: ${policy.family}_tls_security_level = may`],
		};
	}),
};

const relayPasswordInClear: Rule = {
	id: 'relay-password-in-clear',
	severity: 'error',
	source: 'postconf(5) smtp_sasl_security_options',
	needs: ['main.cf', 'tables of routes'],
	find: subject => {
		const {configuration} = subject;
		const drafts = new Map<string, Draft>();
		for (const way of waysOf(configuration)) {
			const policy = policyOn(subject, way);
			if (policy === null || isMandatory(policy) || isLoopback(way.nextHop)) continue;
			const {family, service} = policy;
			const options = `${family}_sasl_security_options`;
			if (!isYes(configuration, `${family}_sasl_auth_enable`, service)) continue;
			if (/\bnoplaintext\b/.test(rulingValue(configuration, options, service))) continue;
			if (!way.parameter.includes('relayhost')) continue;
			drafts.set(serviceName(service), {
				service: serviceName(service),
				...doubt(policy),
				setting: policy.levelSetting.setting,
				parameter: options,
				evidence: `${family}_sasl_auth_enable=yes, ${options} without noplaintext, level ${policy.level}, ${wayWords(way)}`,
				why: 'If the relay host does not offer STARTTLS, or an attacker strips it, the password goes there in clear.',
				fix: setClientLevel(subject, way, policy, 'encrypt'),
			});
		}
		return [...drafts.values()];
	},
};

const badClientLevel: Rule = {
	id: 'bad-client-level',
	severity: 'error',
	source: 'postconf(5) smtp_tls_security_level; Postfix tls_level.c',
	needs: ['main.cf'],
	log: {
		complaints: [
			{words: 'Invalid TLS level "', early: true},
			{words: 'invalid TLS level "', early: true},
		],
		alone: {
			severity: 'error',
			why: 'The level is none that the client knows: it does not start, and all mail waits.',
			fix: "postconf -e 'smtp_tls_security_level=may'",
			source: 'Postfix smtp.c',
		},
	},
	find: eachClient(({service, fault, levelSetting, destination}, {configuration}) => {
		if (fault?.kind !== 'invalid-level' || destination !== null) return null;
		return {
			service: serviceName(service),
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: rulingWords(levelSetting, configuration),
			why: 'This is no level of the client in this release: it dies at its start, and all mail waits.',
			fix: setWhereItStands(configuration, service, levelSetting.parameter, 'may'),
		};
	}),
};

/** The transports to mailbox servers on the same host by a socket. */
const mailboxTransports = ['mailbox_transport', 'virtual_transport', 'local_transport'];

const mayOnUnixSocket: Rule = {
	id: 'may-on-unix-socket',
	severity: 'info',
	source: 'Postfix smtp_connect.c',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'is not appropriate for unix-domain destinations'}],
	},
	find: eachClient(({service, family, level, levelSetting, destination}, {configuration}) => {
		if (family !== 'lmtp' || level !== 'may' || destination !== null) return null;
		const name = mailboxTransports.find(one => rulingValue(configuration, one).startsWith(`${service.name}:unix:`));
		if (name === undefined) return null;
		return {
			service: serviceName(service),
			setting: levelSetting.setting,
			evidence: `${rulingWords(levelSetting, configuration)}, and ${written({name, value: rulingValue(configuration, name)})}`,
			why: 'TLS makes no sense on a socket of the same host; Postfix says so in the log and goes on without it.',
			// Others may send by the same transport to another host.
			fix: [],
		};
	}),
};

/** Rules about mail going out. */
export const outboundRules: readonly Rule[] = [
	badClientLevel,
	clientTlsOff,
	implicitPortWithoutWrapper,
	wrapperTowardsStartTls,
	mandatoryHitsLocal,
	relayPasswordInClear,
	encryptToTheInternet,
	mayOnUnixSocket,
];
