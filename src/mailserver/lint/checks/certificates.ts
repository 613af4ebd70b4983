import type {PostfixConfiguration, ServiceEntry} from '../../read/configuration.ts';
import {atLeast} from '../../releases/postfix-version.ts';
import {certbotFile, isChainName, isKeyName} from './file-names.ts';
import {addService, nameCertificate, removeFromMain, setInMain, setOnService} from './postconf-commands.ts';
import {type Draft, eachServer, type Rule, serviceName, written} from './rule.ts';
import {lastSetting, rulingValue} from './values.ts';

const noCertificate: Rule = {
	id: 'no-certificate',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_chain_files, smtpd_tls_cert_file; Postfix smtpd.c',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'No server certs available', early: true}],
		alone: {
			severity: 'error',
			why: 'Without a certificate TLS is off, though STARTTLS is still announced.',
			source: 'Postfix smtpd.c',
		},
	},
	find: eachServer(({fault, service, level, role}, {configuration}) => {
		if (fault?.kind !== 'no-certificate') return null;
		const {version} = configuration;
		const chain = version !== null && atLeast(version, 3, 4);
		return {
			service: serviceName(service),
			parameter: chain ? 'smtpd_tls_chain_files' : 'smtpd_tls_cert_file',
			evidence: `level ${level}, and neither smtpd_tls_chain_files nor smtpd_tls_cert_file is set`,
			why:
				role === 'submissions'
					? 'Without a certificate TLS is off: every client is dropped.'
					: 'Without a certificate TLS is off: STARTTLS is still announced and answered with 454, which stops clients that insist.',
			fix: nameCertificate(configuration),
		};
	}),
};

/** The parameters of one certificate and its key, by the kind of key. */
const pairs = [
	['cert_file', 'key_file'],
	['eccert_file', 'eckey_file'],
	['dcert_file', 'dkey_file'],
] as const;

/** Certificates and keys that are each in the other's place, by their names, in main.cf or in the options of a service. */
function swapped(configuration: PostfixConfiguration, service?: ServiceEntry): readonly Draft[] {
	const families =
		service === undefined ? (['smtpd', 'smtp', 'lmtp', 'tlsproxy'] as const) : (['smtpd', 'smtp'] as const);
	return families.flatMap(family =>
		pairs.flatMap(([certName, keyName]): Draft[] => {
			const settings = service === undefined ? configuration.main : service.options;
			const certificate = lastSetting(settings, `${family}_tls_${certName}`);
			const key = lastSetting(settings, `${family}_tls_${keyName}`);
			if (certificate === null || key === null) return [];
			const [path, keyPath] = [certificate, key].map(({name}) => rulingValue(configuration, name, service));
			if (path === undefined || keyPath === undefined || !isKeyName(path) || isKeyName(keyPath)) return [];
			if (!isChainName(keyPath) && !/\.pem$/i.test(keyPath)) return [];
			const set = (name: string, value: string) =>
				service === undefined ? [`${name}=${value}`] : setOnService(configuration, service, name, value);
			const fix = [...set(certificate.name, keyPath), ...set(key.name, path)];
			return [
				{
					service: service === undefined ? 'main.cf' : serviceName(service),
					setting: certificate,
					evidence: `${written(certificate)}, ${written(key)}`,
					why: 'By their names the key is where the certificate should be, and the certificate where the key should be: nothing is loaded, and TLS is off.',
					fix: service === undefined ? setInMain(configuration, ...fix) : fix,
				},
			];
		}),
	);
}

const notLoadable: Rule = {
	id: 'certificate-not-loadable',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_chain_files, smtpd_tls_key_file; Postfix tls_certkey.c',
	needs: ['main.cf'],
	log: {
		complaints: [
			{words: 'cannot get ', also: /certificate from file|private key from file/, early: true},
			{words: 'error loading chain from ', early: true},
			{words: 'key values mismatch', early: true},
		],
		alone: {
			severity: 'error',
			why: 'The certificate or its key cannot be read, or they do not belong together: TLS is off.',
			source: 'Postfix tls_certkey.c',
		},
	},
	find: ({configuration}) => [
		...swapped(configuration),
		...(configuration.services ?? []).flatMap(service => swapped(configuration, service)),
		...(['smtpd', 'smtp'] as const).flatMap((family): Draft[] => {
			const chain = lastSetting(configuration.main, `${family}_tls_chain_files`);
			const files = rulingValue(configuration, `${family}_tls_chain_files`)
				.split(/[\s,]+/)
				.filter(Boolean);
			const [first = '', second = ''] = files;
			if (chain && isChainName(first) && isKeyName(second))
				return [
					{
						service: 'main.cf',
						setting: chain,
						evidence: written(chain),
						why: 'The key must be before its certificates, by name and inside the files: in this order nothing is loaded (key not first), and TLS is off.',
						fix: setInMain(
							configuration,
							`${chain.name}=${files
								.flatMap((file, index) => (index % 2 === 0 ? [files[index + 1] ?? '', file] : []))
								.filter(Boolean)
								.join(',')}`,
						),
					},
				];
			const certificate = lastSetting(configuration.main, `${family}_tls_cert_file`);
			const path = rulingValue(configuration, `${family}_tls_cert_file`);
			const key = lastSetting(configuration.main, `${family}_tls_key_file`);
			// Of certbot it is known that the file has no key in it; others may have both in one.
			if (certificate === null || key !== null || files.length > 0 || certbotFile(path) === null) return [];
			if (certbotFile(path) === 'privkey')
				return [
					{
						service: 'main.cf',
						setting: certificate,
						evidence: written(certificate),
						why: 'This is the key, in which certbot puts no certificate: nothing is loaded, and TLS is off.',
						fix: setInMain(
							configuration,
							`${certificate.name}=${path.replace(/[^/]*$/, 'fullchain.pem')}`,
							`${family}_tls_key_file=${path}`,
						),
					},
				];
			return [
				{
					service: 'main.cf',
					setting: certificate,
					evidence: `${written(certificate)}, and ${family}_tls_key_file is not set`,
					why: 'Without it the key is looked for in the certificate file, where certbot puts none: nothing is loaded, and TLS is off.',
					fix: setInMain(configuration, `${family}_tls_key_file=${path.replace(/[^/]*$/, 'privkey.pem')}`),
				},
			];
		}),
	],
};

