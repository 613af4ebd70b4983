import {shellWords} from './nightly.ts';
import {places, type Setup} from './setup.ts';

/** What a monitoring system runs: the mail of the last day by the policy. The status is that of Nagios plugins. */
function checkWords({program, newest, reading}: Setup): string[] {
	return [
		...program,
		'check',
		...newest,
		...reading,
		'--since',
		'24 hours ago',
		'--policy',
		places.policy,
		'--format',
		'nagios',
	];
}

/** For Nagios, Naemon and Icinga 1, whose macros begin with `$` and comments with `;` (Nagios Core: Object Configuration). */
export function nagiosConfiguration(setup: Setup): string {
	const line = shellWords(checkWords(setup)).replaceAll('$', '$$$$').replaceAll(';', '\\;');
	return `# The TLS of the mail of the last 24 hours, by the policy. The user that runs it has to be in the group ${setup.readers.group}.
define command {
	command_name  check_tlsaudit
	command_line  ${line}
}

define service {
	use                    generic-service
	host_name              localhost
	service_description    TLS of mail
	check_command          check_tlsaudit
	check_interval         60
	notification_interval  1440
}
`;
}

/** A string of Icinga 2, whose macros are between `$` (Icinga 2: Language Reference, Runtime Macros). */
const icingaString = (text: string): string =>
	`"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$')}"`;

export function icingaConfiguration(setup: Setup): string {
	return `// The TLS of the mail of the last 24 hours, by the policy. The user that runs it has to be in the group ${setup.readers.group}.
object CheckCommand "tlsaudit" {
	command = [
${checkWords(setup)
	.map(word => `\t\t${icingaString(word)}`)
	.join(',\n')}
	]
	timeout = 5m
}

apply Service "tls-of-mail" {
	check_command = "tlsaudit"
	check_interval = 1h
	assign where host.name == NodeName
}
`;
}
