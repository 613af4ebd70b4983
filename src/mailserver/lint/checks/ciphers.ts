import type {ClientPolicy, GoverningCiphers, ServerPolicy} from '../../effective/effective.ts';
import {exclusionItems, gradeOf, isBadExclusion} from '../../effective/governed-tls.ts';
import {unserved} from '../../effective/remaining-suites.ts';
import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {originWords} from '../../read/parameters.ts';
import {atLeast, newestRelease} from '../../releases/postfix-version.ts';
import {onceDone, removeFromMain, setInMain, setOnService, setWhereItStands} from './postconf-commands.ts';
import {type Draft, eachClient, eachServer, type LintSubject, type Rule, serviceName, written} from './rule.ts';
import {lastSetting, ownSetting, rulingOf, rulingValue, rulingWords} from './values.ts';

type Ciphered = {readonly policy: ServerPolicy | ClientPolicy; readonly ciphers: GoverningCiphers};

function eachGrade(find: (ciphered: Ciphered, subject: LintSubject) => Draft | null) {
	const of = (policy: ServerPolicy | ClientPolicy, subject: LintSubject) =>
		policy.ciphers === null ? null : find({policy, ciphers: policy.ciphers}, subject);
	const servers = eachServer(of);
	const clients = eachClient((policy, subject) => (policy.destination === null ? of(policy, subject) : null));
	return (subject: LintSubject) => [...servers(subject), ...clients(subject)];
}

const consequence = {
	server: 'Every handshake fails once a client connects: peers leave, or send in clear where they may.',
	client: 'Every handshake fails: mail waits, or goes in clear where TLS is optional.',
} as const;

/** The grade that the string asks for, and what it leaves out by `!` as exclusions, beside those that are there. */
function gradeFix(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	{parameter, value}: GoverningCiphers['grade'],
): readonly string[] {
	const high = parameter.includes('mandatory') && /\bhigh\b/i.test(value) && !/\bmedium\b/i.test(value);
	const left = value.split(/[\s,:]+/).flatMap(word => /^!([\w+-]+)$/.exec(word)?.[1] ?? []);
	const excluding = parameter.replace(/ciphers$/, 'exclude_ciphers');
	const items = [...new Set([...exclusionItems(rulingValue(configuration, excluding, service)), ...left])];
	const grade = setWhereItStands(configuration, service, parameter, high ? 'high' : 'medium');
	if (left.length === 0) return grade;
	const own = ownSetting(service, parameter) ?? ownSetting(service, excluding);
	return [
		...grade,
		...(own === null
			? setInMain(configuration, `${excluding}=${items.join(',')}`)
			: setOnService(configuration, service, excluding, items.join(','))),
	];
}

const stringInGrade: Rule = {
	id: 'openssl-string-in-grade',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_ciphers, smtpd_tls_exclude_ciphers',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'invalid cipher grade: "'}],
		alone: {
			severity: 'error',
			why: 'The value is no grade (high, medium): every handshake fails.',
			source: 'postconf(5) smtpd_tls_ciphers',
		},
	},
	find: eachGrade(({policy, ciphers: {grade}}, {configuration}) => {
		if (grade.valid) return null;
		return {
			service: serviceName(policy.service),
			setting: grade.setting,
			parameter: grade.parameter,
			evidence: rulingWords(grade, configuration),
			why: `A grade is one word, medium or high; what to leave out has a parameter of its own. ${consequence[policy.side]}`,
			fix: gradeFix(configuration, policy.service, grade),
		};
	}),
};

const operatorsInExclusion: Rule = {
	id: 'operators-in-exclusion',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_exclude_ciphers; Postfix tls_misc.c',
	needs: ['main.cf'],
	log: {
		complaints: [{words: ' in cipher exclusion: '}],
		alone: {
			severity: 'error',
			why: 'Exclusions are bare names without a sign: every handshake fails.',
			source: 'postconf(5) smtpd_tls_exclude_ciphers',
		},
	},
	find: eachGrade(({policy, ciphers}, {configuration}) => {
		const list = ciphers.exclusions.find(({value}) => exclusionItems(value).some(isBadExclusion));
		if (list === undefined) return null;
		// `@STRENGTH` and its like are no suites.
		const bare = exclusionItems(list.value).map(item => item.replace(/^@.*|^[!+-]+/, ''));
		return {
			service: serviceName(policy.service),
			setting: list.setting,
			parameter: list.parameter,
			evidence: rulingWords(list, configuration),
			why: `Items are here by their bare names, without ! + - or @. ${consequence[policy.side]}`,
			fix: setWhereItStands(configuration, policy.service, list.parameter, bare.filter(Boolean).join(',')),
		};
	}),
};

