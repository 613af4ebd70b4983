import type {PostfixConfiguration, ServiceEntry} from '../read/configuration.ts';
import {type Governing, logLevelOf, type Parameters, parametersOf, yesOrNo} from '../read/parameters.ts';
import {atLeast, type PostfixVersion} from '../releases/postfix-version.ts';
import type {GoverningCiphers, GoverningProtocols, ServerPolicy, TlsFault} from './effective.ts';
import {governedCiphers, governedProtocols, listFault} from './governed-tls.ts';
import {placed} from './placement.ts';
import {serverKeys, unserved} from './remaining-suites.ts';

/** The half of a server's policy that is the same for smtpd and tlsproxy, but for the names. */
type ServerTls = {
	readonly protocols: GoverningProtocols | null;
	readonly ciphers: GoverningCiphers | null;
	readonly otherProtocols: GoverningProtocols | null;
	readonly keys: ServerPolicy['keys'];
	readonly unserved: ServerPolicy['unserved'];
	readonly fault: TlsFault | null;
	readonly clientCertificates: 'none' | 'asked' | 'required';
	readonly logLevel: number;
};

/** What smtpd reads before 2.6 where TLS is optional: nothing, everything is allowed. */
const unread: Readonly<Record<string, string>> = {protocols: '', ciphers: 'export'};

/** A certificate is set, or the lack of one is meant (`smtpd_tls_cert_file = none`). */
function hasCertificate(parameters: Parameters, prefix: string, wanted: boolean, version: PostfixVersion): boolean {
	const value = (name: string) => parameters(`${prefix}_${name}`).value;
	const file = value('cert_file');
	const none = file.toLowerCase() === 'none';
	// Older releases do not know chain_files, and read nothing of it.
	const names = ['dcert_file', 'eccert_file', ...(atLeast(version, 3, 4) ? ['chain_files'] : [])];
	const others = names.some(name => value(name) !== '');
	return others || (none ? !wanted : file !== '');
}

/** No version that the list allows has a suite left. */
function suiteFault({parameter, value, allowed}: GoverningProtocols, without: readonly string[]): TlsFault | null {
	if (without.length < allowed.length) return null;
	const text = `No suite is left for the versions of ${parameter} = ${value}, so that every handshake fails.`;
	return {kind: 'no-suite', effect: 'off', text};
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
	const logLevel = logLevelOf(parameters(`${prefix}_loglevel`), version);
	if (level === 'none') {
		const nothing = {protocols: null, ciphers: null, otherProtocols: null, keys: null, unserved: [], fault: null};
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
	const keys = certificates === 'known' ? serverKeys(parameters, prefix) : null;
	const without = unserved(protocols.allowed, ciphers.excluded, keys, true);
	const fault: TlsFault | null =
		certificates === 'unknown' || hasCertificate(parameters, prefix, asked, version)
			? (listFault(protocols, ciphers) ?? suiteFault(protocols, without))
			: {
					kind: 'no-certificate',
					effect: 'off',
					text: 'No certificate is configured: STARTTLS is announced and answered with 454.',
				};
	return {
		protocols,
		ciphers,
		otherProtocols: protocolsOf(!mandatory),
		keys,
		unserved: without,
		fault,
		clientCertificates: required ? 'required' : asked ? 'asked' : 'none',
		logLevel,
	};
}

/** What the level of a server comes to: `use` is STARTTLS offered, `enforce` TLS demanded. */
export type ServerLevel = {
	readonly setting: Governing;
	/** The parameter was read and ruled; false where wrapper mode or the old switches did. */
	readonly read: boolean;
	readonly level: 'none' | 'may' | 'encrypt';
	readonly wrapper: boolean;
	readonly wrapperSetting: Governing;
	readonly fault: TlsFault | null;
};

/** The parameters that the level follows from. smtpd alone has a wrapper mode. */
export type LevelNames = {
	readonly level: string;
	readonly use: string;
	readonly enforce: string;
	readonly wrapper: string | null;
	/** Other yes/no parameters that the program reads at its start. */
	readonly others: readonly string[];
};

function byWord(word: string): 'none' | 'may' | 'encrypt' | null {
	switch (word.toLowerCase()) {
		case 'none':
			return 'none';
		case 'may':
			return 'may';
		// Levels of a client: the server takes them for encrypt and says so in the log.
		case 'encrypt':
		case 'fingerprint':
		case 'verify':
		case 'secure':
			return 'encrypt';
		default:
			return null;
	}
}

/**
 * The level of a server in the order in which smtpd.c, postscreen.c and tlsproxy.c decide: wrapper mode makes TLS
 * mandatory and leaves the level unread; a level that is set rules over the old switches; they rule where it is empty.
 */
export function serverLevel(parameters: Parameters, names: LevelNames): ServerLevel {
	const setting = parameters(names.level);
	const switches = [names.wrapper, names.use, names.enforce, ...names.others]
		.filter(name => name !== null)
		.map(parameters);
	const wrapperSetting = parameters(names.wrapper ?? 'smtpd_tls_wrappermode');
	const wrapper = names.wrapper !== null && yesOrNo(wrapperSetting) === true;
	const base = {setting, wrapper, wrapperSetting, read: !wrapper && setting.value !== ''};
	const bad = switches.find(each => yesOrNo(each) === null);
	if (bad !== undefined) {
		const text = `${bad.parameter} = ${bad.value} is neither yes nor no: the service does not start.`;
		return {...base, level: 'none', fault: {kind: 'invalid-boolean', effect: 'dead', text}};
	}
	if (base.read) {
		const level = byWord(setting.value);
		if (level !== null) return {...base, level, fault: null};
		const text = `${setting.parameter} = ${setting.value} is no level of a server: the service does not start.`;
		return {...base, level: 'none', fault: {kind: 'invalid-level', effect: 'dead', text}};
	}
	if (wrapper || yesOrNo(parameters(names.enforce)) === true) return {...base, level: 'encrypt', fault: null};
	return {...base, level: yesOrNo(parameters(names.use)) === true ? 'may' : 'none', fault: null};
}

const names = {
	level: 'smtpd_tls_security_level',
	use: 'smtpd_use_tls',
	enforce: 'smtpd_enforce_tls',
	wrapper: 'smtpd_tls_wrappermode',
	others: ['smtpd_tls_auth_only', 'smtpd_tls_ask_ccert', 'smtpd_tls_req_ccert'],
} as const;

/**
 * The policy of one smtpd service (smtpd.c; postconf(5) smtpd_tls_security_level, smtpd_tls_wrappermode). `screened`: a
 * postscreen hands its clients to it.
 */
export function serverPolicy(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	version: PostfixVersion,
	screened: boolean,
): ServerPolicy {
	const parameters = parametersOf(configuration, service);
	const {level, setting, read, wrapper, wrapperSetting, fault} = serverLevel(parameters, names);
	const known = configuration.main === null ? 'unknown' : 'known';
	const tls = serverTls(parameters, 'smtpd_tls', level, version, known);
	return {
		side: 'server',
		...placed(service, parameters, wrapper, screened),
		program: 'smtpd',
		level,
		levelSetting: {...setting, read},
		wrapper,
		wrapperSetting,
		...tls,
		fault: fault ?? tls.fault,
		authOnly: level === 'encrypt' || yesOrNo(parameters('smtpd_tls_auth_only')) === true,
		authEnabled: yesOrNo(parameters('smtpd_sasl_auth_enable')) === true,
	};
}
