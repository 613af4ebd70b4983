import {Command, CommanderError, Option} from 'commander';
import {hops} from '../model/session.ts';
import {errorLine} from './exit.ts';
import {
	readBytes,
	readDatabase,
	readFraming,
	readHops,
	readPorts,
	readSeconds,
	readSpan,
	readThreads,
	readYear,
	readZone,
} from './flag-values.ts';
import {atFlag, checkFlags, type JudgingOptions, whatIfFlags} from './judging-flags.ts';
import {postfixFlags, probeFlags, type ServerOptions} from './server-flags.ts';

/**
 * The command line. The words behind the program's name come in; the command, its files and its flags go out, or a usage
 * error. It must not know what a command does, nor read a file. What the flags mean is found in `cli/settings.ts`.
 */

/** What the user typed. */
export type Typed = {
	readonly command: CommandName;
	readonly files: readonly string[];
	/** SQL of `sql`, name or file of `policy`, directory of `postfix`, target of `probe`, line of `explain`. */
	readonly subject: string;
	readonly options: TypedOptions;
};

const commandNames = [
	'show',
	'report',
	'sessions',
	'check',
	'whatif',
	'sql',
	'import',
	'postfix',
	'probe',
	'explain',
	'db verify',
	'policy list',
	'policy show',
	'policy validate',
	'policy schema',
] as const;
type CommandName = (typeof commandNames)[number];

type TypedOptions = JudgingOptions &
	ServerOptions & {
		readonly db?: string;
		readonly since?: string;
		readonly until?: string;
		readonly hop?: readonly string[];
		readonly year?: number;
		readonly framing?: string;
		readonly timezone?: string;
		readonly policy: string;
		readonly ports?: ReadonlyMap<string, number>;
		readonly follow?: boolean;
		readonly format?: string;
		readonly output?: string;
		/** Of `sql`: it may change what it asks. */
		readonly write?: boolean;
		readonly threads?: number;
		readonly stepBytes?: number;
		readonly stepSeconds?: number;
		readonly blockBytes?: number;
		/** Of `import` a span in ms; of the terminal UI as it was typed. */
		readonly keep?: number | string;
		readonly color: boolean;
		readonly quiet: boolean;
		readonly verbose: boolean;
	};

/** Flags that every command takes, before or behind its name. */
const common: readonly Option[] = [
	new Option('--db <file>', 'keep sessions in this DuckDB file').argParser(readDatabase),
	new Option('--since <time>', 'sessions begun at or after: ISO 8601, "2 hours ago", "yesterday"'),
	new Option('--until <time>', 'sessions begun before'),
	new Option('--hop <hop>', `only these hops: ${hops.join(', ')}`).argParser(readHops),
	new Option('--year <year>', 'year of the first stamp that has none').argParser(readYear),
	new Option('--framing <pattern>', "form of lines, such as '{time} {host} {tag}[{pid}]: {message}'").argParser(
		readFraming,
	),
	new Option('--timezone <zone>', 'zone of stamps that have none; default: the system’s').argParser(readZone),
	new Option('--policy <name|file>', 'policy to apply; founding is also called default').default('founding'),
	new Option('--ports <service=port,…>', 'ports of services of your own').argParser(readPorts),
	new Option('--no-color', 'no colour'),
	new Option('--quiet', 'no warnings').default(false),
	new Option('--verbose', 'say more; errors with their stack').default(false),
];

const format = (...choices: string[]): Option =>
	new Option('--format <format>', 'form of the output').choices(choices).default(choices[0]);

const files = ['[files...]', 'logs, directories or patterns; none or - for standard input'] as const;

const explainExample = `
Example: tlsaudit explain samples/founding-case.log:12

    PROGRAM            smtpd: Postfix’s SMTP server
      instance         postfix
      service          smtps
    RECORD             smtpd summary
      peer             scanner.example.org[192.0.2.61]
      protocol         TLSv1
    SESSION            submission 465, encrypted, TLSv1 ECDHE-RSA-AES256-SHA, …
      lines            lines 11 to 16
      why              It is a line of the smtpd process that has this session open: …

The file is read from its beginning, as other lines say whose session it is; it may be compressed.
To explain all lines of a mail: grep -h QUEUEID mail.log | tlsaudit explain -`;