const chainAndLegacy: Rule = {
	id: 'chain-files-and-legacy',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_chain_files',
	needs: ['main.cf'],
	log: {
		complaints: [{words: '_tls_chain_files and one or more of the legacy', early: true}],
	},
	find: ({configuration}) =>
		(['smtpd', 'smtp', 'lmtp'] as const).flatMap((family): Draft[] => {
			const chain = lastSetting(configuration.main, `${family}_tls_chain_files`);
			const old = ['cert_file', 'eccert_file', 'dcert_file', 'key_file', 'eckey_file', 'dkey_file']
				.map(name => lastSetting(configuration.main, `${family}_tls_${name}`))
				.filter(setting => setting !== null && setting.value !== '')
				.filter(setting => setting !== null);
			const first = old[0];
			if (!chain?.value || first === undefined) return [];
			const {version} = configuration;
			// An older Postfix does not know the new one, which is another finding.
			if (version !== null && !atLeast(version, 3, 4)) return [];
			return [
				{
					service: 'main.cf',
					setting: first,
					evidence: `${old.map(written).join(', ')} beside ${written(chain)}`,
					why: 'Only chain_files counts; the file that is renewed may be one of those that are ignored.',
					fix: removeFromMain(configuration, ...old.map(({name}) => name)),
				},
			];
		}),
};

const chainIncomplete: Rule = {
	id: 'chain-incomplete-or-expired',
	severity: 'error',
	source: 'RFC 9846 section 4.5.1; postconf(5) smtpd_tls_cert_file',
	needs: ['main.cf'],
	log: {
		complaints: [
			{
				words: ' alert ',
				also: /alert (?:unknown ca|certificate expired|bad certificate|certificate unknown)/,
				tag: /smtpd$|tlsproxy$|^dovecot/,
			},
		],
		alone: {
			severity: 'warn',
			why: 'Clients refuse the certificate. Many of them on one day: it has expired, its chain is incomplete, or the renewed one was not loaded. One alone: its own fault.',
			source: 'RFC 9846 section 6.2',
		},
	},
	find: ({configuration}) => {
		const setting =
			lastSetting(configuration.main, 'smtpd_tls_chain_files') ??
			lastSetting(configuration.main, 'smtpd_tls_cert_file');
		if (setting === null || !/\/live\/[^\s,]*\/cert\.pem/.test(rulingValue(configuration, setting.name))) return [];
		const whole = rulingValue(configuration, setting.name)
			.split(/[\s,]+/)
			.map(path => path.replace(/\/cert\.pem$/, '/fullchain.pem'))
			.join(',');
		return [
			{
				service: 'main.cf',
				setting,
				evidence: written(setting),
				why: 'cert.pem of certbot has the certificate alone: clients that check it miss the intermediate one and leave (unknown ca).',
				fix: setInMain(configuration, `${setting.name}=${whole}`),
			},
		];
	},
};

const tlsmgrMissing: Rule = {
	id: 'tlsmgr-missing',
	severity: 'error',
	source: 'tlsmgr(8); Postfix tls_server.c',
	needs: ['master.cf'],
	log: {
		complaints: [{words: 'problem talking to server private/tlsmgr'}, {words: 'no entropy for TLS key generation'}],
		alone: {
			severity: 'error',
			why: 'tlsmgr cannot be reached: TLS gets no random numbers and is switched off.',
			source: 'tlsmgr(8)',
		},
	},
	find: ({configuration, servers, clients}) => {
		const {services} = configuration;
		if (services === null || services.some(({command, name}) => name === 'tlsmgr' && command.endsWith('tlsmgr')))
			return [];
		if (![...servers, ...clients].some(({level}) => level !== 'none')) return [];
		return [
			{
				service: 'master.cf',
				evidence: 'master.cf has no service tlsmgr',
				why: 'TLS gets no random numbers and is switched off (no entropy for TLS key generation).',
				fix: addService(configuration, 'tlsmgr unix - - y 1000? 1 tlsmgr'),
			},
		];
	},
};

/** Rules about certificates and what TLS needs beside them. */
export const certificateRules: readonly Rule[] = [
	noCertificate,
	notLoadable,
	chainIncomplete,
	tlsmgrMissing,
	chainAndLegacy,
];
