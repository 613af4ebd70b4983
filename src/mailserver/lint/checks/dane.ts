import type {ClientPolicy} from '../../effective/effective.ts';
import {carries} from '../../releases/postfix-version.ts';
import {setInMain, setWhereItStands} from './postconf-commands.ts';
import {contentsOf, isStsPlugin} from './routes.ts';
import {eachClient, type Rule, serviceName} from './rule.ts';
import {isYes, rulingOf, rulingValue, rulingWords} from './values.ts';

/** The level as it is asked for; what it comes to may be less. */
function asksForDane({levelSetting}: ClientPolicy): 'dane' | 'dane-only' | null {
	const word = levelSetting.value.toLowerCase().split(/[\s,]/, 1)[0];
	return word === 'dane' || word === 'dane-only' ? word : null;
}

const withoutDnssec: Rule = {
	id: 'dane-without-dnssec',
	severity: 'error',
	source: 'TLS_README, DANE; postconf(5) smtp_dns_support_level, smtp_host_lookup, ignore_mx_lookup_error',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'dane configured with dnssec lookups disabled'}],
		alone: {
			severity: 'error',
			why: 'Without DNSSEC lookups no TLSA record is looked at: the level falls to may.',
			fix: "postconf -e 'smtp_dns_support_level=dnssec'",
			source: 'TLS_README, DANE',
		},
	},
	find: eachClient((policy, {configuration}) => {
		const level = asksForDane(policy);
		if (level === null || policy.wrapper) return null;
		const {service, family} = policy;
		const support = rulingOf(configuration, `${family}_dns_support_level`, service);
		const lookup = rulingOf(configuration, `${family}_host_lookup`, service);
		const wrong = [
			...(support.value.toLowerCase() === 'dnssec' ? [] : [{ruling: support, right: 'dnssec'}]),
			...(/\bdns\b/.test(lookup.value) || lookup.value === '' ? [] : [{ruling: lookup, right: 'dns'}]),
			...(family === 'smtp' && isYes(configuration, 'ignore_mx_lookup_error', service)
				? [{ruling: rulingOf(configuration, 'ignore_mx_lookup_error', service), right: 'no'}]
				: []),
		];
		const [first] = wrong;
		if (first === undefined) return null;
		const where = policy.destination === null ? '' : ` for ${policy.destination}`;
		return {
			service: serviceName(service),
			setting: first.ruling.setting,
			parameter: first.ruling.parameter,
			evidence: `level ${level}${where}, while ${wrong.map(({ruling}) => (ruling.value === '' ? `${ruling.parameter} is not set` : rulingWords(ruling, configuration))).join(' and ')}`,
			why:
				level === 'dane'
					? 'Without DNSSEC lookups no TLSA record is ever looked at: the level falls to may, without protection.'
					: 'Without DNSSEC lookups dane-only sends nothing at all: mail is deferred (client TLS configuration problem).',
			fix: wrong.flatMap(({ruling, right}) => setWhereItStands(configuration, service, ruling.parameter, right)),
		};
	}),
};

const tooWide: Rule = {
	id: 'dane-only-too-wide',
	severity: 'warn',
	source: 'TLS_README, DANE; RFC 7672 section 2.2',
	needs: ['main.cf'],
	log: {
		remarks: [{words: 'non DNSSEC destination'}],
	},
	find: eachClient((policy, {configuration}) => {
		const {levelSetting, service, destination} = policy;
		if (destination !== null || levelSetting.value.toLowerCase() !== 'dane-only') return null;
		if (service.name !== (rulingValue(configuration, 'default_transport').split(':', 1)[0] || 'smtp')) return null;
		return {
			service: serviceName(service),
			setting: levelSetting.setting,
			parameter: levelSetting.parameter,
			evidence: rulingWords(levelSetting, configuration),
			why: 'Only domains with TLSA records in a signed zone can be reached; mail for all others waits and bounces.',
			fix: setWhereItStands(configuration, service, levelSetting.parameter, 'dane'),
		};
	}),
};

const insecureMxDefault: Rule = {
	id: 'dane-insecure-mx-default',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_dane_insecure_mx_policy; RELEASE_NOTES-3.9',
	needs: ['version', 'main.cf'],
	find: eachClient((policy, {configuration}) => {
		const {version} = configuration;
		const {destination, level, service, family} = policy;
		const name = `${family}_tls_dane_insecure_mx_policy`;
		if (version === null || destination === null || level !== 'dane' || family !== 'smtp') return null;
		// Between these releases the default compared with the global level alone.
		if (!carries(version, '3.2.21 3.3.16 3.4.19 3.5.9 3.6.0')) return null;
		if (carries(version, '3.6.17 3.7.13 3.8.8 3.9.2 3.10.0')) return null;
		if (rulingValue(configuration, 'smtp_tls_security_level', service).toLowerCase() === 'dane') return null;
		if (rulingOf(configuration, name, service).setting !== null) return null;
		return {
			service: serviceName(service),
			parameter: name,
			evidence: `level dane for ${destination} from a table, ${name} is not set`,
			why: 'In this release its default is may unless dane is the level for all: where the MX records are not signed, TLSA records are then not looked at.',
			fix: setInMain(configuration, `${name}=dane`),
		};
	}),
};

const stsOverDane: Rule = {
	id: 'sts-over-dane',
	severity: 'warn',
	source: 'RFC 8461 section 2; README of postfix-mta-sts-resolver',
	needs: ['main.cf'],
	find: eachClient((policy, {configuration}) => {
		if (policy.destination !== null || asksForDane(policy) !== 'dane') return null;
		const name = `${policy.family}_tls_policy_maps`;
		const {unread} = contentsOf(configuration, name);
		const table = unread.find(isStsPlugin);
		if (table === undefined) return null;
		// What is asked before it may answer for the domains that have TLSA records.
		const before = unread.slice(0, unread.indexOf(table));
		const maps = rulingOf(configuration, name, policy.service);
		return {
			service: serviceName(policy.service),
			...(before.length === 0 ? {} : {unread: before}),
			setting: maps.setting,
			parameter: name,
			evidence: `${rulingWords(maps, configuration)} at level dane`,
			why: 'An MTA-STS result from the table replaces the level: for a domain with both, DANE is skipped, which RFC 8461 forbids.',
			fix: [
				`put a table with "example.com dane" for such domains before ${table}, or use a resolver that looks for TLSA records first`,
			],
		};
	}),
};

/** Rules about DANE (RFC 7672). */
export const daneRules: readonly Rule[] = [withoutDnssec, tooWide, insecureMxDefault, stsOverDane];
