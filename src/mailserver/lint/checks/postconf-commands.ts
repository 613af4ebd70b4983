import {shellQuoted, shellWord} from '../../../text/shell.ts';
import {type Protocol, protocols} from '../../../tls/version.ts';
import type {ServerPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration, ServiceEntry} from '../../read/configuration.ts';
import {atLeast, carries, type PostfixVersion} from '../../releases/postfix-version.ts';
import {serviceName} from './rule.ts';
import {hasCertificate, isYes} from './values.ts';

/**
 * The list that leaves `least` and newer in the words of that release: a floor from 3.6 on, exclusions before and where the
 * version is unknown, since every release from 2.5 on reads those (postconf(5) smtpd_tls_protocols).
 */
export function floorList(version: PostfixVersion | null, least: Protocol = 'TLSv1.2'): string {
	if (version !== null && atLeast(version, 3, 6)) return `>=${least}`;
	// TLSv1.1 and TLSv1.2 have names since these releases only (RELEASE_NOTES-2.10).
	const named = version === null || carries(version, '2.6.15 2.7.9 2.8.10 2.9.2 2.10.0');
	return protocols
		.slice(0, protocols.indexOf(least))
		.filter(protocol => named || !protocol.includes('.'))
		.map(protocol => `!${protocol}`)
		.join(',');
}

/** A list with commas alone between its words: `postconf -P` takes no blanks in a value. */
export function commaList(value: string): string {
	return value
		.split(/[\s,]+/)
		.filter(Boolean)
		.join(',');
}

/**
 * `postconf`, with `-c` where the directory is that of a second instance (postmulti(1)), which plain postconf never
 * reads.
 */
function postconf({directory, instance}: PostfixConfiguration): string {
	if (directory === null) return 'postconf';
	const second =
		instance !== undefined || /^\/(?:usr\/local\/|opt\/[\w.-]+\/)?etc\/postfix[-_.][\w.-]+\/?$/.test(directory);
	return second ? `postconf -c ${shellWord(directory)}` : 'postconf';
}

/** Ends the last line of a file in the directory that the other commands edit; postconf(1) does not do it by itself. */
export function endLastLine({directory, instance}: PostfixConfiguration, file: string): readonly string[] {
	const standard = directory !== null && /^\/(?:usr\/local\/|opt\/[\w.-]+\/)?etc\/postfix/.test(directory);
	const place = directory !== null && (standard || instance !== undefined) ? directory : '/etc/postfix';
	return [`echo >> ${shellWord(`${place}/${file}`)}`];
}

/** Sets parameters of main.cf. */
export function setInMain(configuration: PostfixConfiguration, ...assignments: readonly string[]): readonly string[] {
	return [`${postconf(configuration)} -e ${assignments.map(shellQuoted).join(' ')}`];
}

/** Takes parameters out of main.cf (`postconf -X`, Postfix 2.10). */
export function removeFromMain(configuration: PostfixConfiguration, ...names: readonly string[]): readonly string[] {
	const {version} = configuration;
	if (version !== null && !atLeast(version, 2, 10)) return [`delete from main.cf: ${names.join(', ')}`];
	return [`${postconf(configuration)} -X ${names.map(shellWord).join(' ')}`];
}

/**
 * Whether `postconf -P` may be let loose on a service. It knows the option from 2.11 on; it writes a glued
 * `-oname=value` back broken, cannot see an option broken by blanks, and merges services of one name
 * (postconf_master.c). /
 */
function editable({version, services}: PostfixConfiguration, service: ServiceEntry): boolean {
	if (version !== null && !atLeast(version, 2, 11)) return false;
	const sameName = (services ?? []).filter(other => other.name === service.name && other.type === service.type);
	return sameName.length < 2 && service.stray.length === 0 && service.options.every(option => option.form !== 'glued');
}

function byHand(service: ServiceEntry): string {
	const line = service.place.line === null ? '' : ` line ${service.place.line}`;
	return `by hand in master.cf${line}, service "${service.name} ${service.type}"`;
}

/** Gives one service an option. */
export function setOnService(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	name: string,
	value: string,
): readonly string[] {
	if (!editable(configuration, service)) return [`${byHand(service)}: -o ${name}=${value}`];
	return [`${postconf(configuration)} -P ${shellQuoted(`${serviceName(service)}/${name}=${value}`)}`];
}

/** Puts a line into master.cf, for a service that is not there (`postconf -M`, Postfix 2.11). */
export function addService(configuration: PostfixConfiguration, line: string): readonly string[] {
	const {version} = configuration;
	if (version !== null && !atLeast(version, 2, 11)) return [`a line in master.cf: ${line}`];
	const [name = '', type = ''] = line.split(' ');
	return [`${postconf(configuration)} -M ${shellQuoted(`${name}/${type}=${line}`)}`];
}

/** Takes options from one service. */
export function removeFromService(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	...names: readonly string[]
): readonly string[] {
	if (!editable(configuration, service))
		return [`${byHand(service)}: delete ${names.map(name => `-o ${name}=…`).join(' and ')}`];
	const words = names.map(name => `${serviceName(service)}/${name}`);
	return [`${postconf(configuration)} -PX ${words.map(shellWord).join(' ')}`];
}

/** Sets a parameter where it is now: as the option of the service, or in main.cf. */
export function setWhereItStands(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	name: string,
	value: string,
): readonly string[] {
	return service.options.some(option => option.name === name)
		? setOnService(configuration, service, name, value)
		: setInMain(configuration, `${name}=${value}`);
}

/** Takes a parameter away where it is now. */
export function removeWhereItStands(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	name: string,
): readonly string[] {
	return service.options.some(option => option.name === name)
		? removeFromService(configuration, service, name)
		: removeFromMain(configuration, name);
}

/** What only a person can fill in: a certificate has no name that could be guessed. */
export function nameCertificate({version}: PostfixConfiguration): readonly string[] {
	const chain = version !== null && atLeast(version, 3, 4);
	const lines = chain
		? 'smtpd_tls_chain_files = KEYFILE, FULLCHAIN'
		: 'smtpd_tls_cert_file = FULLCHAIN and smtpd_tls_key_file = KEYFILE';
	return [`in main.cf, with the names of your files: ${lines}`];
}

/** Commands for later, when what they rest on is there: run before, they would stop mail or logins. */
export function onceDone(what: string, commands: readonly string[]): readonly string[] {
	return commands.map(command => `once ${what}: ${command}`);
}

/** Commands that switch TLS on for a service; without a certificate they would leave a STARTTLS that fails. */
export function withCertificate(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	commands: readonly string[],
): readonly string[] {
	return hasCertificate(configuration, service)
		? commands
		: [...nameCertificate(configuration), ...onceDone('the certificate is there', commands)];
}

/**
 * What has to go with a lower level: at encrypt AUTH comes after TLS by itself, at may by smtpd_tls_auth_only alone
 * (postconf(5)).
 */
export function authStaysAfterTls(
	configuration: PostfixConfiguration,
	{service, authEnabled}: Pick<ServerPolicy, 'service' | 'authEnabled'>,
): readonly string[] {
	return authEnabled && !isYes(configuration, 'smtpd_tls_auth_only', service)
		? setOnService(configuration, service, 'smtpd_tls_auth_only', 'yes')
		: [];
}
