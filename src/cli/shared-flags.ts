import {Option} from 'commander';
import {hops} from '../model/session.ts';
import {
	readDatabase,
	readFraming,
	readHops,
	readListen,
	readPorts,
	readUnit,
	readYear,
	readZone,
} from './flag-values.ts';

/** The commands, by the words that name them; `show` is the one without a name: the screen, else the report. */
export const commandNames = [
	'show',
	'report',
	'sessions',
	'check',
	'whatif',
	'harden',
	'sql',
	'import',
	'init',
	'export',
	'postfix',
	'probe',
	'explain',
	'db verify',
	'db accept',
	'policy list',
	'policy show',
	'policy validate',
	'policy schema',
	'help',
	'completion',
] as const;
export type CommandName = (typeof commandNames)[number];

/** A flag that several commands take, before or behind their name; to all others it is a usage error. */
export type SharedFlag = {
	readonly option: Option;
	readonly takenBy: readonly CommandName[];
	/** What it is for commands to which it is something else. */
	readonly saidOf?: Readonly<Partial<Record<CommandName, string>>>;
};

/** Commands that judge sessions, of a time and of hops that may be chosen. */
const judging = ['show', 'report', 'check', 'whatif', 'postfix'] as const;
const choosing = [...judging, 'sessions'] as const;
/** Commands that read logs into a database, or into memory. */
const loading = [...choosing, 'harden', 'sql', 'import'] as const;
/** Commands that a database may be named to. */
const storing = [...loading, 'export'] as const;
const reading = [...loading, 'explain', 'init'] as const;
/** Commands whose output is about peers, and none of whose columns is the user's own. */
const shown = ['show', 'report', 'check', 'whatif', 'sessions'] as const;

const flag = (
	takenBy: readonly CommandName[],
	group: string,
	option: Option,
	saidOf: SharedFlag['saidOf'] = {},
): SharedFlag => ({
	...{option: option.helpGroup(group), takenBy, saidOf},
});

const whichSessions = 'Which sessions:';
const howLines = 'How lines are read:';
const whomItNames = 'Whom it names:';
/** The heading of the flags that every command takes. */
export const general = 'In general:';

/** Where a command's help has `--help`. */
export const helpOption = (): Option => new Option('-h, --help', 'show this help').helpGroup(general);

/** Flags that several commands take, in the order of their help. Flags of one command are added with it in `cli/flags.ts`. */
export const sharedFlags: readonly SharedFlag[] = [
	flag(
		storing,
		whichSessions,
		new Option(
			'--db <file>',
			'DuckDB file of sessions, to which logs that are named are added; or a lake or server',
		).argParser(readDatabase),
		{
			import: 'DuckDB file of sessions, to which the logs are added; made where there is none',
			export: 'DuckDB file of sessions, of which those that are over are sent',
		},
	),
	flag(
		loading,
		whichSessions,
		new Option('--journal [unit]', 'read the journal of systemd, of all mail servers or of a unit').argParser(readUnit),
	),
	flag(
		storing,
		whichSessions,
		new Option('--password-file <file>', 'password of the user of a server; else TLSAUDIT_CLICKHOUSE_PASSWORD'),
	),
	flag(
		[...choosing, 'harden'],
		whichSessions,
		new Option('--since <time>', 'begun at or after: ISO 8601, "2 hours ago", "yesterday"'),
	),
	flag([...choosing, 'harden'], whichSessions, new Option('--until <time>', 'begun before')),
	flag(choosing, whichSessions, new Option('--hop <hop>', `only these: ${hops.join(', ')}`).argParser(readHops)),
	flag(
		[...judging, 'sql', 'init'],
		whichSessions,
		new Option('--policy <name|file>', 'policy to judge by: a name of tlsaudit policy list, or a file').default(
			'founding',
		),
	),
	flag(reading, howLines, new Option('--year <year>', 'year of the first stamp that has none').argParser(readYear)),
	flag(
		reading,
		howLines,
		new Option('--timezone <zone>', 'zone of stamps that have none; default: the system’s').argParser(readZone),
	),
	flag(
		reading,
		howLines,
		new Option('--framing <pattern>', "form of lines, such as '{time} {host} {tag}[{pid}]: {message}'").argParser(
			readFraming,
		),
	),
	flag(reading, howLines, new Option('--ports <service=port,…>', 'ports of services of your own').argParser(readPorts)),
	flag(
		shown,
		whomItNames,
		new Option('--anonymize <how>', 'replace addresses, hosts, domains, users and files').choices([
			'mask',
			'pseudonym',
		]),
	),
	flag(shown, whomItNames, new Option('--key-file <file>', 'key of the pseudonyms: the same names in every run')),
	flag(
		['show', 'report'],
		general,
		new Option(
			'--metrics <address:port>',
			'of a live log: counts for Prometheus, such as 127.0.0.1:9464; a port alone is one of this host',
		).argParser(readListen),
	),
	flag(commandNames, general, new Option('--config <file>', 'flags by their names, in YAML; what is typed wins')),
	flag(commandNames, general, new Option('--no-color', 'no colour')),
	flag(commandNames, general, new Option('--quiet', 'no warnings')),
	flag(commandNames, general, new Option('--verbose', 'say more; errors with their stack')),
];
