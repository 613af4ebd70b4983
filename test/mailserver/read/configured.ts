import type {
	PostfixConfiguration,
	ServiceEntry,
	ServiceOption,
	Setting,
} from '../../../src/mailserver/read/configuration.ts';
import {parseVersion} from '../../../src/mailserver/releases/postfix-version.ts';

/** `name=value` lines as settings of main.cf. */
function settings(lines: readonly string[]): Setting[] {
	return lines.map((line, index) => {
		const sign = line.indexOf('=');
		const place = {file: 'main.cf', line: index + 1};
		return {name: line.slice(0, sign).trim(), value: line.slice(sign + 1).trim(), place};
	});
}

/** A service of master.cf: `smtps inet smtpd` and its options. */
export function service(head: string, options: readonly string[] = []): ServiceEntry {
	const [name = '', type = '', command = ''] = head.split(' ');
	const form: ServiceOption['form'] = 'plain';
	return {
		name,
		type,
		command,
		columns: ['n', '-', 'y', '-', '-'],
		options: settings(options).map(option => ({...option, form, place: {file: 'master.cf', line: 1}})),
		stray: [],
		place: {file: 'master.cf', line: 1},
	};
}

/** A configuration by hand; every server has a certificate unless main.cf says otherwise. */
export function configured(
	version: string | null,
	main: readonly string[],
	services: readonly ServiceEntry[],
	tables: Readonly<Record<string, string>> = {},
): PostfixConfiguration {
	return {
		form: 'files',
		directory: '/etc/postfix',
		version: version === null ? null : parseVersion(version),
		main: settings(['smtpd_tls_cert_file=/etc/ssl/mail.example.pem', ...main]),
		services,
		defaults: null,
		tables: new Map(
			Object.entries(tables).map(([name, text]) => [
				name,
				{text, file: name.replace(/^\w+:/, ''), newerThanIndex: null},
			]),
		),
		unread: [],
		faults: [],
		warnings: [],
	};
}