const probeHelp = `
--tlsa asks the resolver of this host; only its AD bit says that DNSSEC was validated. Hybrid groups (X25519MLKEM768 and
its kin) are asked for where the local OpenSSL has them, from 3.5 on.
With --format nagios the status is that of Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.`;

/** Thrown when there is nothing to run: help was shown (status 0) or the command line is wrong (status 2). */
export class Stop extends Error {
	readonly exitStatus: number;
	constructor(exitStatus: number) {
		super('stop');
		this.exitStatus = exitStatus;
	}
}

/** Commander's complaints in the form of all others: one line, `tlsaudit: what; what to do`. */
function complain(text: string, write: (text: string) => void): void {
	const sentence = text
		.trim()
		.replace(/^error: /, '')
		.replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?');
	write(errorLine(sentence.replaceAll('\n', ' ')));
}

/** Takes what was typed behind a command. */
type Take = (command: CommandName, paths: readonly string[], subject: string, self: Command) => void;

function add(parent: Command, name: string, about: string, hidden = false): Command {
	return parent
		.command(name, {hidden, isDefault: hidden})
		.description(about)
		.helpOption('--help', 'show help')
		.configureHelp({showGlobalOptions: true})
		.exitOverride();
}

/** Commands that read logs or a database, and the import of one into the other. */
function addLogCommands(program: Command, take: Take): void {
	add(program, 'show', 'terminal UI where there is a terminal, else the report', true)
		.argument(...files)
		.addOption(format('text', 'json'))
		.option('--follow', 'terminal UI: follow the file as it grows, through rotation')
		.option(
			'--keep <time|sessions>',
			'terminal UI: what a live screen keeps; default 24h,1000000; never deletes from --db',
		)
		.action((paths: string[], _options, self: Command) => take('show', paths, '', self));
	add(program, 'report', 'hops, TLS versions, ciphers, violations, failures')
		.argument(...files)
		.addOption(format('text', 'json', 'csv', 'markdown', 'html'))
		.addOption(atFlag)
		.action((paths: string[], _options, self: Command) => take('report', paths, '', self));
	add(program, 'sessions', 'one row per session')
		.argument(...files)
		.addOption(format('ndjson', 'csv', 'parquet'))
		.option('-o, --output <file>', 'write to a file')
		.action((paths: string[], _options, self: Command) => take('sessions', paths, '', self));
	const check = add(program, 'check', 'judge by a policy; status 1 when it is violated')
		.argument(...files)
		.addOption(format('text', 'json', 'junit', 'sarif', 'nagios'))
		.addHelpText(
			'after',
			'\nWith --format nagios the status is that of Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.',
		)
		.action((paths: string[], _options, self: Command) => take('check', paths, '', self));
	for (const option of checkFlags) check.addOption(option);
	const whatIf = add(program, 'whatif', 'who would be turned away by a stricter rule')
		.argument(...files)
		.addOption(format('text', 'json'))
		.action((paths: string[], _options, self: Command) => {
			const given =
				self.getOptionValueSourceWithGlobals('policy') === 'default' ? undefined : self.optsWithGlobals().policy;
			if (given !== undefined && self.opts().preset === undefined) self.setOptionValue('preset', given);
			take('whatif', paths, '', self);
		});
	for (const option of whatIfFlags) whatIf.addOption(option);
	add(program, 'sql', 'ask in SQL: tables sessions and coverage, view violations')
		.argument('<query>', 'SQL for DuckDB')
		.argument(...files)
		.addOption(format('text', 'json', 'csv'))
		.option('--write', 'the query may change the database and write files')
		.action((query: string, paths: string[], _options, self: Command) => take('sql', paths, query, self));
	add(program, 'import', 'bring a database up to date with log files; safe to repeat')
		.argument('<files...>', 'logs, directories or patterns')
		.addOption(new Option('--threads <number>', 'threads that work at a time: 1, 2 or 3').argParser(readThreads))
		.addOption(new Option('--step-bytes <bytes>', 'text in one transaction').argParser(readBytes).hideHelp())
		.addOption(new Option('--step-seconds <seconds>', 'time in one transaction').argParser(readSeconds).hideHelp())
		.addOption(new Option('--block-bytes <bytes>', 'text in one block').argParser(readBytes).hideHelp())
		.addOption(new Option('--keep <span>', 'delete sessions older than this, such as 90d').argParser(readSpan))
		.action((paths: string[], _options, self: Command) => take('import', paths, '', self));
}

