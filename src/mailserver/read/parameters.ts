import {defaultOf} from '../releases/defaults.ts';
import {isOtherParameter} from '../releases/parameter-names.ts';
import {atLeast, type PostfixVersion, versionText} from '../releases/postfix-version.ts';
import type {PostfixConfiguration, ServiceEntry, Setting} from './configuration.ts';
import {expand, type Lookup} from './expansion.ts';

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
		// Postfix has it, but the host, the build or a release decides its default: it stays as it is written.
		return isOtherParameter(inner) ? `$$${inner}` : null;
	};
	const {text, undefinedNames} = expand(found?.value ?? '', lookup);
	return {parameter: name, value: text.trim(), setting: found?.setting ?? null, undefinedNames};
}

/** A parameter that rules, and what it came to. */
export type Governing = {
	readonly parameter: string;
	/** Expanded. */
	readonly value: string;
	/** Where it is written: an option of the service, or main.cf; null: the default of the version. */
	readonly setting: Setting | null;
	/** References to names that are defined nowhere (expanded to nothing). */
	readonly undefinedNames: readonly string[];
};

/** The parameters as one service reads them, each looked up once. */
export type Parameters = (name: string) => Governing;

/** How a service reads its parameters: its own options, main.cf, the defaults of the version. Null: main.cf alone. */
export function parametersOf(configuration: PostfixConfiguration, service: ServiceEntry | null): Parameters {
	const seen = new Map<string, Governing>();
	return name => {
		const before = seen.get(name);
		if (before !== undefined) return before;
		const found = governing(configuration, service, name, defaultOf);
		seen.set(name, found);
		return found;
	};
}

/** A yes/no parameter in any case; null for any other word, at which the program dies (`bad boolean configuration`). */
export function yesOrNo({value}: Governing): boolean | null {
	const word = value.toLowerCase();
	return word === 'yes' ? true : word === 'no' ? false : null;
}

const logWords: Readonly<Record<string, number>> = {
	none: 0,
	summary: 1,
	routine: 1,
	debug: 2,
	'ssl-expert': 3,
	'ssl-developer': 4,
};

/**
 * The number a TLS log level comes to; words since 2.9 (tls_misc.c, tls_log_table). 0: no line shows the session. `trace`
 * (3.12) writes files beside the log; a release that does not know the word warns of it and logs nothing (tried with 3.7).
 */
export function logLevelOf({value}: Governing, version: PostfixVersion | null): number {
	const words = value.toLowerCase().split(/[\s,]+/);
	if (words.includes('trace') && version !== null && !atLeast(version, 3, 12)) return 0;
	const levels = words.map(word => (/^\d+$/.test(word) ? Number(word) : (logWords[word] ?? 0)));
	return Math.min(Math.max(0, ...levels), 9);
}

/** The last part of a path: what a line of text has room for. */
export function fileName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

/** `master.cf line 12`, `main.cf` where postconf has folded the lines. */
export function placeWords({place}: Setting): string {
	return place.line === null ? fileName(place.file) : `${fileName(place.file)} line ${place.line}`;
}

/** Where a ruling value is from: `main.cf line 30`, or `default of Postfix 3.7.11`. */
export function originWords({setting}: Governing, version: PostfixVersion | null): string {
	if (setting !== null) return placeWords(setting);
	return version === null ? 'default' : `default of Postfix ${versionText(version)}`;
}
