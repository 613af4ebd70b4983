import type {ClientPolicy} from '../../effective/effective.ts';
import {removeFromMain, setInMain, setWhereItStands} from './postconf-commands.ts';
import {isLoopback, policyOn, waysOf} from './routes.ts';
import {type Draft, eachClient, type Rule, serviceName, written} from './rule.ts';
import {isYes, lastSetting, rulingOf, rulingValue, rulingWords} from './values.ts';

/** Where Debian and its derivatives keep the certificates of all public authorities. */
const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt';

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
			const trust = authorities ? [] : [`${family}_tls_CAfile=${systemAuthorities}`];
			drafts.set(serviceName(service), {
				service: serviceName(service),
				setting: policy.levelSetting.setting,
				parameter: policy.levelSetting.parameter,
				evidence: `level encrypt towards ${way.parameter} ${way.nextHop.text}, with a password`,
				why: 'The host is encrypted to and not checked: any host in the middle gets the password, whatever certificate it shows.',
				fix:
					policy.destination === null
						? [
								...(trust.length > 0 ? setInMain(configuration, ...trust) : []),
								...setWhereItStands(configuration, service, `${family}_tls_security_level`, 'secure'),
							]
						: [
								...(trust.length > 0 ? setInMain(configuration, ...trust) : []),
								`in the policy table: ${policy.destination} secure`,
							],
			});
		}
		return [...drafts.values()];
	},
};

const verifyWithoutCa: Rule = {
	id: 'verify-without-ca',
	severity: 'error',
	source: 'postconf(5) smtp_tls_CAfile, tls_append_default_CA',
	needs: ['main.cf'],
	log: {
		remarks: [{words: '(Server certificate not verified)'}],
	},
	find: eachClient((policy, {configuration}) => {
		const {level, service, family, levelSetting} = policy;
		if ((level !== 'verify' && level !== 'secure') || /\btafile=/i.test(levelSetting.value)) return null;
		const file = rulingOf(configuration, `${family}_tls_CAfile`, service);
		const path = rulingValue(configuration, `${family}_tls_CApath`, service);
		const anchors = rulingValue(configuration, `${family}_tls_trust_anchor_file`, service);
		if (anchors !== '' || isYes(configuration, 'tls_append_default_CA', service)) return null;
		const chain = ['smtpd_tls_cert_file', 'smtpd_tls_chain_files'].map(name => rulingValue(configuration, name));
		const ownChain = file.value !== '' && path === '' && chain.includes(file.value);
		if ((file.value !== '' || path !== '') && !ownChain) return null;
		return {
			service: serviceName(service),
			setting: ownChain ? file.setting : levelSetting.setting,
			parameter: file.parameter,
			evidence: `level ${level}${where(policy)}, ${ownChain ? `${rulingWords(file, configuration)} is the server's own chain` : `neither ${file.parameter} nor ${family}_tls_CApath is set`}`,
			why: 'There is no authority to check a certificate by, so none passes: mail is deferred (Server certificate not verified).',
			fix: setInMain(configuration, `${file.parameter}=${systemAuthorities}`),
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
				fix: removeFromMain(configuration, ...names),
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