const obsoleteGrade: Rule = {
	id: 'obsolete-grade',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_mandatory_ciphers',
	needs: ['main.cf'],
	find: eachGrade(({policy, ciphers: {grade}}, {configuration}) => {
		const word = grade.value.toLowerCase();
		const {version} = configuration;
		if (!['low', 'export', 'null'].includes(word)) return null;
		const alias = word !== 'null' && (version === null || gradeOf(word, version) === 'medium');
		return {
			service: serviceName(policy.service),
			severity: word === 'null' ? 'error' : alias ? 'info' : 'warn',
			setting: grade.setting,
			parameter: grade.parameter,
			evidence: rulingWords(grade, configuration),
			why:
				word === 'null'
					? 'The grade null has suites without encryption alone: what is sent can be read by all.'
					: alias
						? `From Postfix 3.8 on "${word}" is another name of medium; before, it is what it says.`
						: `"${word}" lets in suites that can be broken.`,
			fix: setWhereItStands(configuration, policy.service, grade.parameter, 'medium'),
		};
	}),
};

/** One finding about all these lines of main.cf, which are better gone; none where there is none of them. */
function removed(configuration: PostfixConfiguration, settings: readonly Setting[], why: string): readonly Draft[] {
	const [setting] = settings;
	if (setting === undefined) return [];
	const evidence = settings.map(written).join(', ');
	return [
		{service: 'main.cf', setting, evidence, why, fix: removeFromMain(configuration, ...settings.map(({name}) => name))},
	];
}

const editedLists = ['tls_high_cipherlist', 'tls_medium_cipherlist', 'tls_low_cipherlist', 'tls_export_cipherlist'];

const editedCipherlist: Rule = {
	id: 'edited-cipherlist',
	severity: 'warn',
	source: 'postconf(5) tls_high_cipherlist: you are strongly encouraged not to change this setting',
	needs: ['main.cf'],
	find: ({configuration}) => {
		const settings = editedLists.map(name => lastSetting(configuration.main, name)).filter(one => one !== null);
		const [draft] = removed(
			configuration,
			settings,
			'The meaning of a grade is changed for every service and for mail going out; TLS 1.3 suites are not touched by it, and a mistake in it switches TLS off.',
		);
		if (draft === undefined) return [];
		// The list may leave out what the default lets in: only who wrote it knows what must stay out.
		const first = 'what must stay out is in smtpd_tls_exclude_ciphers and smtp_tls_exclude_ciphers';
		return [{...draft, fix: onceDone(first, draft.fix ?? [])}];
	},
};

/** A list made for a web server: nothing but suites by name. */
function isWebServerList(value: string): boolean {
	const words = value.split(/[\s,:]+/).filter(word => word !== '' && !word.startsWith('!'));
	return words.length > 1 && words.every(word => /^\w+(?:-\w+){2,}$/.test(word));
}

/** A few exclusions are harmless; this many are those of a hardening guide. */
const manyExclusions = 5;

const tooTight: Rule = {
	id: 'too-tight-for-opportunistic',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_exclude_ciphers, smtp_tls_ciphers; RFC 9325 section 5.2',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'no shared cipher'}],
		alsoBy: ['opportunistic-floor-too-high'],
	},
	find: eachGrade(({policy, ciphers}, {configuration}) => {
		const client = policy.side === 'client';
		const relay = client ? policy.family === 'smtp' : policy.role === 'relay-in';
		if (policy.level !== 'may' || !relay || !ciphers.grade.valid) return null;
		const listed = ciphers.exclusions.filter(({setting}) => setting !== null);
		const items = listed.flatMap(({value}) => exclusionItems(value));
		const anonymous = client && items.some(item => item.toUpperCase() === 'ANULL');
		const high = ciphers.grade.value.toLowerCase() === 'high' && ciphers.grade.setting !== null;
		const cipherlist = rulingOf(configuration, `tls_${ciphers.grade.value.toLowerCase()}_cipherlist`);
		const web = cipherlist.setting !== null && isWebServerList(cipherlist.value);
		const long = high && items.length >= manyExclusions;
		if (!anonymous && !long && !web) return null;
		const evidence = [
			...(high ? [rulingWords(ciphers.grade, configuration)] : []),
			...(anonymous || long ? listed.map(list => rulingWords(list, configuration)) : []),
			...(web ? [`${cipherlist.parameter} names suites (${originWords(cipherlist, configuration.version)})`] : []),
		];
		return {
			service: serviceName(policy.service),
			severity: long || web ? 'warn' : 'info',
			setting: (anonymous || long ? listed[0]?.setting : cipherlist.setting) ?? null,
			evidence: `${evidence.join(', ')} at level may`,
			why: `${long || web ? 'Peers that have none of what is left fall back to plaintext.' : 'Where no certificate is checked, anonymous suites lose nothing; a server that has no others gets the mail in clear.'} Opportunistic TLS does best with grade medium.`,
			// What is excluded holds at every level and stays excluded.
			fix: [
				...(long ? [`to let them in: ${ciphers.grade.parameter} = medium`] : []),
				...(web ? [`to let them in: leave ${cipherlist.parameter} at its default`] : []),
			],
		};
	}),
};

