import test from 'ava';
import type {ServerPolicy} from '../../src/mailserver/effective/effective.ts';
import {serverPolicies} from '../../src/mailserver/effective/effective-policy.ts';
import type {PostfixVersion} from '../../src/mailserver/releases/postfix-version.ts';
import {type Accepted, askServer, opener} from './accepted.ts';
import {clientAddress, ownAddress} from './cast.ts';
import {configurationOf} from './configured.ts';
import {type Version, versions} from './inbound-cases.ts';
import {must} from './programs.ts';
import {type ServerSetting, serverSettings, serviceText} from './server-settings.ts';
import {createSite, type Site} from './site.ts';
import {cipherString, libraryOf, suitesLeft} from './suites.ts';

const firstPort = 3001;

/** One suite of every class, as far as the library of this host has it. */
const asked = [
	'ECDHE-RSA-AES256-GCM-SHA384',
	'ECDHE-ECDSA-AES128-GCM-SHA256',
	'ECDHE-RSA-CHACHA20-POLY1305',
	'ECDHE-ECDSA-AES128-CCM8',
	'ECDHE-RSA-AES128-SHA',
	'DHE-RSA-AES128-SHA256',
	'AES256-SHA256',
	'AES128-SHA',
	'CAMELLIA256-SHA',
	'ARIA128-GCM-SHA256',
	'AECDH-AES256-SHA',
	'ADH-AES128-GCM-SHA256',
	'NULL-SHA256',
];

let site: Site;
let computed: Accepted[];
let observed: Accepted[];

/** The suites that the library can use with each version, at security level 0. */
async function librarySuites(): Promise<Map<Version, ReadonlySet<string>>> {
	const flags = {TLSv1: '-tls1', 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3'} as const;
	const found = new Map<Version, ReadonlySet<string>>();
	for (const version of versions) {
		const text = await must('openssl', ['ciphers', '-s', flags[version], 'ALL:eNULL:@SECLEVEL=0']);
		found.set(version, new Set(text.trim().split(':')));
	}
	return found;
}

/** What a service accepts as the program computes, of what the library of this host offers. */
function reckon(
	policy: ServerPolicy,
	{suites}: ServerSetting,
	version: PostfixVersion,
	library: ReadonlyMap<Version, ReadonlySet<string>>,
): Accepted {
	const {level, wrapper, fault, protocols, ciphers, unserved} = policy;
	const dead = fault?.effect === 'dead';
	const string = ciphers && cipherString(ciphers.grade.value, ciphers.excluded, version);
	const left = new Set(string ? suitesLeft(string, libraryOf(version)) : []);
	const on = fault === null && level !== 'none';
	const taken = versions.filter(
		one =>
			on &&
			protocols?.allowed.includes(one) &&
			!unserved.includes(one) &&
			(one === 'TLSv1.3' || [...left].some(suite => library.get(one)?.has(suite))),
	);
	return {
		speaks: wrapper ? 'tls' : dead ? 'dead' : 'smtp',
		announces: !wrapper && !dead && level !== 'none',
		plaintext: !wrapper && !dead && level !== 'encrypt',
		versions: taken,
		suites: suites && taken.includes('TLSv1.2') ? asked.filter(suite => left.has(suite)) : [],
	};
}

test.before(async () => {
	site = await createSite('server-policy');
	const {postfix, rsa, ecdsa, importOpenssl} = site;
	postfix.write(
		`${importOpenssl}
inet_interfaces = ${ownAddress}
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_chain_files = ${rsa.key}, ${rsa.cert}, ${ecdsa.key}, ${ecdsa.cert}
ec_cert = ${ecdsa.cert}
ec_key = ${ecdsa.key}
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
floor = >=TLSv1.2
`,
		serverSettings.map((setting, index) => `${serviceText(ownAddress, firstPort + index, setting)}\n`).join(''),
	);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	const configuration = await configurationOf(postfix);
	const {version} = configuration;
	if (version === null) throw new Error('postconf printed no version');
	const library = await librarySuites();
	const policies = new Map(serverPolicies(configuration).map(policy => [policy.port, policy]));
	computed = serverSettings.map((setting, index) => {
		const policy = policies.get(firstPort + index);
		if (policy === undefined) throw new Error(`no policy was computed for port ${firstPort + index}`);
		return reckon(policy, setting, version, library);
	});
	observed = new Array<Accepted>(serverSettings.length);
	const rest = [...serverSettings.entries()];
	const worker = async (): Promise<void> => {
		for (let one = rest.shift(); one; one = rest.shift()) {
			const [index, {options, suites}] = one;
			const open = opener(ownAddress, firstPort + index, clientAddress(1 + index));
			// A service that is reckoned dead is given two seconds to prove the reckoning wrong.
			const patience = computed[index]?.speaks === 'dead' ? 2000 : 20_000;
			const implicit = options.includes('smtpd_tls_wrappermode=yes');
			observed[index] = await askServer(open, implicit, patience, suites ? asked : []);
		}
	};
	await Promise.all(Array.from({length: 6}, worker));
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

test('what the files come to is what the running server accepts, for every setting', t => {
	t.true(serverSettings.length >= 60);
	const asText = (all: readonly Accepted[]) =>
		Object.fromEntries(
			serverSettings.map(({options}, index) => {
				const {speaks, announces, plaintext, versions: taken, suites} = all[index] ?? {};
				const words = [speaks, announces && 'STARTTLS', plaintext && 'plaintext', ...(taken ?? []), ...(suites ?? [])];
				return [`${firstPort + index} ${options.join(' ')}`, words.filter(Boolean).join(' ')];
			}),
		);
	const want = asText(observed);
	const differing = Object.entries(asText(computed)).filter(([key, words]) => want[key] !== words);
	t.deepEqual(
		differing.map(([key, words]) => `${key}: computed ${words}; accepted ${want[key]}`),
		[],
	);
});
