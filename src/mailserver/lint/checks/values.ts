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
