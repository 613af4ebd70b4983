import {mayStay} from '../../../tls/relay-port.ts';
import {compareProtocols, type Protocol} from '../../../tls/version.ts';
import type {ClientPolicy, GoverningProtocols, ServerPolicy} from '../../effective/effective.ts';
import {atLeast} from '../../releases/postfix-version.ts';
import {mandatoryServiceOptionalList} from './list-choice.ts';
import {floorList, setOnService, setWhereItStands} from './postconf-commands.ts';
import {listWords, versionWords} from './protocol-lists.ts';
import {type Draft, eachClient, eachServer, type LintSubject, type Rule, serviceName} from './rule.ts';

/** The oldest version a list leaves is this or newer. */
function startsAt(list: GoverningProtocols, least: Protocol): boolean {
	const oldest = list.allowed[0];
	return oldest !== undefined && compareProtocols(oldest, least) >= 0;
}

function leavesOld(list: GoverningProtocols): boolean {
	return list.allowed.includes('TLSv1') || list.allowed.includes('TLSv1.1');
}

/** Old versions are left beside those of today. */
function startsBelow(list: GoverningProtocols): boolean {
	return leavesOld(list) && list.allowed.some(protocol => compareProtocols(protocol, 'TLSv1.2') >= 0);
}

/**
 * The list that a service for users reads, or will read once its level is raised to the encrypt that RFC 8314 asks for;
 * of another port the one that it reads now.
 */
function listToBe({role, level, protocols, otherProtocols}: ServerPolicy): GoverningProtocols | null {
	const raised = (role === 'submission' || role === 'submissions') && level === 'may';
	return raised ? otherProtocols : protocols;
}

/** Ports whose clients TLS is demanded of, or will be: a floor there turns nobody to plaintext. */
function demandsTls({role, level}: ServerPolicy): boolean {
	return role === 'submission' || role === 'submissions' || (role === null && level === 'encrypt');
}

/** Services that the founding mistake is found at: raising the floor is the fix of that one too. */
function foundingServices(subject: LintSubject): ReadonlySet<string> {
	return new Set(mandatoryServiceOptionalList.find(subject).map(({service}) => service));
}

const floorAtDefault: Rule = {
	id: 'floor-left-at-default',
	severity: 'info',
	source: 'postconf(5) smtpd_tls_mandatory_protocols; RFC 8997; RFC 9325 section 5.2',
	needs: ['main.cf'],
	log: {
		alsoBy: ['mandatory-service-optional-list'],
	},
	find: subject => {
		const founding = foundingServices(subject);
		const {configuration} = subject;
		return eachServer(policy => {
			const {role, service} = policy;
			const list = listToBe(policy);
			const stays = mayStay('old version', role === 'relay-in');
			if (list === null || list.setting !== null || !leavesOld(list)) return null;
			if (!(stays || demandsTls(policy)) || founding.has(serviceName(service))) return null;
			return {
				service: serviceName(service),
				severity: stays ? 'info' : 'warn',
				parameter: list.parameter,
				evidence: listWords(list, subject),
				why: stays
					? 'Nobody has set it, so TLS 1.0 is accepted. On a port for other mail servers no change is needed: without old TLS such peers send in clear.'
					: `Nobody has set ${list.parameter}, and no release of Postfix leaves out TLS 1.0 by itself: ${versionWords(list.allowed)} are accepted.`,
				fix: stays ? [] : setOnService(configuration, service, list.parameter, floorList(configuration.version)),
			};
		})(subject);
	},
};

const explicitWeakFloor: Rule = {
	id: 'explicit-weak-floor',
	severity: 'warn',
	source: 'RFC 8996; RFC 8997; postconf(5) smtpd_tls_mandatory_protocols',
	needs: ['main.cf'],
	log: {
		alsoBy: ['mandatory-service-optional-list'],
	},
	find: subject => {
		const founding = foundingServices(subject);
		return eachServer(policy => {
			const {service} = policy;
			const list = listToBe(policy);
			if (list === null || list.setting === null || !demandsTls(policy)) return null;
			// With nothing newer left it is worse, which is another finding.
			if (!startsBelow(list) || founding.has(serviceName(service))) return null;
			const {configuration} = subject;
			return {
				service: serviceName(service),
				setting: list.setting,
				evidence: listWords(list, subject),
				why: `The list as it is written leaves ${versionWords(list.allowed)}: TLS 1.0 and 1.1 are obsolete, and where TLS is demanded nobody falls back to plaintext without them.`,
				fix: setWhereItStands(configuration, service, list.parameter, floorList(configuration.version)),
			};
		})(subject);
	},
};

