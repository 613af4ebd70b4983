import {nearest} from '../../../text/nearest.ts';
import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {placeWords} from '../../read/parameters.ts';
import {mayHoldSecret} from '../../read/secrets.ts';
import {parameterSince, tlsParameters} from '../../releases/defaults.ts';
import {isOtherParameter, otherParameters} from '../../releases/parameter-names.ts';
import {atLeast, type PostfixVersion, versionText} from '../../releases/postfix-version.ts';
import {removeFromMain, removeFromService, setInMain, setOnService} from './postconf-commands.ts';
import {type Draft, type Rule, serviceName} from './rule.ts';

/** The release whose names are all known here. */
const listed: PostfixVersion = {major: 3, minor: 7, patch: 0};

/** What may rightly be in main.cf though no program has it: names that a value refers to, or that a table is called by. */
function ownNames({main, services, defaults}: PostfixConfiguration): (name: string) => boolean {
	const settings = [...(main ?? []), ...(services ?? []).flatMap(service => service.options)];
	const words = [...settings.map(({value}) => value), ...(services ?? []).flatMap(({stray}) => stray)];
	const referred = new Set<string>();
	const prefixes: string[] = [];
	for (const value of words) {
		for (const found of value.matchAll(/\$[{(]?\s*(\w+)/g)) referred.add(found[1] ?? '');
		// `mysql:accounts` without a slash reads accounts_user and its like from main.cf (mysql_table(5)).
		for (const found of value.matchAll(/\b(?:ldap|mysql|pgsql|sqlite|memcache|proxy:\w+):(\w+)(?=$|[\s,])/g))
			prefixes.push(`${found[1]}_`);
	}
	const classes = main?.findLast(({name}) => name === 'smtpd_restriction_classes')?.value.split(/[\s,]+/) ?? [];
	for (const one of classes) referred.add(one);
	return name => referred.has(name) || defaults?.has(name) === true || prefixes.some(prefix => name.startsWith(prefix));
}

function isOfTls(name: string): boolean {
	return /tls|sasl|ssl/i.test(name);
}

/** A place where a name is written, and how to correct it there. */
type Written = {readonly setting: Setting; readonly service: ServiceEntry | null};

function renamed({setting, service}: Written, right: string | null, configuration: PostfixConfiguration) {
	if (right !== null && (mayHoldSecret(setting.name, setting.value) || mayHoldSecret(right, '')))
		return [`in ${placeWords(setting)}, write ${right} for ${setting.name}`];
	if (service !== null)
		return [
			...removeFromService(configuration, service, setting.name),
			...(right === null || /\s/.test(setting.value) ? [] : setOnService(configuration, service, right, setting.value)),
		];
	return [
		...removeFromMain(configuration, setting.name),
		...(right === null ? [] : setInMain(configuration, `${right}=${setting.value}`)),
	];
}

function draftOf(
	written: Written,
	configuration: PostfixConfiguration,
	isOwn: (name: string) => boolean,
): Draft | null {
	const {setting, service} = written;
	const {version, defaults} = configuration;
	const {name} = setting;
	const known = tlsParameters(version);
	if (known.includes(name) || isOtherParameter(name) || isOwn(name)) return null;
	const base = {
		service: service === null ? 'main.cf' : serviceName(service),
		parameter: name,
		place: setting.place,
		evidence: `${name} (${placeWords(setting)})`,
	};
	const since = parameterSince(name);
	if (since !== null) {
		if (version === null) return null;
		const first = since.split(' ')[0] ?? '';
		return {
			...base,
			why: `Postfix ${versionText(version)} has no such parameter${atLeast(version, Number(first.split('.')[0]), Number(first.split('.')[1])) ? ' any more' : `: it came with ${since.split(' ').join(' and ')}`}. The line does nothing, and nothing says so.`,
			fix: renamed(written, null, configuration),
		};
	}
	const right = nearest(name, [...known, ...otherParameters]);
	// A later release may have names that are not listed here; one that looks like a known name is misspelt all the same.
	const complete = defaults !== null || (version !== null && !atLeast(version, listed.major, listed.minor + 1));
	if (right === null && !complete) return null;
	return {
		...base,
		severity: isOfTls(name) || (right !== null && isOfTls(right)) ? 'error' : 'info',
		why: `Postfix has no parameter of that name${right === null ? '' : `; ${right} is the nearest`}. The line does nothing, and nothing in the mail log says so.`,
		fix: renamed(written, right, configuration),
	};
}

/** `unused parameter: x=y`, where the files themselves are not given. */
function fromWarnings({warnings}: PostfixConfiguration): readonly Written[] {
	return warnings.flatMap(({kind, text}) => {
		const found = kind === 'unused' ? /unused parameter: ([\w-]+)\s*=\s*(.*)$/.exec(text) : null;
		if (found?.[1] === undefined) return [];
		return [{setting: {name: found[1], value: found[2] ?? '', place: {file: 'main.cf', line: null}}, service: null}];
	});
}

/** A name that no program reads: Postfix takes it for one of the administrator's own and never says a word. */
export const unknownParameter: Rule = {
	id: 'unknown-parameter',
	severity: 'error',
	source: 'postconf(1): unused parameter; postconf(5)',
	needs: [],
	find: ({configuration}) => {
		const isOwn = ownNames(configuration);
		const written: Written[] = [
			...(configuration.main ?? []).map(setting => ({setting, service: null})),
			...(configuration.services ?? [])
				.filter(({command}) => !/(?:^|\/)(?:pipe|spawn)$/.test(command))
				.flatMap(service => service.options.map(setting => ({setting, service}))),
			...(configuration.form === 'postconf' ? fromWarnings(configuration) : []),
		];
		const drafts = new Map<string, Draft>();
		for (const one of written) {
			const draft = draftOf(one, configuration, isOwn);
			if (draft !== null) drafts.set(`${draft.service} ${draft.parameter}`, draft);
		}
		return [...drafts.values()];
	},
};
