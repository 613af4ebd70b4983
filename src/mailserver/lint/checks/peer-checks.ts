import type {ClientPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration} from '../../read/configuration.ts';
import {onceDone, removeFromMain, setInMain, setWhereItStands} from './postconf-commands.ts';
import {asksForChecks, isLoopback, policyOn, waysOf} from './routes.ts';
import {type Draft, doubt, eachClient, type LintSubject, type Rule, serviceName, written} from './rule.ts';
import {isPublicBundle, isYes, lastSetting, rulingOf, rulingValue, rulingWords} from './values.ts';

/** Where systems keep the certificates of all public authorities, and how a configuration shows which system it is of. */
const bundles: ReadonlyArray<readonly [path: string, sign: RegExp]> = [
	['/etc/pki/tls/certs/ca-bundle.crt', /\/etc\/pki\/|\/usr\/libexec\/postfix/],
	['/etc/ssl/certs/ca-certificates.crt', /\/etc\/ssl\/(?:certs|private)\/|\(Debian|\(Ubuntu|\/usr\/lib\/postfix\/sbin/],
];

const [redHat, debian] = bundles.map(([path]) => path);

/**
 * Makes a client trust the public authorities. A file that is not there switches TLS off (Postfix tls_certkey.c; tried with
 * 3.7), so where nothing shows which system it is, a person has to name it, unless all mail waits without TLS anyhow.
 */
function trustAuthorities(
	{configuration, clients}: LintSubject,
	{service, family}: ClientPolicy,
	name: string,
): readonly string[] {
	const values = (configuration.main ?? []).map(({value}) => value);
	const shown = bundles.find(([, sign]) => values.some(value => sign.test(value)))?.[0];
	const waits = ({level}: ClientPolicy) => level === 'verify' || level === 'secure' || level === 'encrypt';
	const path = shown ?? (clients.every(client => client.family !== family || waits(client)) ? debian : undefined);
	return path === undefined
		? [`in main.cf: ${name} = the file of public authorities of your system (Debian: ${debian}; Red Hat: ${redHat})`]
		: setWhereItStands(configuration, service, name, path);
}

function where({destination}: ClientPolicy): string {
	return destination === null ? '' : ` for ${destination}`;
}

const relayNotAuthenticated: Rule = {
	id: 'relayhost-not-authenticated',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_security_level, "encrypt"; RFC 8314 section 5.4',
	needs: ['main.cf'],
	log: {
		remarks: [{words: 'Untrusted TLS connection established to '}],
	},
	find: subject => {
		const {configuration} = subject;
		const drafts = new Map<string, Draft>();
		for (const way of waysOf(configuration)) {
			const policy = policyOn(subject, way);
			if (policy === null || policy.level !== 'encrypt' || isLoopback(way.nextHop)) continue;
			const {family, service} = policy;
			if (!way.parameter.includes('relayhost') || !isYes(configuration, `${family}_sasl_auth_enable`, service))
				continue;
			if (drafts.has(serviceName(service))) continue;
			const authorities = ['CAfile', 'CApath'].some(name =>
				rulingValue(configuration, `${family}_tls_${name}`, service),
			);
			drafts.set(serviceName(service), {
				service: serviceName(service),
				...doubt(policy),
				setting: policy.levelSetting.setting,
				parameter: policy.levelSetting.parameter,
				evidence: `level encrypt towards ${way.parameter} ${way.nextHop.text}, with a password`,
				why: 'The host is encrypted to and not checked: any host in the middle gets the password, whatever certificate it shows.',
				fix: [
					...(authorities ? [] : trustAuthorities(subject, policy, `${family}_tls_CAfile`)),
					// Before that a certificate of an authority of one's own would stop the mail.
					...onceDone(
						`the log says Trusted for ${way.nextHop.host}`,
						policy.destination === null
							? setWhereItStands(configuration, service, `${family}_tls_security_level`, 'secure')
							: [`in the policy table: ${policy.destination} secure`],
					),
				],
			});
		}
		return [...drafts.values()];
	},
};

/** Who asks for the other side's certificate to be checked: the level, the MTA-STS plugin, or perhaps another table; null: nobody. */
function demandOf({level, levelSetting, destination, behind}: ClientPolicy): 'level' | 'plugin' | 'table' | null {
	if (level === 'verify' || level === 'secure') return /\btafile=/i.test(levelSetting.value) ? null : 'level';
	if (destination !== null || behind.length === 0) return null;
	return behind.some(asksForChecks) ? 'plugin' : 'table';
}

/** What certificates are checked by, where that is nothing, or one's own file; null where it may well be right. */
function trustOf(
	{service, family}: ClientPolicy,
	configuration: PostfixConfiguration,
): 'none' | 'own' | 'clients' | null {
	const value = (name: string) => rulingValue(configuration, name, service);
	if (isYes(configuration, 'tls_append_default_CA', service)) return null;
	if (value(`${family}_tls_CApath`) !== '' || value(`${family}_tls_trust_anchor_file`) !== '') return null;
	const file = value(`${family}_tls_CAfile`);
	if (file === '') return 'none';
	if (isPublicBundle(file)) return null;
	const chain = ['cert_file', 'eccert_file', 'dcert_file', 'chain_files'].flatMap(name =>
		rulingValue(configuration, `smtpd_tls_${name}`).split(/[\s,]+/),
	);
	if (chain.includes(file)) return 'own';
	return rulingValue(configuration, 'smtpd_tls_CAfile') === file ? 'clients' : null;
}

const verifyWithoutCa: Rule = {
	id: 'verify-without-ca',
	severity: 'error',
	source: 'postconf(5) smtp_tls_CAfile, tls_append_default_CA',
	needs: ['main.cf'],
	log: {
		remarks: [{words: '(Server certificate not verified)'}],
	},
	find: eachClient((policy, subject) => {
		const {configuration} = subject;
		const {service, family, level, levelSetting, behind} = policy;
		const demand = demandOf(policy);
		const trust = trustOf(policy, configuration);
		if (demand === null || trust === null) return null;
		// An authority of one's own may have signed a relay host's certificate, and what another table asks for is not known.
		const toOne =
			policy.destination !== null || waysOf(configuration).some(({parameter}) => /relayhost|default_/.test(parameter));
		if (demand === 'level' ? trust === 'clients' && toOne : demand === 'table' && trust === 'none') return null;
		const file = rulingOf(configuration, `${family}_tls_CAfile`, service);
		const source = demand === 'level' ? `level ${level}${where(policy)}` : `${behind.join(', ')} may ask for a check`;
		const trusted = {
			none: `neither ${file.parameter} nor ${family}_tls_CApath is set`,
			own: `${rulingWords(file, configuration)} is the server's own chain`,
			clients: `${rulingWords(file, configuration)} is the smtpd_tls_CAfile that this server checks its own clients by`,
		}[trust];
		return {
			service: serviceName(service),
			severity: demand === 'level' ? 'error' : 'warn',
			...(demand === 'table' ? {unread: behind} : {}),
			setting: trust === 'none' ? levelSetting.setting : file.setting,
			parameter: file.parameter,
			evidence: `${source}, ${trusted}`,
			why: `There is no public authority to check a certificate by, so none passes${demand === 'level' ? '' : ' where a check is asked for, as for domains whose MTA-STS policy is enforced'}: mail is deferred (Server certificate not verified).`,
			fix: trustAuthorities(subject, policy, file.parameter),
		};
	}),
};

/** Length of a digest in hexadecimal digits. */
const digestLengths: Readonly<Record<string, number>> = {
	md5: 32,
	sha1: 40,
	sha224: 56,
	sha256: 64,
	sha384: 96,
	sha512: 128,
};

const fingerprintDigest: Rule = {
	id: 'fingerprint-digest',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_fingerprint_digest, smtp_tls_fingerprint_cert_match',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'malformed fingerprint value'}, {words: 'with no fingerprints to match'}],
		remarks: [{words: 'default setting smtp_tls_fingerprint_digest=md5'}],
		alsoBy: ['verify-without-ca'],
	},
	find: eachClient((policy, {configuration}) => {
		const {level, service, family, levelSetting, destination} = policy;
		if (level !== 'fingerprint') return null;
		const digest = rulingOf(configuration, `${family}_tls_fingerprint_digest`, service);
		const matches = rulingOf(configuration, `${family}_tls_fingerprint_cert_match`, service);
		const given = [...levelSetting.value.matchAll(/\bmatch=(\S+)/gi)].map(found => found[1] ?? '');
		const prints = (given.length > 0 ? given : [matches.value])
			.flatMap(text => text.split(/[\s,|]+/))
			.map(text => text.replaceAll(':', ''))
			.filter(Boolean);
		const wanted = digestLengths[digest.value.toLowerCase()];
		const odd = prints.find(print => wanted !== undefined && print.length !== wanted);
		const base = {service: serviceName(service), parameter: digest.parameter};
		if (prints.length === 0)
			return {
				...base,
				severity: 'error' as const,
				parameter: matches.parameter,
				setting: levelSetting.setting,
				evidence: `level fingerprint${where(policy)} without any fingerprint`,
				why: 'There is nothing to match, so no server passes, and mail is deferred.',
				fix: destination === null ? [] : [`${destination} fingerprint match=FINGERPRINT1|FINGERPRINT2`],
			};
		if (odd !== undefined)
			return {
				...base,
				severity: 'error' as const,
				setting: digest.setting ?? levelSetting.setting,
				evidence: `a fingerprint of ${odd.length * 4} bits${where(policy)}, while ${rulingWords(digest, configuration)}`,
				why: `A ${digest.value} fingerprint has ${(wanted ?? 0) * 4} bits: this one never matches, and mail is deferred.`,
				fix: setInMain(
					configuration,
					`${digest.parameter}=${Object.keys(digestLengths).find(name => digestLengths[name] === odd.length) ?? 'sha256'}`,
				),
			};
		if (digest.setting !== null || digest.value.toLowerCase() !== 'md5') return null;
		return {
			...base,
			evidence: `level fingerprint${where(policy)}, ${digest.parameter} is not set`,
			why: 'The digest is then md5, for which certificates can be forged. Pin the public key, and a spare one with it.',
			// By itself the command would leave fingerprints of the wrong length.
			fix: [
				`put sha256 fingerprints in place of those ${where(policy).trim() || `of ${matches.parameter}`}, then: ${setInMain(configuration, `${digest.parameter}=sha256`).join('')}`,
			],
		};
	}),
};

const clientCertificateOffered: Rule = {
	id: 'client-certificate-offered',
	severity: 'info',
	source: 'postconf(5) smtp_tls_cert_file: do not configure client certificates unless you must',
	needs: ['main.cf'],
	find: ({configuration}) => {
		const pairs = ['cert_file', 'chain_files'] as const;
		const same = pairs.find(name => {
			const value = rulingValue(configuration, `smtp_tls_${name}`);
			return value !== '' && value === rulingValue(configuration, `smtpd_tls_${name}`);
		});
		const setting = lastSetting(configuration.main, `smtp_tls_${same}`);
		if (same === undefined || setting === null) return [];
		const names = [setting.name, 'smtp_tls_key_file'].filter(name => lastSetting(configuration.main, name));
		return [
			{
				service: 'main.cf',
				setting,
				evidence: `${written(setting)} is the server's certificate`,
				why: 'Offered as a client certificate it gains nothing unless the other side asks for this very one, and some peers give up over one that is expired or for servers only.',
				fix: onceDone('it is sure that no server asks for it', removeFromMain(configuration, ...names)),
			},
		];
	},
};

/** Rules about whether and how the other side is checked. */
export const peerCheckRules: readonly Rule[] = [
	verifyWithoutCa,
	fingerprintDigest,
	relayNotAuthenticated,
	clientCertificateOffered,
];
