import type {Governing, GoverningCiphers, GoverningProtocols, TlsFault} from './effective.ts';
import {governedCiphers, governedProtocols, listFault} from './governed-tls.ts';
import {atLeast, type PostfixVersion} from './postfix-version.ts';
import {logLevelOf, type Parameters, yesOrNo} from './service-parameters.ts';

/** The half of a server's policy that is the same for smtpd and tlsproxy, but for the names. */
export type ServerTls = {
	readonly protocols: GoverningProtocols | null;
	readonly ciphers: GoverningCiphers | null;
	readonly otherProtocols: GoverningProtocols | null;
	readonly fault: TlsFault | null;
	readonly clientCertificates: 'none' | 'asked' | 'required';
	readonly logLevel: number;
};

/** What smtpd reads before 2.6 where TLS is optional: nothing, everything is allowed. */
const unread: Readonly<Record<string, string>> = {protocols: '', ciphers: 'export'};

/** A certificate is at hand, or the lack of one is meant (`smtpd_tls_cert_file = none`). */
function hasCertificate(parameters: Parameters, prefix: string, wanted: boolean): boolean {
	const value = (name: string) => parameters(`${prefix}_${name}`).value;
	const file = value('cert_file');
	const none = file.toLowerCase() === 'none';
	const others = ['dcert_file', 'eccert_file', 'chain_files'].some(name => value(name) !== '');
	return others || (none ? !wanted : file !== '');
}

/**
 * Lists, grade and exclusions of a server at a level: mandatory TLS reads the mandatory lists, optional TLS the others, and
 * the exclusions of the optional case count in both (smtpd.c, tlsproxy.c). Certificates are unknown without main.cf.
 */
export function serverTls(
	parameters: Parameters,
	prefix: 'smtpd_tls' | 'tlsproxy_tls',
	level: 'none' | 'may' | 'encrypt',
	version: PostfixVersion,
	certificates: 'known' | 'unknown',
): ServerTls {
	const logLevel = logLevelOf(parameters(`${prefix}_loglevel`));
	if (level === 'none') {
		const nothing = {protocols: null, ciphers: null, otherProtocols: null, fault: null};
		return {...nothing, clientCertificates: 'none', logLevel};
	}
	const mandatory = level === 'encrypt';
	const named = (name: string): Governing => {
		const value = atLeast(version, 2, 6) ? undefined : unread[name];
		const governing = parameters(`${prefix}_${name}`);
		return value === undefined ? governing : {...governing, value, setting: null};
	};
	const protocolsOf = (which: boolean) =>
		governedProtocols(named(which ? 'mandatory_protocols' : 'protocols'), version, 'server');
	// Asking for a certificate without TLS being demanded is honoured, requiring one is not.
	const required = mandatory && yesOrNo(named('req_ccert')) === true;
	const asked = required || yesOrNo(named('ask_ccert')) === true;
	const ciphers = governedCiphers(
		named(mandatory ? 'mandatory_ciphers' : 'ciphers'),
		[named('exclude_ciphers'), ...(mandatory ? [named('mandatory_exclude_ciphers')] : [])],
		asked ? ['aNULL'] : [],
		version,
	);
	const protocols = protocolsOf(mandatory);
	const fault: TlsFault | null =
		certificates === 'unknown' || hasCertificate(parameters, prefix, asked)
			? listFault(protocols, ciphers)
			: {
					kind: 'no-certificate',
					effect: 'off',
					text: 'No certificate is configured: STARTTLS is announced and answered with 454.',
				};
	return {
		protocols,
		ciphers,
		otherProtocols: protocolsOf(!mandatory),
		fault,
		clientCertificates: required ? 'required' : asked ? 'asked' : 'none',
		logLevel,
	};
}
