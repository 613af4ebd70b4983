import type {LintFinding, LintSeverity} from '../../model/lint-finding.ts';
import type {PostfixConfiguration, ServiceEntry} from '../read/configuration.ts';
import {originWords} from '../read/parameters.ts';
import {rulingOf} from './checks/values.ts';

/** A certificate, as far as it is compared. Times in ms since 1970 UTC. */
export type CertificateFacts = {
	readonly fingerprint: string;
	readonly subject: string;
	readonly from: number;
	readonly to: number;
	/** `RSA` or another kind of key. */
	readonly key: string;
};

/** Where a service has its certificate from. */
export type CertificateSource = {
	/** `smtpd_tls_cert_file=/etc/ssl/mail.pem (main.cf line 3)`. */
	readonly words: string;
	readonly files: readonly string[];
	/** What may choose another certificate by the name that a client asks for; null where nothing does. */
	readonly bySni: string | null;
	readonly reload: string;
};

/**
 * The files of the certificates that a service of Postfix shows: smtpd_tls_chain_files, else cert_file, eccert_file and dcert_file
 * (postconf(5)); null where the configuration names none.
 */
export function certificateSource(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
): CertificateSource | null {
	const named = (name: string) => {
		const ruling = rulingOf(configuration, `smtpd_tls_${name}`, service);
		const files = ruling.value.split(/[\s,]+/).filter(path => path !== '' && path.toLowerCase() !== 'none');
		return {words: `${ruling.parameter}=${ruling.value} (${originWords(ruling, configuration.version)})`, files};
	};
	const chain = named('chain_files');
	const single = ['cert_file', 'eccert_file', 'dcert_file'].map(named).filter(({files}) => files.length > 0);
	const sources = chain.files.length > 0 ? [chain] : single;
	if (sources.length === 0) return null;
	const {directory} = configuration;
	const where = directory === null || directory === '/etc/postfix' ? '' : ` -c ${directory}`;
	return {
		words: sources.map(({words}) => words).join(', '),
		files: sources.flatMap(({files}) => files),
		bySni: rulingOf(configuration, 'tls_server_sni_maps', service).value === '' ? null : 'tls_server_sni_maps',
		reload: `postfix${where} reload`,
	};
}

/** The same for Dovecot, by its settings: ssl_cert, in 2.4 ssl_server_cert_file. */
export function dovecotCertificateSource(settings: ReadonlyMap<string, string>): CertificateSource | null {
	const named = ['ssl_cert', 'ssl_alt_cert', 'ssl_server_cert_file', 'ssl_server_alt_cert_file'].flatMap(name => {
		const value = settings.get(name) ?? '';
		const file = value.replace(/^<\s*/, '');
		return file.startsWith('/') ? [{words: `${name} = ${value}`, file}] : [];
	});
	if (named.length === 0) return null;
	return {
		words: named.map(({words}) => words).join(', '),
		files: named.map(({file}) => file),
		bySni: [...settings.keys()].some(path => /^local(?:_name)? /.test(path)) ? 'local_name' : null,
		reload: 'doveadm reload',
	};
}

/** What a service shows beside what its files hold. */
export type ServedCertificates = {
	readonly service: string;
	readonly source: CertificateSource;
	readonly held: readonly CertificateFacts[];
	readonly served: readonly CertificateFacts[];
};

const day = (time: number): string => (Number.isNaN(time) ? 'no date' : new Date(time).toISOString().slice(0, 10));

const words = ({subject, from, to, fingerprint}: CertificateFacts): string =>
	`${subject}, ${day(from)} to ${day(to)}, SHA-256 ${fingerprint.slice(0, 11)}…`;

/**
 * Certificates that are served and not in the files: an older one of the same kind of key than the file holds has been renewed
 * and not reloaded; another is of another host, or of another configuration. `now` in ms since 1970 UTC. Pure.
 */
export function servedFindings({service, source, held, served}: ServedCertificates, now: number): LintFinding[] {
	const finding = (id: string, severity: LintSeverity, evidence: string, why: string, fix: string[]): LintFinding => ({
		id,
		severity,
		service,
		parameter: null,
		place: null,
		evidence,
		why,
		fix,
		source: 'postfix(1) reload; TLS_README, server-side certificate and private key',
		verdict: null,
	});
	return served.flatMap(one => {
		if (held.some(({fingerprint}) => fingerprint === one.fingerprint)) return [];
		const same = held.filter(({key}) => key === one.key);
		const newest = [...same].sort((a, b) => b.from - a.from)[0];
		const evidence = `served: ${words(one)}; ${source.words} holds: ${held.map(words).join('; ')}`;
		if (source.bySni !== null)
			return [
				finding(
					'served-certificate-differs',
					'info',
					evidence,
					`Another certificate is served than the file holds; ${source.bySni} may have chosen it by name.`,
					[],
				),
			];
		if (newest !== undefined && newest.from > one.from)
			return [
				finding(
					'certificate-not-reloaded',
					one.to < now ? 'error' : 'warn',
					evidence,
					`The file was renewed and the server still shows the certificate before it, which ${one.to < now ? 'has expired' : `ends on ${day(one.to)}`}.`,
					[source.reload],
				),
			];
		return [
			finding(
				'served-certificate-differs',
				'warn',
				evidence,
				'The certificate that is served is in none of the files: another host answers, or other files are in force there.',
				[],
			),
		];
	});
}