const certificateExcluded: Rule = {
	id: 'certificate-excluded',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_exclude_ciphers; openssl-ciphers(1)',
	needs: ['main.cf'],
	log: {
		alsoBy: ['too-tight-for-opportunistic'],
	},
	find: eachGrade(({policy, ciphers}, {configuration}) => {
		const {protocols} = policy;
		const keys = policy.side === 'server' ? policy.keys : null;
		const nothing = policy.fault?.kind === 'no-suite';
		const listed = (protocols?.allowed ?? []).filter(version => version !== 'TLSv1.3');
		// A client brings no certificate: of the suites that are left each may do.
		const served = policy.side === 'client' || unserved(listed, ciphers.excluded, keys, false).length < listed.length;
		if (!nothing && (listed.length === 0 || served)) return null;
		const lists = ciphers.exclusions.filter(({setting}) => setting !== null);
		const names = lists.map(({parameter}) => parameter).join(', ');
		const kind = keys === null ? '' : ` for a certificate with an ${keys} key`;
		return {
			service: serviceName(policy.service),
			setting: lists[0]?.setting ?? null,
			evidence: `${lists.map(list => rulingWords(list, configuration)).join(', ')}${keys === null ? '' : `, and the only certificate is ${keys}`}`,
			why: nothing
				? `No suite is left${kind}. ${consequence[policy.side]}`
				: `Up to TLSv1.2 no suite is left${kind || ' that a certificate could serve'}: only TLSv1.3 comes about, all other clients fail, or send in clear.`,
			fix: [
				keys === null
					? `take out of ${names} what is needed`
					: `show an RSA certificate too, or take ${keys} and the key exchange it needs (ECDHE) out of ${names}`,
			],
		};
	}),
};

const ecdsaOnly: Rule = {
	id: 'ecdsa-only-certificate',
	severity: 'info',
	source: 'postconf(5) smtpd_tls_eccert_file, smtpd_tls_chain_files',
	needs: ['main.cf'],
	log: {
		alsoBy: ['too-tight-for-opportunistic'],
	},
	find: ({configuration, servers}) => {
		const value = (name: string) => rulingValue(configuration, `smtpd_tls_${name}`);
		const setting = lastSetting(configuration.main, 'smtpd_tls_eccert_file');
		if (setting === null || setting.value === '' || !servers.some(({level}) => level !== 'none')) return [];
		if (value('chain_files') !== '' || value('dcert_file') !== '') return [];
		if (value('cert_file') !== '' && value('cert_file').toLowerCase() !== 'none') return [];
		const newer = atLeast(configuration.version ?? newestRelease, 3, 4) && configuration.version !== null;
		return [
			{
				service: 'main.cf',
				setting,
				evidence: `${written(setting)}, and no RSA certificate`,
				why: 'Clients that know RSA suites only find no shared cipher: they fail, or send in clear.',
				fix: [
					`in main.cf, with the names of your files: ${newer ? 'smtpd_tls_chain_files = ECKEYFILE, ECFULLCHAIN, RSAKEYFILE, RSAFULLCHAIN' : 'smtpd_tls_cert_file = RSAFULLCHAIN and smtpd_tls_key_file = RSAKEYFILE'}`,
				],
			},
		];
	},
};

const obsoleteDh: Rule = {
	id: 'obsolete-dh-parameters',
	severity: 'info',
	source: 'postconf(5) smtpd_tls_dh1024_param_file, smtpd_tls_eecdh_grade; DEPRECATION_README',
	needs: ['main.cf', 'version'],
	find: ({configuration}) => {
		const {version, main} = configuration;
		if (version === null) return [];
		const names = ['smtpd_tls_dh512_param_file', 'smtpd_tls_eecdh_grade'];
		if (atLeast(version, 3, 6)) names.push('smtpd_tls_dh1024_param_file');
		const settings = names
			.map(name => lastSetting(main, name))
			.filter(one => one !== null)
			.filter(({name, value}) => value !== '' && value !== 'auto' && (name !== names[1] || atLeast(version, 3, 2)));
		return removed(
			configuration,
			settings,
			'Postfix now chooses groups by itself and better; what is set here is ignored, or limits the choice for nothing.',
		);
	},
};

/** Rules about grades, exclusions and groups. */
export const cipherRules: readonly Rule[] = [
	stringInGrade,
	operatorsInExclusion,
	certificateExcluded,
	obsoleteGrade,
	tooTight,
	editedCipherlist,
	ecdsaOnly,
	obsoleteDh,
];
