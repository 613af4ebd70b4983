import {compareProtocols, type Protocol} from '../../../tls/version.ts';
import type {ClientPolicy, GoverningProtocols} from '../../effective/effective.ts';
import {atLeast} from '../../releases/postfix-version.ts';
import {mandatoryServiceOptionalList} from './list-choice.ts';
import {floorList, removeFromMain, removeWhereItStands, setInMain, setOnService} from './postconf-commands.ts';
import {listWords, versionWords} from './protocol-lists.ts';
import {type Draft, eachClient, eachServer, type LintSubject, type Rule, serviceName} from './rule.ts';
import {lastSetting, ownSetting} from './values.ts';

/** The oldest version a list leaves is this or newer. */
function startsAt(list: GoverningProtocols, least: Protocol): boolean {
	const oldest = list.allowed[0];
	return oldest !== undefined && compareProtocols(oldest, least) >= 0;
}

function leavesOld(list: GoverningProtocols): boolean {
	return list.allowed.includes('TLSv1') || list.allowed.includes('TLSv1.1');
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
		const founding = new Set(mandatoryServiceOptionalList.find(subject).map(({service}) => service));
		return eachServer(({protocols: list, role, service, level}) => {
			if (list === null || list.setting !== null || !leavesOld(list) || role === 'internal') return null;
			// By default tlsproxy follows smtpd.
			if (lastSetting(subject.configuration.main, list.parameter.replace(/^tlsproxy_/, 'smtpd_'))) return null;
			// Raising the floor is the fix of that one too.
			if (founding.has(serviceName(service))) return null;
			const {configuration} = subject;
			const submission = role !== 'relay-in';
			const floor = floorList(configuration.version);
			return {
				service: serviceName(service),
				severity: submission ? 'warn' : 'info',
				parameter: list.parameter,
				evidence: listWords(list, subject),
				why: submission
					? `Nobody has set ${list.parameter}, and no release of Postfix leaves out TLS 1.0 by itself: ${versionWords(list.allowed)} are accepted.`
					: 'Nobody has set it, so TLS 1.0 is accepted. On a port for other mail servers no change is needed: without old TLS such peers send in clear.',
				fix: submission
					? level === 'encrypt'
						? setOnService(configuration, service, list.parameter, floor)
						: setInMain(configuration, `${list.parameter}=${floor}`)
					: [],
			};
		})(subject);
	},
};

function lowering(subject: LintSubject, policy: {service: ClientPolicy['service']}, list: GoverningProtocols) {
	return ownSetting(policy.service, list.parameter) === null
		? removeFromMain(subject.configuration, list.parameter)
		: removeWhereItStands(subject.configuration, policy.service, list.parameter);
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
		setting: optional.setting,
		evidence: `${listWords(optional, subject)} at level ${policy.level}`,
		why: 'A server that speaks only older TLS gets the mail in clear after a failed handshake, which is worse than old TLS.',
		fix: lowering(subject, policy, optional),
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
				fix: lowering(subject, policy, list),
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
			setting: list.setting,
			evidence: `${listWords(list, subject)} at level ${level}`,
			why: 'Where TLSA records demand TLS this list rules, without a way back: mail for a host that speaks only older TLS waits and then bounces.',
			fix: ['for such a domain, a line of smtp_tls_policy_maps: example.com dane protocols=!SSLv2:!SSLv3'],
		};
	}),
};

/** Rules about how high a floor is, by what the port or the transport is for. */
export const floorRules: readonly Rule[] = [floorAtDefault, opportunisticFloorTooHigh, mandatoryFloorWithDane];