/** The next lower floor, as a line to write: who wrote the higher one may want it. */
function lowering({configuration}: LintSubject, list: GoverningProtocols): readonly string[] {
	return [`to let them in: ${list.parameter} = ${floorList(configuration.version)}`];
}

function highFloor(subject: LintSubject, policy: ClientPolicy): Draft | null {
	const {protocols: list, otherProtocols: other, destination, service} = policy;
	// At level dane the hosts without TLSA records are served by the optional list.
	const optional = policy.level === 'may' ? list : policy.level === 'dane' ? other : null;
	if (destination !== null || optional === null || optional.setting === null) return null;
	if (policy.family === 'lmtp' || optional.parameter.includes('mandatory') || !startsAt(optional, 'TLSv1.2'))
		return null;
	return {
		service: serviceName(service),
		severity: startsAt(optional, 'TLSv1.3') ? 'warn' : 'info',
		setting: optional.setting,
		evidence: `${listWords(optional, subject)} at level ${policy.level}`,
		why: 'A server that speaks only older TLS gets the mail in clear after a failed handshake, which is worse than old TLS.',
		fix: startsAt(optional, 'TLSv1.3') ? lowering(subject, optional) : [],
	};
}

const opportunisticFloorTooHigh: Rule = {
	id: 'opportunistic-floor-too-high',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_protocols; RFC 9325 section 5.2',
	needs: ['main.cf'],
	log: {
		remarks: [{words: 'Cannot start TLS: handshake failure', also: /^(?!.*status=)/}],
	},
	find: subject => {
		const servers = eachServer(policy => {
			const {protocols: list, level, role, service} = policy;
			if (list?.setting == null || level !== 'may' || role !== 'relay-in' || !startsAt(list, 'TLSv1.3')) return null;
			return {
				service: serviceName(service),
				setting: list.setting,
				evidence: `${listWords(list, subject)} at level may`,
				why: 'Servers that speak at most TLS 1.2 fail here and come back without TLS: their mail crosses the net in clear.',
				fix: lowering(subject, list),
			};
		});
		return [...servers(subject), ...eachClient(policy => highFloor(subject, policy))(subject)];
	},
};

const mandatoryFloorWithDane: Rule = {
	id: 'mandatory-floor-with-dane',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_mandatory_protocols; RFC 7672',
	needs: ['main.cf'],
	log: {
		remarks: [{words: 'Cannot start TLS: handshake failure', also: /status=deferred/}],
	},
	find: eachClient((policy, subject) => {
		const {level, protocols, otherProtocols, destination, service} = policy;
		const {version} = subject.configuration;
		if (destination !== null || (level !== 'dane' && level !== 'dane-only')) return null;
		if (version !== null && !atLeast(version, 2, 11)) return null;
		const list = [protocols, otherProtocols].find(one => one?.parameter.includes('mandatory')) ?? null;
		if (list === null || list.setting === null || !startsAt(list, 'TLSv1.2')) return null;
		return {
			service: serviceName(service),
			severity: startsAt(list, 'TLSv1.3') ? 'warn' : 'info',
			setting: list.setting,
			evidence: `${listWords(list, subject)} at level ${level}`,
			why: 'Where TLSA records demand TLS this list rules, without a way back: mail for a host that speaks only older TLS waits and then bounces.',
			fix: ['for such a domain, a line of smtp_tls_policy_maps: example.com dane protocols=!SSLv2:!SSLv3'],
		};
	}),
};

/** Rules about how high a floor is, by what the port or the transport is for. */
export const floorRules: readonly Rule[] = [
	explicitWeakFloor,
	floorAtDefault,
	opportunisticFloorTooHigh,
	mandatoryFloorWithDane,
];
