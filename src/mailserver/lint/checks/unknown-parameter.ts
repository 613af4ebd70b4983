import {nearest} from '../../../text/nearest.ts';
import {allowed} from '../../effective/protocol-list.ts';
import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {placeWords} from '../../read/parameters.ts';
import {mayHoldSecret} from '../../read/secrets.ts';
import {portOf} from '../../read/service-port.ts';
import {parameterSince, tlsParameters} from '../../releases/defaults.ts';
import {isOtherParameter, otherParameters} from '../../releases/parameter-names.ts';
import {atLeast, newestRelease, type PostfixVersion, versionText} from '../../releases/postfix-version.ts';
import {removeFromMain, removeFromService, setInMain, setOnService} from './postconf-commands.ts';
import {type Draft, type Rule, serviceName} from './rule.ts';
import {lastSetting, rulingValue} from './values.ts';

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
	for (const {name, value} of settings)
		if (name === 'smtpd_restriction_classes') for (const one of value.split(/[\s,]+/)) referred.add(one);
	return name => referred.has(name) || defaults?.has(name) === true || prefixes.some(prefix => name.startsWith(prefix));
}

function isOfTls(name: string): boolean {
	return /tls|sasl|ssl/i.test(name);
}

/** A place where a name is written, and how to correct it there. */
type Written = {readonly setting: Setting; readonly service: ServiceEntry | null};

/**
 * Whether a guess at the right name may be carried out. Restrictions, tables, files and switches of access would open or close
 * a door by it, and a level or a mode for all would reach port 25: those a person writes.
 */
function mayRename({setting, service}: Written, right: string, configuration: PostfixConfiguration): boolean {
	const {main, version} = configuration;
	if (lastSetting(service === null ? main : service.options, right) !== null || setting.value === '') return false;
	if (/^smtpd_tls_(?:security_level|wrappermode)$/.test(right))
		return service !== null && service.type === 'inet' && isForUsers(service);
	if (/_tls_(?:(?:mandatory_)?(?:ciphers|exclude_ciphers)|loglevel|received_header|auth_only)$/.test(right))
		return true;
	if (!/_tls_(?:mandatory_)?protocols$/.test(right)) return false;
	// No list may let in what is shut out today.
	const of = (list: string) => allowed(list, version ?? newestRelease, 'server');
	const now = of(rulingValue(configuration, right, service ?? undefined));
	const then = of(setting.value);
	return then.length > 0 && then.every(protocol => now.includes(protocol));
}

/** By its name or port a service that users submit mail by: there more TLS stops nobody but them. */
function isForUsers({name}: ServiceEntry): boolean {
	const port = portOf(name.slice(name.lastIndexOf(':') + 1));
	return port === 465 || port === 587;
}

function renamed(written: Written, right: string | null, configuration: PostfixConfiguration): readonly string[] {
	const {setting, service} = written;
	const where = placeWords(setting);
	if (right === null) return [];
	const secret = mayHoldSecret(setting.name, setting.value) || mayHoldSecret(right, '');
	if (secret || /\s/.test(setting.value) || !mayRename(written, right, configuration))
		return [`if ${right} is meant, write it for ${setting.name} in ${where}`];
	return service === null
		? [...removeFromMain(configuration, setting.name), ...setInMain(configuration, `${right}=${setting.value}`)]
		: [
				...removeFromService(configuration, service, setting.name),
				...setOnService(configuration, service, right, setting.value),
			];
}

/**
 * Whether a name is more likely the administrator's own than a slip of the hand: the right name with a word before or behind it
 * (`smtps_smtpd_tls_protocols`, `smtpd_tls_protocols_old`), or the same ending behind a word of one's own, which may be the name
 * of a service (`mua_client_restrictions`, `submissions_tls_protocols`).
 */
function isOnesOwn(name: string, right: string): boolean {
	if (name.endsWith(`_${right}`) || name.startsWith(`${right}_`)) return true;
	const [first = '', ...rest] = name.split('_');
	const [other = '', ...others] = right.split('_');
	if (rest.join('_') !== others.join('_')) return false;
	const isService = first !== 'smtp' && first !== 'lmtp' && portOf(first) !== null;
	return isService || nearest(first, [other]) === null;
}

/** What was found for a name among the names of a release: a plan asks it again after every change. */
const found = new WeakMap<readonly string[], Map<string, string | null>>();

/** The parameter that was meant; null where nothing is near, or the name is one's own. */
function likelyName(name: string, known: readonly string[]): string | null {
	const before = found.get(known) ?? new Map<string, string | null>();
	found.set(known, before);
	const right = before.has(name) ? (before.get(name) ?? null) : nearest(name, [...known, ...otherParameters]);
	before.set(name, right);
	return right === null || isOnesOwn(name, right) ? null : right;
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
			fix: service === null ? removeFromMain(configuration, name) : removeFromService(configuration, service, name),
		};
	}
	const right = likelyName(name, known);
	// A later release may have names that are not listed here; one that looks like a known name is misspelt all the same.
	const complete = defaults !== null || (version !== null && !atLeast(version, listed.major, listed.minor + 1));
	if (right === null && !complete) return null;
	return {
		...base,
		severity: right !== null && isOfTls(right) ? 'error' : 'info',
		why: `Postfix has no parameter of that name${right === null ? '' : `; ${right} is the nearest`}, and no value refers to it: it is never used, and nothing in the mail log says so.`,
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
