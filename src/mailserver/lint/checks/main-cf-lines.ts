import type {Setting} from '../../read/configuration.ts';
import {type Governing, placeWords} from '../../read/parameters.ts';
import {mayHoldSecret} from '../../read/secrets.ts';
import {removeFromMain, setInMain} from './postconf-commands.ts';
import {type Draft, type Rule, serviceName, written} from './rule.ts';

function isOfTls(name: string): boolean {
	return /tls|sasl/.test(name);
}

/** What an empty value comes to. */
function emptyMeans(name: string): string {
	if (name.endsWith('_level')) return 'an empty level means no TLS';
	if (name.endsWith('protocols')) return 'an empty list allows everything';
	return 'the value is empty';
}

const undefinedReference: Rule = {
	id: 'undefined-reference',
	severity: 'error',
	source: 'postconf(5), general format; postconf(1): undefined parameter',
	needs: [],
	find: ({configuration, servers, clients}) => {
		const drafts = new Map<string, Draft>();
		const add = (service: string, {parameter, setting, undefinedNames}: Governing) => {
			if (setting === null || undefinedNames.length === 0 || configuration.main === null) return;
			const key = `${setting.place.file}:${setting.place.line}:${setting.name}`;
			if (drafts.has(key)) return;
			drafts.set(key, {
				service,
				setting,
				evidence: `${written(setting)} (${placeWords(setting)})`,
				why: `${undefinedNames.map(name => `$${name}`).join(', ')} is defined nowhere and is empty: ${emptyMeans(parameter)}, and nothing in the log says so.`,
				fix: [`write the value of ${parameter} in ${placeWords(setting)}`],
			});
		};
		for (const {service, levelSetting, wrapperSetting, protocols, otherProtocols, ciphers} of servers)
			for (const one of [
				levelSetting,
				wrapperSetting,
				protocols,
				otherProtocols,
				ciphers?.grade,
				...(ciphers?.exclusions ?? []),
			])
				if (one) add(serviceName(service), one);
		for (const {service, levelSetting, protocols, otherProtocols, ciphers} of clients)
			for (const one of [levelSetting, protocols, otherProtocols, ciphers?.grade, ...(ciphers?.exclusions ?? [])])
				if (one) add(serviceName(service), one);
		const said = configuration.form === 'postconf' ? configuration.warnings : [];
		for (const {kind, text} of said) {
			const name = kind === 'undefined' ? /undefined parameter: (\w+)/.exec(text)?.[1] : undefined;
			if (name === undefined || [...drafts.values()].some(({why}) => why.includes(`$${name} `))) continue;
			drafts.set(name, {
				service: 'main.cf',
				parameter: name,
				evidence: `undefined parameter: ${name}`,
				why: `A value refers to $${name}, which is defined nowhere and is empty.`,
				fix: [`define ${name}, or write the value where it is referred to`],
			});
		}
		return [...drafts.values()];
	},
};

function duplicateDraft(settings: readonly Setting[], rule: Parameters<typeof setInMain>[0]): Draft[] {
	const last = settings.at(-1);
	const first = settings[0];
	if (last === undefined || first === undefined || settings.length < 2) return [];
	const differ = settings.some(({value}) => value !== last.value);
	return [
		{
			service: 'main.cf',
			severity: differ && isOfTls(last.name) ? 'warn' : 'info',
			setting: last,
			evidence: settings.map(setting => `${written(setting)} (${placeWords(setting)})`).join(', '),
			why: differ
				? 'The last of them counts; the others are there for nothing and mislead.'
				: 'The same line is there more than once; a change of one will miss the other.',
			// Between the two commands the parameter is not there: of restrictions and the like no moment may be without.
			fix:
				mayHoldSecret(last.name, last.value) || !isOfTls(last.name)
					? [`delete ${settings.slice(0, -1).map(placeWords).join(' and ')}, and leave ${placeWords(last)}`]
					: [...removeFromMain(rule, last.name), ...setInMain(rule, `${last.name}=${last.value}`)],
		},
	];
}

const duplicateEntry: Rule = {
	id: 'duplicate-entry',
	severity: 'warn',
	source: 'postconf(5), general format; Postfix dict.c',
	needs: [],
	log: {
		complaints: [{words: 'overriding earlier entry: '}],
	},
	find: ({configuration}) => {
		if (configuration.form === 'postconf')
			return configuration.warnings.flatMap(({kind, text}): Draft[] => {
				const found = kind === 'overriding' ? /overriding earlier entry: (\w+)/.exec(text) : null;
				const name = found?.[1];
				if (name === undefined) return [];
				return [
					{
						service: 'main.cf',
						severity: isOfTls(name) ? 'warn' : 'info',
						parameter: name,
						evidence: `overriding earlier entry: ${name}`,
						why: 'The name is in main.cf more than once; the last line counts.',
						fix: [`delete all but one of the lines of ${name} from main.cf`],
					},
				];
			});
		const byName = new Map<string, Setting[]>();
		for (const setting of configuration.main ?? []) {
			const known = byName.get(setting.name);
			if (known === undefined) byName.set(setting.name, [setting]);
			else known.push(setting);
		}
		return [...byName.values()].flatMap(settings => duplicateDraft(settings, configuration));
	},
};

/** Rules about lines of main.cf that say nothing, or say it twice. */
export const mainCfLineRules: readonly Rule[] = [undefinedReference, duplicateEntry];
