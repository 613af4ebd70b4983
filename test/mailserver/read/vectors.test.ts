import test from 'ava';
import {clientPolicies, serverPolicies} from '../../../src/mailserver/effective/effective-policy.ts';
import {configured, service} from './configured.ts';

/** `ssl` in a set: SSLv3 (and SSLv2) if the library has it. */
const sets = {
	none: [],
	'1.0-1.3': ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
	'1.2-1.3': ['TLSv1.2', 'TLSv1.3'],
	'1.1-1.2': ['TLSv1.1', 'TLSv1.2'],
	'1.2': ['TLSv1.2'],
	'1.3': ['TLSv1.3'],
	'1.0': ['TLSv1'],
	'ssl 1.0': ['SSLv3', 'TLSv1'],
	'ssl 1.0 1.2 1.3': ['SSLv3', 'TLSv1', 'TLSv1.2', 'TLSv1.3'],
	'ssl-1.3': ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
	'ssl-1.2': ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'],
	'ssl2-1.2': ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'],
} as const;

type Vector = {
	readonly version: string;
	readonly main: readonly string[];
	readonly service: string;
	readonly options: readonly string[];
	readonly tables?: Readonly<Record<string, string>>;
	readonly destination?: string;
	readonly level: string;
	readonly read?: boolean;
	readonly wrapper?: boolean;
	/** The list that rules and the set it leaves; null: TLS is off or the service is. */
	readonly list: string | null;
	readonly isDefault?: boolean;
	readonly set: keyof typeof sets;
	readonly grade: string | null;
	readonly fault?: string;
	readonly reach?: string;
};

const mandatory = 'smtpd_tls_mandatory_protocols';
const optional = 'smtpd_tls_protocols';
const mandatoryMedium = 'smtpd_tls_mandatory_ciphers=medium';
const old = '!SSLv2,!SSLv3,!TLSv1,!TLSv1.1';
const smtps = 'smtps inet smtpd';
const smtp = 'smtp inet smtpd';
const client = 'smtp unix smtp';
const now = '3.7.11';
const wrapped = 'smtpd_tls_wrappermode=yes';

