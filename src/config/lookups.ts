import type {PostfixConfiguration, ServiceEntry, Setting} from './configuration.ts';
import type {Governing} from './effective.ts';
import {expand, type Lookup} from './expansion.ts';
import {isOtherParameter} from './lint/parameter-names.ts';
import {type PostfixVersion, versionText} from './postfix-version.ts';

/** The default of a parameter in a version, not expanded; null where it is not known. */
export type DefaultOf = (name: string, version: PostfixVersion | null) => string | null;

/** Where a parameter's value is from and what it is, not expanded. */
type Written = {readonly value: string; readonly setting: Setting | null};

/** What is known of a service without a file's help: postconf(5) service_name, process_name, mail_version. */
function givenValue(configuration: PostfixConfiguration, service: ServiceEntry | null, name: string): string | null {
	if (name === 'service_name') return service?.name ?? null;
	if (name === 'process_name') return service?.command.slice(service.command.lastIndexOf('/') + 1) ?? null;
	if (name === 'config_directory') return configuration.directory;
	if (name === 'mail_version') return configuration.version === null ? null : versionText(configuration.version);
	return null;
}

/** The last option of the service, else the last line of main.cf, else the default; null: the name is defined nowhere. */
function written(
	configuration: PostfixConfiguration,
	service: ServiceEntry | null,
	name: string,
	defaultOf: DefaultOf,
): Written | null {
	const called = (setting: Setting): boolean => setting.name === name;
	const setting = service?.options.findLast(called) ?? configuration.main?.findLast(called);
	if (setting !== undefined) return {value: setting.value, setting};
	const value =
		givenValue(configuration, service, name) ??
		configuration.defaults?.get(name) ??
		defaultOf(name, configuration.version);
	return value === null ? null : {value, setting: null};
}

/**
 * The value that rules a parameter in one service, or outside any (`service` null): the last `-o` of the service, else the
 * last line of main.cf, else the default. Expanded when it is used, with the service's own options seen inside `$name`
 * (postconf(5), master(5)). The value is empty where nothing defines the name.
 */
export function governing(
	configuration: PostfixConfiguration,
	service: ServiceEntry | null,
	name: string,
	defaultOf: DefaultOf,
): Governing {
	const found = written(configuration, service, name, defaultOf);
	const lookup: Lookup = inner => {
		const value = written(configuration, service, inner, defaultOf)?.value;
		if (value !== undefined) return value;
		// Postfix has it, but the machine, the build or a release decides its default: it is left standing as it is written.
		return isOtherParameter(inner) ? `$$${inner}` : null;
	};
	const {text, undefinedNames} = expand(found?.value ?? '', lookup);
	return {parameter: name, value: text.trim(), setting: found?.setting ?? null, undefinedNames};
}
