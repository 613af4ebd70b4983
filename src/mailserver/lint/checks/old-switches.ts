import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {placeWords} from '../../read/parameters.ts';
import {atLeast, carries} from '../../releases/postfix-version.ts';
import {removeFromMain, removeFromService, setInMain, setOnService} from './postconf-commands.ts';
import {type Draft, type LintSubject, type Rule, serviceName, written} from './rule.ts';
import {isYes, lastSetting, rulingValue} from './values.ts';

const families = {
	smtpd: ['smtpd_use_tls', 'smtpd_enforce_tls'],
	smtp: ['smtp_use_tls', 'smtp_enforce_tls', 'smtp_tls_enforce_peername'],
	lmtp: ['lmtp_use_tls', 'lmtp_enforce_tls', 'lmtp_tls_enforce_peername'],
	postscreen: ['postscreen_use_tls', 'postscreen_enforce_tls'],
	tlsproxy: ['tlsproxy_use_tls', 'tlsproxy_enforce_tls', 'tlsproxy_client_use_tls', 'tlsproxy_client_enforce_tls'],
} as const;
type Family = keyof typeof families;

/** The level that the old switches come to. */
function levelOf(family: Family, configuration: PostfixConfiguration, service?: ServiceEntry): string {
	if (isYes(configuration, `${family}_enforce_tls`, service)) {
		const client = family === 'smtp' || family === 'lmtp';
		return client && rulingValue(configuration, `${family}_tls_enforce_peername`, service) !== 'no'
			? 'verify'
			: 'encrypt';
	}
	return isYes(configuration, `${family}_use_tls`, service) ? 'may' : 'none';
}

const strength = ['none', 'may', 'encrypt', 'verify'];

function draftOf(
	family: Family,
	settings: readonly Setting[],
	configuration: PostfixConfiguration,
	service?: ServiceEntry,
): Draft | null {
	const setting = settings[0];
	if (setting === undefined) return null;
	const asked = levelOf(family, configuration, service);
	const parameter = `${family}_tls_security_level`;
	const level = rulingValue(configuration, parameter, service).toLowerCase();
	const names = settings.map(({name}) => name);
	const weaker = level !== '' && strength.includes(level) && strength.indexOf(level) < strength.indexOf(asked);
	const serious = weaker && (level === 'none' || asked === 'encrypt');
	// The level that was meant is the one that is written as a level, unless it takes away what the switch asks for.
	const wanted = level === '' || serious ? (asked === 'none' ? null : asked) : null;
	const set =
		wanted === null
			? []
			: service
				? setOnService(configuration, service, parameter, wanted)
				: setInMain(configuration, `${parameter}=${wanted}`);
	return {
		service: service ? serviceName(service) : 'main.cf',
		severity: serious ? 'error' : 'info',
		setting,
		evidence: `${settings.map(one => `${written(one)} (${placeWords(one)})`).join(', ')}${level === '' ? '' : ` beside ${parameter}=${level}`}`,
		why:
			level === ''
				? 'These switches are obsolete since Postfix 2.3 and will be removed; a level says the same.'
				: `A level that is set overrides the old switches: they do nothing, and TLS is at ${level}.`,
		fix: [
			...set,
			...(service ? removeFromService(configuration, service, ...names) : removeFromMain(configuration, ...names)),
		],
	};
}

const deprecatedSwitches: Rule = {
	id: 'deprecated-switches',
	severity: 'info',
	source: 'DEPRECATION_README; postconf(5) smtpd_use_tls, smtpd_tls_security_level',
	needs: [],
	find: ({configuration, servers}: LintSubject) => {
		const drafts: (Draft | null)[] = [];
		const wrapped = new Set(servers.filter(({wrapper}) => wrapper).map(({service}) => service));
		for (const family of Object.keys(families) as Family[]) {
			const of = (settings: readonly Setting[] | null) =>
				families[family].map(name => lastSetting(settings, name)).filter(one => one !== null);
			drafts.push(draftOf(family, of(configuration.main), configuration));
			// Beside wrapper mode they have a rule of their own.
			for (const service of configuration.services ?? [])
				if (!wrapped.has(service)) drafts.push(draftOf(family, of(service.options), configuration, service));
		}
		return drafts.filter(draft => draft !== null);
	},
};

const perSiteIgnored: Rule = {
	id: 'per-site-ignored',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_per_site',
	needs: ['main.cf'],
	log: {
		complaints: [{words: '_tls_per_site ignored when'}],
	},
	find: ({configuration}) =>
		(['smtp', 'lmtp'] as const).flatMap((family): Draft[] => {
			const setting = lastSetting(configuration.main, `${family}_tls_per_site`);
			if (!setting?.value || rulingValue(configuration, `${family}_tls_policy_maps`) === '') return [];
			return [
				{
					service: 'main.cf',
					setting,
					evidence: `${written(setting)} beside ${family}_tls_policy_maps`,
					why: 'The old table is not read at all while the new one is set: its lines protect nothing.',
					fix: removeFromMain(configuration, setting.name),
				},
			];
		}),
};

const proxyRenamed: Rule = {
	id: 'proxy-client-renamed',
	severity: 'warn',
	source: 'RELEASE_NOTES-3.7; postconf(5) tlsproxy_client_security_level',
	needs: ['main.cf', 'version'],
	find: ({configuration}) => {
		const {version, main} = configuration;
		if (version === null || !atLeast(version, 3, 7) || carries(version, '3.7.16 3.8.11 3.9.5 3.10.4')) return [];
		const renames = [
			['tlsproxy_client_level', 'tlsproxy_client_security_level'],
			['tlsproxy_client_policy', 'tlsproxy_client_policy_maps'],
		] as const;
		return renames.flatMap(([old, name]): Draft[] => {
			const setting = lastSetting(main, old);
			if (setting === null) return [];
			return [
				{
					service: 'main.cf',
					setting,
					evidence: `${written(setting)} (${placeWords(setting)})`,
					why: `The name changed to ${name} in 3.7, and this release does not heed the old one.`,
					fix: [...setInMain(configuration, `${name}=${setting.value}`), ...removeFromMain(configuration, old)],
				},
			];
		});
	},
};

/** Rules about parameters that were replaced. */
export const oldSwitchRules: readonly Rule[] = [deprecatedSwitches, perSiteIgnored, proxyRenamed];