const vectors: Readonly<Record<string, Vector>> = {
	'1: the optional list on a wrapper service rules nothing': {
		version: now,
		main: [],
		service: smtps,
		options: [wrapped, 'smtpd_tls_security_level=encrypt', `${optional}=${old}`],
		level: 'encrypt',
		read: false,
		wrapper: true,
		list: mandatory,
		isDefault: true,
		set: '1.0-1.3',
		grade: mandatoryMedium,
	},
	'2: level none beside wrapper mode is not read': {
		version: now,
		main: [],
		service: smtps,
		options: [wrapped, 'smtpd_tls_security_level=none', `${mandatory}=>=TLSv1.2`],
		level: 'encrypt',
		read: false,
		wrapper: true,
		list: mandatory,
		set: '1.2-1.3',
		grade: mandatoryMedium,
	},
	'3: level may beside wrapper mode is not read': {
		version: now,
		main: ['smtpd_tls_mandatory_ciphers=high'],
		service: smtps,
		options: [wrapped, 'smtpd_tls_security_level=may', `${mandatory}=${old}`],
		level: 'encrypt',
		read: false,
		wrapper: true,
		list: mandatory,
		set: '1.2-1.3',
		grade: 'smtpd_tls_mandatory_ciphers=high',
	},
	'4: encrypt does not read the optional list of main.cf': {
		version: now,
		main: [`${optional}=>=TLSv1.2`],
		service: 'submission inet smtpd',
		options: ['smtpd_tls_security_level=encrypt'],
		level: 'encrypt',
		list: mandatory,
		isDefault: true,
		set: '1.0-1.3',
		grade: mandatoryMedium,
	},
	'5: may does not read the mandatory list': {
		version: now,
		main: [`${mandatory}=>=TLSv1.2`],
		service: smtp,
		options: ['smtpd_tls_security_level=may'],
		level: 'may',
		list: optional,
		isDefault: true,
		set: '1.0-1.3',
		grade: 'smtpd_tls_ciphers=medium',
	},
	'6: level none rules over smtpd_use_tls': {
		version: now,
		main: ['smtpd_use_tls=yes'],
		service: smtp,
		options: ['smtpd_tls_security_level=none'],
		level: 'none',
		list: null,
		set: 'none',
		grade: null,
	},
	'7: level secure of a server is encrypt': {
		version: now,
		main: [],
		service: smtp,
		options: ['smtpd_tls_security_level=secure', `${mandatory}=TLSv1.2`],
		level: 'encrypt',
		list: mandatory,
		set: '1.2',
		grade: mandatoryMedium,
	},
	'8: the old switches make TLS mandatory': {
		version: now,
		main: ['smtpd_use_tls=yes', 'smtpd_enforce_tls=yes'],
		service: smtp,
		options: [`${mandatory}=<=TLSv1.2,>=TLSv1.1`],
		level: 'encrypt',
		read: false,
		list: mandatory,
		set: '1.1-1.2',
		grade: mandatoryMedium,
	},
	'9: a server has holes': {
		version: now,
		main: ['smtpd_tls_security_level=may', `${optional}=!TLSv1.1`],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		set: 'ssl 1.0 1.2 1.3',
		grade: 'smtpd_tls_ciphers=medium',
	},
	'10: an unknown word switches TLS off': {
		version: now,
		main: ['smtpd_tls_security_level=may', `${optional}=!TLSv1_1`],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		set: 'none',
		grade: 'smtpd_tls_ciphers=medium',
		fault: 'invalid-protocols/off',
	},
	'11: a list that excludes what it includes': {
		version: now,
		main: ['smtpd_tls_security_level=encrypt', `${mandatory}=TLSv1.2:!TLSv1.2`],
		service: smtp,
		options: [],
		level: 'encrypt',
		list: mandatory,
		set: 'none',
		grade: mandatoryMedium,
		fault: 'empty-protocols/off',
	},
	'12: an empty list is everything': {
		version: now,
		main: ['smtpd_tls_security_level=may', `${optional}=`],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		set: 'ssl-1.3',
		grade: 'smtpd_tls_ciphers=medium',
	},
	'13: level dane of a server is fatal': {
		version: now,
		main: ['smtpd_tls_security_level=dane'],
		service: smtp,
		options: [],
		level: 'none',
		list: null,
		set: 'none',
		grade: null,
		fault: 'invalid-level/dead',
	},
	'14: an undefined reference as level is no TLS': {
		version: now,
		main: ['smtpd_tls_security_level=$nosuch'],
		service: smtp,
		options: [],
		level: 'none',
		read: false,
		list: null,
		set: 'none',
		grade: null,
	},
	'15: level and hexadecimal floor in any case': {
		version: now,
		main: ['smtpd_tls_security_level=MAY', `${optional}=>=0303`],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		set: '1.2-1.3',
		grade: 'smtpd_tls_ciphers=medium',
	},
	'16: a reference in main.cf sees the options of the service': {
		version: now,
		main: [`${mandatory}=$${optional}`],
		service: smtps,
		options: [wrapped, `${optional}=>=TLSv1.3`],
		level: 'encrypt',
		read: false,
		wrapper: true,
		list: mandatory,
		set: '1.3',
		grade: mandatoryMedium,
	},
	'17: floor and exclusion together': {
		version: now,
		main: ['smtpd_tls_security_level=may', `${optional}=>=TLSv1.2,!TLSv1.3`],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		set: '1.2',
		grade: 'smtpd_tls_ciphers=medium',
	},
	'18: old names only': {
		version: now,
		main: ['smtpd_tls_security_level=may', `${optional}=SSLv3,TLSv1`],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		set: 'ssl 1.0',
		grade: 'smtpd_tls_ciphers=medium',
	},
	'19: the defaults of 2.10.7': {
		version: '2.10.7',
		main: ['smtpd_tls_security_level=may'],
		service: smtp,
		options: [],
		level: 'may',
		list: optional,
		isDefault: true,
		set: 'ssl2-1.2',
		grade: 'smtpd_tls_ciphers=export',
	},
	'20: a floor before 3.6 is an unknown word': {
		version: '3.5.25',
		main: [],
		service: '465 inet smtpd',
		options: [wrapped, `${mandatory}=>=TLSv1.2`],
		level: 'encrypt',
		read: false,
		wrapper: true,
		list: mandatory,
		set: 'none',
		grade: mandatoryMedium,
		fault: 'invalid-protocols/off',
	},
	'22: a client without a word sends in clear': {
		version: now,
		main: [],
		service: client,
		options: [],
		level: 'none',
		list: null,
		set: 'none',
		grade: null,
		reach: 'plaintext',
	},
	'23: a client of 3.11 with its compatibility level': {
		version: '3.11.6',
		main: ['compatibility_level=3.11'],
		service: client,
		options: [],
		level: 'may',
		list: 'smtp_tls_protocols',
		isDefault: true,
		set: '1.0-1.3',
		grade: 'smtp_tls_ciphers=medium',
		reach: 'opportunistic',
	},
	'24: a client of 3.11 with an older compatibility level': {
		version: '3.11.6',
		main: ['compatibility_level=3.6'],
		service: client,
		options: [],
		level: 'none',
		list: null,
		set: 'none',
		grade: null,
		reach: 'plaintext',
	},
	'25: a client is cut at the gap': {
		version: now,
		main: ['smtp_tls_security_level=may', 'smtp_tls_protocols=!TLSv1.1'],
		service: client,
		options: [],
		level: 'may',
		list: 'smtp_tls_protocols',
		set: 'ssl 1.0',
		grade: 'smtp_tls_ciphers=medium',
		reach: 'opportunistic',
	},
	'26: a client at encrypt reads the mandatory list': {
		version: now,
		main: ['smtp_tls_security_level=encrypt', 'smtp_tls_protocols=>=TLSv1.3', 'smtp_tls_mandatory_protocols=TLSv1.2'],
		service: client,
		options: [],
		level: 'encrypt',
		list: 'smtp_tls_mandatory_protocols',
		set: '1.2',
		grade: 'smtp_tls_mandatory_ciphers=medium',
		reach: 'mandatory',
	},
	'27: dane without DNSSEC lookups is may': {
		version: now,
		main: [
			'smtp_tls_security_level=dane',
			'smtp_dns_support_level=disabled',
			'smtp_tls_protocols=TLSv1.2',
			'smtp_tls_mandatory_protocols=TLSv1.1',
		],
		service: client,
		options: [],
		level: 'may',
		list: 'smtp_tls_protocols',
		set: '1.2',
		grade: 'smtp_tls_ciphers=medium',
		fault: 'dane-without-dnssec',
		reach: 'opportunistic',
	},
	'28: dane-only without DNSSEC lookups defers': {
		version: now,
		main: ['smtp_tls_security_level=dane-only', 'smtp_dns_support_level=disabled'],
		service: client,
		options: [],
		level: 'dane-only',
		list: null,
		set: 'none',
		grade: null,
		fault: 'dane-without-dnssec',
		reach: 'deferred',
	},
	'29: smtp_enforce_tls is verify': {
		version: now,
		main: ['smtp_enforce_tls=yes'],
		service: client,
		options: [],
		level: 'verify',
		list: 'smtp_tls_mandatory_protocols',
		isDefault: true,
		set: '1.0-1.3',
		grade: 'smtp_tls_mandatory_ciphers=medium',
		reach: 'mandatory',
	},
	'30: smtp_enforce_tls without peer names is encrypt': {
		version: now,
		main: [
			'smtp_use_tls=yes',
			'smtp_enforce_tls=yes',
			'smtp_tls_enforce_peername=no',
			'smtp_tls_mandatory_protocols=<=TLSv1.2',
		],
		service: client,
		options: [],
		level: 'encrypt',
		list: 'smtp_tls_mandatory_protocols',
		set: 'ssl-1.2',
		grade: 'smtp_tls_mandatory_ciphers=medium',
		reach: 'mandatory',
	},
	'31: a row of the policy table replaces the list': {
		version: now,
		main: [
			'smtp_tls_security_level=may',
			'smtp_tls_mandatory_protocols=>=TLSv1.3',
			'smtp_tls_policy_maps=hash:/etc/postfix/tls_policy',
		],
		service: client,
		options: [],
		tables: {'hash:/etc/postfix/tls_policy': '[mx.example.net]:2525 encrypt protocols=TLSv1.2\n'},
		destination: '[mx.example.net]:2525',
		level: 'encrypt',
		list: 'smtp_tls_policy_maps protocols=',
		set: '1.2',
		grade: 'smtp_tls_mandatory_ciphers=medium',
		reach: 'mandatory',
	},
};

