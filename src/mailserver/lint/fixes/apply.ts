import type {PostfixConfiguration, ServiceEntry, ServiceOption, Setting} from '../../read/configuration.ts';
import {readMasterCf} from '../../read/master-cf.ts';
import {serviceName} from '../checks/rule.ts';
import type {Command, Edit} from './command.ts';

/** Places of what no line of a file is behind yet. */
const nowhere = (file: string) => ({file, line: null});

/** `postconf -e` writes over every line of the name; a new one goes to the end. `-X` takes every line of the name. */
function editedMain(main: readonly Setting[], {name, value}: Edit): readonly Setting[] {
	if (value === null) return main.filter(setting => setting.name !== name);
	if (!main.some(setting => setting.name === name)) return [...main, {name, value, place: nowhere('main.cf')}];
	return main.map(setting => (setting.name === name ? {...setting, value} : setting));
}

/** The same for the options of a service (postconf(1) -P, -PX). */
function editedOptions(options: readonly ServiceOption[], {name, value}: Edit): readonly ServiceOption[] {
	if (value === null) return options.filter(option => option.name !== name);
	const form = 'plain';
	if (!options.some(option => option.name === name))
		return [...options, {name, value, form, place: nowhere('master.cf')}];
	return options.map(option => (option.name === name ? {...option, value, form} : option));
}

function edited(configuration: PostfixConfiguration, edit: Edit): PostfixConfiguration {
	const {main, services, faults} = configuration;
	if (edit.service === null)
		return {
			...configuration,
			main: main === null ? null : editedMain(main, edit),
			// What was wrong with the value is gone with it, the lines that continued it included.
			faults: faults.filter(({subject, place}) => subject !== edit.name || !place.file.endsWith('main.cf')),
		};
	const of = (service: ServiceEntry): ServiceEntry =>
		serviceName(service) === edit.service ? {...service, options: editedOptions(service.options, edit)} : service;
	return {...configuration, services: services === null ? null : services.map(of)};
}

/**
 * The configuration as it is after a command: what postconf(1) writes into the files, in memory (Postfix:
 * postconf_edit.c, postconf_master.c; tried with 3.7.11). Lines keep their numbers. Pure.
 */
export function applied(configuration: PostfixConfiguration, command: Command): PostfixConfiguration {
	if ('edits' in command) return command.edits.reduce(edited, configuration);
	if ('entry' in command) {
		const {service, line} = command.entry;
		const read = readMasterCf(line, 'master.cf').services.map(one => ({...one, place: nowhere('master.cf')}));
		const others = (configuration.services ?? []).filter(one => serviceName(one) !== service);
		return {...configuration, services: configuration.services === null ? null : [...others, ...read]};
	}
	if ('rebuilt' in command) {
		const tables = [...configuration.tables].map(([name, table]) =>
			name.replace(/^proxy:/, '') === command.rebuilt
				? ([name, {...table, newerThanIndex: false}] as const)
				: ([name, table] as const),
		);
		return {...configuration, tables: new Map(tables)};
	}
	const {ends} = command;
	const faults = configuration.faults.filter(
		({kind, place}) => kind !== 'no-final-newline' || !place.file.endsWith(ends),
	);
	return {...configuration, faults};
}
