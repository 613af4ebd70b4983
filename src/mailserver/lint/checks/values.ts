import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {type Governing, originWords, parametersOf, yesOrNo} from '../../read/parameters.ts';

/** The last of a name, which is the one that counts. */
export function lastSetting(settings: readonly Setting[] | null, name: string): Setting | null {
	return settings?.findLast(setting => setting.name === name) ?? null;
}

/** What a service itself says of a parameter, null where main.cf or the default rules. */
export function ownSetting(service: ServiceEntry, name: string): Setting | null {
	return lastSetting(service.options, name);
}

/** What rules a parameter in one service, or outside any, expanded. */
export function rulingOf(configuration: PostfixConfiguration, name: string, service?: ServiceEntry): Governing {
	return parametersOf(configuration, service ?? null)(name);
}

/** The expanded value of a parameter in one service, or outside any; empty where nothing defines it. */
export function rulingValue(configuration: PostfixConfiguration, name: string, service?: ServiceEntry): string {
	return rulingOf(configuration, name, service).value;
}

export function isYes(configuration: PostfixConfiguration, name: string, service?: ServiceEntry): boolean {
	return yesOrNo(rulingOf(configuration, name, service)) === true;
}

/** `smtpd_tls_security_level=may (main.cf line 3)`, expanded. */
export function rulingWords(ruling: Governing, {version}: PostfixConfiguration): string {
	return `${ruling.parameter}=${ruling.value} (${originWords(ruling, version)})`;
}

/** Whether a server has a certificate to show; "none" in smtpd_tls_cert_file is no file (postconf(5)). */
export function hasCertificate(configuration: PostfixConfiguration, service?: ServiceEntry): boolean {
	return ['chain_files', 'cert_file', 'eccert_file', 'dcert_file'].some(name => {
		const value = rulingValue(configuration, `smtpd_tls_${name}`, service);
		return value !== '' && value.toLowerCase() !== 'none';
	});
}

/** Whether a file is, by its name, the one in which a system keeps the certificates of all public authorities. */
export function isPublicBundle(path: string): boolean {
	return /(?:^|\/)(?:ca-certificates\.crt|ca-bundle(?:\.trust)?\.(?:crt|pem)|tls-ca-bundle\.pem|ca-root-nss\.crt|cacert\.pem|ssl\/cert\.pem)$/.test(
		path,
	);
}