for (const [title, vector] of Object.entries(vectors))
	test(`vector ${title}`, t => {
		const configuration = configured(
			vector.version,
			vector.main,
			[service(vector.service, vector.options)],
			vector.tables,
		);
		const policies =
			vector.service === client
				? clientPolicies(configuration).filter(each => each.destination === (vector.destination ?? null))
				: serverPolicies(configuration);
		t.is(policies.length, 1);
		const [policy] = policies;
		if (policy === undefined) return;
		t.is(policy.level, vector.level as typeof policy.level);
		t.is(policy.wrapper, vector.wrapper ?? false);
		t.is(policy.protocols?.parameter ?? null, vector.list);
		t.deepEqual(policy.protocols?.allowed ?? [], sets[vector.set]);
		if (vector.list !== null) t.is(policy.protocols?.setting === null, vector.isDefault ?? false);
		const grade = policy.ciphers?.grade;
		t.is(grade === undefined ? null : `${grade.parameter}=${grade.value}`, vector.grade);
		const fault = policy.fault;
		t.is(fault && ('effect' in fault ? `${fault.kind}/${fault.effect}` : fault.kind), vector.fault ?? null);
		if (policy.side === 'client') t.is(policy.reach, vector.reach as typeof policy.reach);
		else t.is(policy.levelSetting.read, vector.read ?? true);
	});

test('vector 21: behind postscreen, tlsproxy follows main.cf and not the options of smtpd', t => {
	const configuration = configured(
		'3.11.6',
		['compatibility_level=3.11', 'smtpd_tls_security_level=may'],
		[
			service('smtp inet postscreen'),
			service('smtpd pass smtpd', ['smtpd_tls_protocols=>=TLSv1.2']),
			service('tlsproxy unix tlsproxy'),
		],
	);
	const [front, behind] = serverPolicies(configuration);
	t.is(front?.level, 'may');
	t.is(front?.program, 'tlsproxy');
	t.is(front?.protocols?.parameter, 'tlsproxy_tls_protocols');
	t.is(front?.protocols?.value, '>=TLSv1');
	t.deepEqual(front?.protocols?.allowed, sets['1.0-1.3']);
	t.is(front?.ciphers?.grade.parameter, 'tlsproxy_tls_ciphers');
	t.is(front?.ciphers?.grade.value, 'medium');
	t.is(front?.fault, null);
	t.deepEqual(behind?.protocols?.allowed, sets['1.2-1.3']);
});