/** The command that says how a line was read. */
function addExplainCommand(program: Command, take: Take): void {
	add(program, 'explain', 'what became of one line of a log: framing, program, record, session, and why')
		.argument('<file:line>', 'a line or lines, such as mail.log:57 or mail.log:57-60; - for lines on standard input')
		.addOption(format('text', 'json'))
		.addHelpText('after', explainExample)
		.action((target: string, _options, self: Command) => take('explain', [], target, self));
}

function addDatabaseCommands(program: Command, take: Take): void {
	const db = add(program, 'db', 'look at a database itself');
	add(db, 'verify', 'whether a database is whole; status 1 when it is not')
		.argument('<file>', 'the database')
		.action((file: string, _options, self: Command) => take('db verify', [], file, self));
}

/** Commands that look at a server itself. */
function addServerCommands(program: Command, take: Take): void {
	const postfix = add(program, 'postfix', 'what Postfix will do with its configuration, beside what the log saw')
		.argument('[config]', 'directory, tarball or output of postconf; - for standard input', '/etc/postfix')
		.addOption(format('text', 'json', 'sh'))
		.action((config: string, _options, self: Command) => take('postfix', self.opts().log ?? [], config, self));
	for (const option of postfixFlags) postfix.addOption(option);
	const probe = add(program, 'probe', 'which TLS versions and suites a server accepts')
		.argument('<host:port>', 'the server, such as mail.example.org:465')
		.addOption(format('text', 'json', 'nagios'))
		.addHelpText('after', probeHelp)
		.action((target: string, _options, self: Command) => take('probe', [], target, self));
	for (const option of probeFlags) probe.addOption(option);
}

function addPolicyCommands(program: Command, take: Take): void {
	const policy = add(program, 'policy', 'list, show and validate policies');
	add(policy, 'list', 'policies that come with tlsaudit')
		.addOption(format('text', 'json'))
		.action((_options, self: Command) => take('policy list', [], '', self));
	add(policy, 'show', 'the rules of a policy')
		.argument('<name>', 'name or file')
		.addOption(format('text', 'json'))
		.action((name: string, _options, self: Command) => take('policy show', [], name, self));
	add(policy, 'validate', 'check a policy file')
		.argument('<file>', 'policy file (YAML)')
		.action((file: string, _options, self: Command) => take('policy validate', [], file, self));
	add(policy, 'schema', 'the JSON Schema of a policy file').action((_options, self: Command) =>
		take('policy schema', [], '', self),
	);
}

function build(typed: (value: Typed) => void): Command {
	const program = new Command('tlsaudit')
		.description('Which TLS did your mail really use? Reads Postfix and Dovecot logs and judges every session.')
		.version('', '--version', 'show the version')
		.helpOption('--help', 'show help')
		.helpCommand('help [command]', 'show help of a command')
		.configureHelp({showGlobalOptions: true})
		.addHelpText('after', '\nWithout a command: the summary report of FILE… or of standard input.')
		.configureOutput({outputError: complain})
		.exitOverride();
	for (const option of common) program.addOption(option);
	const take: Take = (command, paths, subject, self) =>
		typed({command, files: paths, subject, options: self.optsWithGlobals<TypedOptions>()});
	addLogCommands(program, take);
	addServerCommands(program, take);
	addExplainCommand(program, take);
	addDatabaseCommands(program, take);
	addPolicyCommands(program, take);
	return program;
}

/** Words that name a command, for the hint on a mistyped one. The command without a name is not among them. */
export const commandWords: readonly string[] = [
	...new Set(commandNames.filter(name => name !== 'show').map(name => name.replace(/ .*/, ''))),
	'help',
];

/** Reads the command line (without node and script). Throws `Stop` after help or a usage error was written. */
export function readFlags(argv: readonly string[]): Typed {
	let result: Typed | undefined;
	const program = build(value => {
		result = value;
	});
	try {
		program.parse([...argv], {from: 'user'});
	} catch (error) {
		if (error instanceof CommanderError) throw new Stop(error.exitCode === 0 ? 0 : 2);
		throw error;
	}
	if (result === undefined) throw new Stop(2);
	return result;
}
