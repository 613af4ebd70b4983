import {compareProtocols, type Protocol} from '../../../tls/version.ts';
import type {GoverningProtocols} from '../../effective/effective.ts';
import type {Setting} from '../../read/configuration.ts';
import {placeWords} from '../../read/parameters.ts';
import {floorList, removeFromService, setInMain, setOnService} from './postconf-commands.ts';
import {listWords, versionWords} from './protocol-lists.ts';
import {eachServer, type LintSubject, type Rule, serviceName, written} from './rule.ts';
import {lastSetting, ownSetting} from './values.ts';

function opensMore(ruling: GoverningProtocols, other: GoverningProtocols): readonly Protocol[] {
	return ruling.allowed.filter(protocol => !other.allowed.includes(protocol));
}

/** Whether somebody else's TLS is ruled by that very line: then it is in its right place. */
function readElsewhere({servers, clients}: LintSubject, setting: Setting): boolean {
	const reads = (list: GoverningProtocols | null) =>
		list?.setting?.place.line === setting.place.line && list.setting.name === setting.name;
	return servers.some(server => reads(server.protocols)) || clients.some(client => reads(client.protocols));
}

/** The founding mistake: mandatory TLS reads the mandatory list, so what was written in the other one is never used. */
export const mandatoryServiceOptionalList: Rule = {
	id: 'mandatory-service-optional-list',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_mandatory_protocols; Postfix smtpd.c',
	needs: ['main.cf'],
	log: {
		remarks: [
			{words: ': TLSv1 with cipher ', also: / established from /},
			{words: ': TLSv1.1 with cipher ', also: / established from /},
		],
	},
	find: eachServer((policy, subject) => {
		const {configuration} = subject;
		const {protocols: ruling, otherProtocols: other, service} = policy;
		if (policy.level !== 'encrypt' || ruling === null || !other?.setting || ruling.invalid.length > 0) return null;
		const more = opensMore(ruling, other);
		if (more.length === 0) return null;
		const own = ownSetting(service, other.parameter) !== null;
		const least = other.allowed[0] === 'TLSv1.3' ? 'TLSv1.3' : 'TLSv1.2';
		// What rules is as strict as it can be asked to be: the other list is but unread.
		if (ruling.allowed.every(version => compareProtocols(version, least) >= 0)) return null;
		const assignment = `${ruling.parameter}=${floorList(configuration.version, least)}`;
		const rulingOwn = ownSetting(service, ruling.parameter) !== null;
		const set =
			own || rulingOwn
				? setOnService(configuration, service, ruling.parameter, floorList(configuration.version, least))
				: setInMain(configuration, assignment);
		// Somebody who wrote both in one place knew the second: it does what it says, and he may have forgotten to raise it.
		const knew = ruling.setting !== null && rulingOwn === own;
		const cause = policy.wrapper ? 'wrapper mode' : 'level encrypt';
		return {
			service: serviceName(service),
			severity: knew ? 'warn' : 'error',
			setting: other.setting,
			evidence: `${written(other.setting)} (${placeWords(other.setting)}), while ${cause} reads ${listWords(ruling, subject)}`,
			why: `TLS is mandatory here (${cause}), so Postfix reads ${ruling.parameter} and never ${other.parameter}: ${versionWords(more)} ${more.length > 1 ? 'are' : 'is'} still accepted.`,
			fix: own ? [...set, ...removeFromService(configuration, service, other.parameter)] : set,
		};
	}),
};

/** The mirror image: at level may only the optional lists are read. */
const optionalServiceMandatoryList: Rule = {
	id: 'optional-service-mandatory-list',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_mandatory_protocols, smtpd_tls_mandatory_ciphers',
	needs: ['main.cf'],
	log: {
		alsoBy: ['mandatory-service-optional-list'],
	},
	find: eachServer((policy, subject) => {
		const {configuration} = subject;
		const {protocols: ruling, otherProtocols: other, service} = policy;
		if (policy.level !== 'may' || ruling === null) return null;
		const gradeName = policy.ciphers?.grade.parameter.replace('_tls_ciphers', '_tls_mandatory_ciphers') ?? '';
		const grade = policy.ciphers?.grade.setting ? null : ownSetting(service, gradeName);
		const list =
			other?.setting && ruling.setting === null && opensMore(ruling, other).length > 0 ? other.setting : null;
		const setting = list ?? grade;
		if (setting === null || (ownSetting(service, setting.name) === null && readElsewhere(subject, setting)))
			return null;
		const submission = policy.role === 'submission' || policy.role === 'submissions';
		return {
			service: serviceName(service),
			severity: submission ? 'warn' : 'info',
			setting,
			evidence: `${written(setting)} (${placeWords(setting)}) at level may`,
			why: submission
				? `TLS is optional here, so ${setting.name} is never read; with level encrypt it would be.`
				: `TLS is optional here, so ${setting.name} is never read. On a port for other mail servers that is usually best left so: a floor there turns old peers to plaintext (RFC 9325 section 5.2).`,
			fix: submission ? setOnService(configuration, service, 'smtpd_tls_security_level', 'encrypt') : [],
		};
	}),
};

const obsoleteSwitches = ['smtpd_use_tls', 'smtpd_enforce_tls'];

const levelBesideWrapper: Rule = {
	id: 'level-beside-wrappermode',
	severity: 'info',
	source: 'postconf(5) smtpd_tls_wrappermode; Postfix smtpd.c',
	needs: ['master.cf'],
	find: eachServer(({wrapper, service, port}, {configuration}) => {
		// On a port of STARTTLS the wrapper mode is the mistake, and the level what is left without it.
		if (!wrapper || port === 25 || port === 587 || ownSetting(service, 'smtpd_tls_wrappermode') === null) return null;
		const names = ['smtpd_tls_security_level', ...obsoleteSwitches].filter(name => lastSetting(service.options, name));
		const setting = lastSetting(service.options, names[0] ?? '');
		if (setting === null) return null;
		return {
			service: serviceName(service),
			setting,
			evidence: `${names.map(name => written(lastSetting(service.options, name) ?? setting)).join(', ')} beside smtpd_tls_wrappermode=yes (${placeWords(setting)})`,
			why: 'In wrapper mode the level is not even read: TLS is mandatory whatever it says, and "none" does not switch it off.',
			fix: removeFromService(configuration, service, ...names),
		};
	}),
};

/** Rules about which of two lists a service reads. */
export const listChoiceRules: readonly Rule[] = [
	mandatoryServiceOptionalList,
	optionalServiceMandatoryList,
	levelBesideWrapper,
];
