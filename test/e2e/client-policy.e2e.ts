import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {ClientPolicy} from '../../src/mailserver/effective/effective.ts';
import {clientPolicies} from '../../src/mailserver/effective/effective-policy.ts';
import type {PostfixVersion} from '../../src/mailserver/releases/postfix-version.ts';
import {clientSettings, transportText} from './client-settings.ts';
import {configurationOf} from './configured.ts';
import {only, type Version, versions} from './inbound-cases.ts';
import {inject} from './inject.ts';
import {type Sink, startSink} from './mail-sink.ts';
import {until} from './programs.ts';
import {createSite, type Site} from './site.ts';
import {cipherString, libraryOf, suitesLeft} from './suites.ts';

/** How the mail of one transport ended at a server of one version; `kept` in the queue, after the third attempt. */
type Ending = 'session' | 'plaintext' | 'kept';

let site: Site;
let policies: readonly ClientPolicy[];
let release: PostfixVersion;
const sinks = new Map<string, Sink>();

const transport = (setting: number): string => `c${setting}`;
const domain = (setting: number, version: number): string => `v${version}.c${setting}.example.net`;
/** Every pair has an address of its own, so that a connection shows which transport it came by. */
const address = (setting: number, version: number): string => `203.0.113.${10 + setting * versions.length + version}`;

test.before(async () => {
	site = await createSite('client-policy');
	const {folder, postfix, rsa, importOpenssl} = site;
	const pairs = clientSettings.flatMap((_, setting) => versions.map((name, version) => ({setting, version, name})));
	for (const {setting, version, name} of pairs) {
		const at = address(setting, version);
		const context = {key: rsa.keyPem, cert: rsa.certPem, ...only(name, 'ALL:!aNULL')};
		const sink = await startSink({host: 'sink.example.net', address: at, tls: 'starttls', context});
		sinks.set(`${setting} ${name}`, sink);
		site.onEnd(() => sink.close());
	}
	const transports = join(folder, 'transports');
	const table = join(folder, 'policies');
	const row = ({setting, version}: {setting: number; version: number}, text: string) =>
		`[${address(setting, version)}] ${text}\n`;
	const rules = pairs.flatMap(pair => {
		const {policy} = clientSettings[pair.setting] ?? {};
		return policy === undefined ? [] : [row(pair, policy)];
	});
	writeFileSync(table, rules.join(''));
	writeFileSync(
		transports,
		pairs
			.map(({setting, version}) => `${domain(setting, version)} ${transport(setting)}:[${address(setting, version)}]\n`)
			.join(''),
	);
	postfix.write(
		`${importOpenssl}
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
transport_maps = texthash:${transports}
smtp_tls_policy_maps = texthash:${table}
smtp_tls_loglevel = 1
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 2s
`,
		`127.0.0.1:smtp inet n - y - - smtpd\n${clientSettings.map((setting, index) => `${transportText(transport(index), setting)}\n`).join('')}`,
	);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	const configuration = await configurationOf(postfix, {[`texthash:${table}`]: rules.join('')});
	if (configuration.version === null) throw new Error('postconf printed no version');
	release = configuration.version;
	policies = clientPolicies(configuration);
	await inject(pairs.map(({setting, version}) => ({domain: domain(setting, version), messages: 1})));
	await until(
		'every message was sent, or put off three times',
		() => {
			const log = site.syslog.read('rfc3339');
			return pairs.every(({setting, version}) => {
				const tries = log.split(`to=<info@${domain(setting, version)}>`).slice(1);
				return tries.length > 2 || /^[^\n]*status=sent/.test(tries.at(-1) ?? '');
			});
		},
		60_000,
	);
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

test('what the files come to is what our client does, for every setting and version', t => {
	const computed: string[] = [];
	const observed: string[] = [];
	for (const [setting, {options, policy}] of clientSettings.entries()) {
		for (const [version, name] of versions.entries()) {
			const about = `${[...options, policy].filter(word => word !== undefined).join(' ')}, server of ${name}`;
			computed.push(`${about}: ${reckon(setting, address(setting, version), name)}`);
			observed.push(`${about}: ${endingAt(setting, name)}`);
		}
	}
	t.deepEqual(computed, observed);
});

/** By the program's own reckoning. */
function reckon(setting: number, at: string, version: Version): Ending {
	const own = policies.filter(({service}) => service.name === transport(setting));
	const policy =
		own.find(({destination}) => destination === `[${at}]`) ?? own.find(({destination}) => destination === null);
	if (policy === undefined) throw new Error(`no policy was computed for ${transport(setting)}`);
	const {reach, protocols, ciphers} = policy;
	if (reach === 'deferred') return 'kept';
	if (reach === 'plaintext') return 'plaintext';
	const string = ciphers && cipherString(ciphers.grade.value, ciphers.excluded, release);
	const anySuite = version === 'TLSv1.3' || (string !== null && suitesLeft(string, libraryOf(release)).length > 0);
	if (anySuite && protocols?.allowed.includes(version)) return 'session';
	return reach === 'opportunistic' ? 'plaintext' : 'kept';
}

/** By what the server saw. */
function endingAt(setting: number, version: Version): Ending {
	const carrier = sinks.get(`${setting} ${version}`)?.seen.find(({messages}) => messages > 0);
	if (carrier === undefined) return 'kept';
	return carrier.tls ? 'session' : 'plaintext';
}
