import {existsSync} from 'node:fs';
import {Argument, Command, CommanderError, Option} from 'commander';
import type {Listen} from '../metrics/server.ts';
import {type PeriodUnit, periodUnits} from '../model/periods.ts';
import {isClickHouse} from '../store/clickhouse/server-address.ts';
import type {RetentionRules} from '../store/retention/retention.ts';
import {applyConfig, type Config} from './config-file.ts';
import {readBytes, readFolder, readKeep, readRetention, readSeconds, readThreads} from './flag-values.ts';
import {type HardenOptions, hardenFlags} from './harden-flags.ts';
import {HelpPage, nameless, pathOf} from './help-page.ts';
import {helpPages, isHelpPage} from './help-pages.ts';
import {type InitOptions, initFlags} from './init-flags.ts';
import {atFlag, checkFlags, type JudgingOptions, whatIfFlags} from './judging-flags.ts';
import {postfixFlags, probeFlags, type ServerOptions} from './server-flags.ts';
import {type CommandName, general, helpOption, sharedFlags} from './shared-flags.ts';
import {
	missingArgument,
	mistypedCommand,
	plainComplaint,
	unknownCommand,
	untakenFlag,
	untakenShared,
} from './usage-error.ts';
import {programVersion} from './version.ts';

/**
 * The command line. The words behind the program's name come in; the command, its files and its flags go out, or a usage
 * error. It must not know what a command does, nor read a file. What the flags mean is found in `cli/settings.ts`.
 * All flags are in the commands that `build` makes and in `sharedFlags`: help and usage errors are made of these.
 */

/** What the user typed. */
export type Typed = {
	readonly command: CommandName;
	readonly files: readonly string[];
	/** SQL of `sql`, name or file of `policy`, directory of `postfix`, target of `probe`, line of `explain`, page of `help`, a shell. */
	readonly subject: string;
	readonly options: TypedOptions;
};

type TypedOptions = JudgingOptions &
	ServerOptions &
	HardenOptions &
	InitOptions & {
		readonly db?: string;
		/** The name of a unit; true for all mail servers. */
		readonly journal?: string | true;
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
		/** Of `report`. */
		readonly compare?: string;
		readonly by?: PeriodUnit | 'domain' | 'suite';
		readonly output?: string;
		/** Of `export`: the folder of the lake, or a server. */
		readonly to?: string;
		readonly createTables?: boolean;
		readonly passwordFile?: string;
		/** Of `sql`: it may change what it asks. */
		readonly write?: boolean;
		readonly threads?: number;
		readonly stepBytes?: number;
		readonly stepSeconds?: number;
		readonly blockBytes?: number;
		/** Of `import`: ms; what is older is deleted. */
		readonly keep?: number;
		/** Of a live screen: what it keeps in memory. */
		readonly remember?: RetentionRules;
		readonly anonymize?: 'mask' | 'pseudonym';
		/** Of `--anonymize pseudonym`. */
		readonly keyFile?: string;
		/** Of a live log: where its counts are served. */
		readonly metrics?: Listen;
		/** File of flags; what it says is among the others already. */
		readonly config?: string;
		readonly color: boolean;
		readonly quiet?: boolean;
		readonly verbose?: boolean;
	};

const format = (...choices: string[]): Option =>
	new Option('--format <format>', 'form of the output').choices(choices).default(choices[0]);

/** The forms of what people read of a log. */
const forms = ['text', 'json', 'csv', 'markdown', 'html'];

const files = ['[files...]', 'logs, directories or patterns; none or - for standard input'] as const;

export const shells = ['bash', 'zsh', 'fish'] as const;

/** Thrown when there is nothing to run: help was shown (status 0), or the command line is wrong (status 2, and mostly why). */
export class Stop extends Error {
	readonly exitStatus: number;
	readonly sentence: string | null;
	constructor(exitStatus: number, sentence: string | null = null) {
		super('stop');
		this.exitStatus = exitStatus;
		this.sentence = sentence;
	}
}

/** A command line that cannot be run, and the command whose words are wrong. */
class WrongWords extends Error {
	readonly command: Command;
	override readonly cause: CommanderError;
	constructor(command: Command, cause: CommanderError) {
		super(cause.message);
		this.command = command;
		this.cause = cause;
	}
}

/** Commander's command with our pages of help. What is wrong is thrown with the command that it is said of. */
class OurCommand extends Command {
	override createCommand(name?: string): Command {
		return new OurCommand(name);
	}
	override createHelp(): HelpPage {
		return Object.assign(new HelpPage(), this.configureHelp());
	}
	/** Commander gives each command the exit of the one above it. */
	override copyInheritedSettings(above: Command): this {
		super.copyInheritedSettings(above);
		return this.exitOverride(error => {
			throw new WrongWords(this, error);
		});
	}
}

/** Takes what was typed behind a command. */
type Take = (command: CommandName, paths: readonly string[], subject: string, self: Command) => void;

function add(parent: Command, name: string, about: string): Command {
	return parent
		.command(name, name === nameless ? {hidden: true, isDefault: true} : {})
		.description(about)
		.addHelpOption(helpOption());
}

/** The code of a word behind `help` that names no command; the message is the word. */
const unknownToHelp = 'help.unknownCommand';

/**
 * `help`, which names a command, or a folder of commands and one in it; that of the program also a page, which stands below the
 * help of a command of the same name.
 */
function addHelpCommand(parent: Command, showPage?: (page: string, self: Command) => void): void {
	add(
		parent.helpCommand(false),
		'help',
		showPage ? 'show the help of a command, or a page' : 'show the help of a command',
	)
		.argument('[command...]', showPage ? 'its name, or that of a page' : 'its name')
		.action((words: string[], _options, self: Command) => {
			let found = parent;
			let page: string | undefined;
			for (const [index, word] of words.entries()) {
				const next = found.commands.find(each => each.name() === word && word !== nameless);
				if (showPage && index === 0 && isHelpPage(word)) page = word;
				else if (next === undefined) throw new WrongWords(found, new CommanderError(1, unknownToHelp, word));
				found = next ?? found;
			}
			if (page === undefined || showPage === undefined) return found.help();
			if (found !== parent) found.configureOutput().writeOut?.(`${found.helpInformation()}\n`);
			showPage(page, self);
		});
}

/** `completion`: the script of a shell, and what the script asks. */
function addCompletionCommand(program: Command, take: Take): void {
	add(program, 'completion', 'complete commands, flags and their values in a shell')
		.addArgument(new Argument('<shell>', 'whose script is printed').choices(shells))
		.argument('[words...]', 'words of a command line: prints what the last may become')
		.action((shell: string, words: string[], _options, self: Command) => take('completion', words, shell, self));
}

/** Commands that read logs or a database, and the import of one into the other. */
function addLogCommands(program: Command, take: Take): void {
	add(program, nameless, 'screen where there is a terminal, else the report')
		.argument(...files)
		.addOption(new Option('--format <format>', 'make the report, in this form').choices(forms))
		.option('--follow', 'follow the one file as it grows, through rotation')
		.addOption(
			new Option(
				'--remember <time|sessions>',
				'what a live screen keeps in memory, such as 7d or 7d,500000; all for no limit',
			)
				.argParser(readRetention)
				.default(undefined, '24h,1000000'),
		)
		.action((paths: string[], _options, self: Command) => take('show', paths, '', self));
	add(program, 'report', 'hops, TLS versions, ciphers, violations, failures')
		.argument(...files)
		.addOption(format(...forms, 'cyclonedx', 'tlsrpt'))
		.option('--compare <span|file>', 'what changed: yesterday, "7 days", or against a database')
		.addOption(
			new Option('--by <unit>', 'mail by domain of recipients; sessions by suite, hour, day, week or month').choices([
				'domain',
				'suite',
				...periodUnits,
			]),
		)
		.addOption(atFlag)
		.action((paths: string[], _options, self: Command) => take('report', paths, '', self));
	add(program, 'sessions', 'one row per session')
		.argument(...files)
		.addOption(format('ndjson', 'csv', 'parquet'))
		.option('-o, --output <file>', 'write to a file')
		.action((paths: string[], _options, self: Command) => take('sessions', paths, '', self));
	const check = add(program, 'check', 'judge by a policy; status 1 when it is violated')
		.argument(...files)
		.addOption(format(...forms, 'junit', 'sarif', 'nagios'))
		.action((paths: string[], _options, self: Command) => take('check', paths, '', self));
	for (const option of checkFlags) check.addOption(option);
	const whatIf = add(program, 'whatif', 'who would be turned away by a stricter rule')
		.argument(...files)
		.addOption(format(...forms))
		.action((paths: string[], _options, self: Command) => {
			const given =
				self.getOptionValueSourceWithGlobals('policy') === 'default' ? undefined : self.optsWithGlobals().policy;
			if (given !== undefined && self.opts().preset === undefined) self.setOptionValue('preset', given);
			take('whatif', paths, '', self);
		});
	for (const option of whatIfFlags) whatIf.addOption(option);
	const harden = add(program, 'harden', 'smtp_tls_policy_maps from what was seen: who may be held to TLS')
		.argument(...files)
		.action((paths: string[], _options, self: Command) => take('harden', paths, '', self));
	for (const option of hardenFlags) harden.addOption(option);
	add(program, 'sql', 'ask in SQL: tables sessions and coverage, view violations')
		.argument('<query>', 'SQL for DuckDB')
		.argument(...files)
		.addOption(format('text', 'json', 'csv'))
		.option('--write', 'the query may change the database and write files')
		.action((query: string, paths: string[], _options, self: Command) => take('sql', paths, query, self));
	add(program, 'import', 'bring a database up to date with log files; safe to repeat')
		.argument('[files...]', 'logs, directories or patterns')
		.addOption(new Option('--threads <number>', 'threads that work at a time: 1 to 6').argParser(readThreads))
		.addOption(new Option('--step-bytes <bytes>', 'text in one transaction').argParser(readBytes).hideHelp())
		.addOption(new Option('--step-seconds <seconds>', 'time in one transaction').argParser(readSeconds).hideHelp())
		.addOption(new Option('--block-bytes <bytes>', 'text in one block').argParser(readBytes).hideHelp())
		.addOption(
			new Option('--keep <span>', 'keep sessions of so many days or weeks (90d, 12w); delete older ones').argParser(
				readKeep,
			),
		)
		.action((paths: string[], _options, self: Command) => take('import', paths, '', self));
	add(
		program,
		'export',
		'send the closed sessions of a database to a lake of Parquet files, or to ClickHouse; safe to repeat',
	)
		.addOption(
			new Option('--to <dir|url>', 'folder of the lake, or clickhouse://USER@HOST/DATABASE').argParser(readFolder),
		)
		.option('--create-tables', 'make the tables that the database of the server does not have')
		.action((_options, self: Command) => take('export', [], '', self));
}

/** The command that writes what lets tlsaudit run by itself. */
function addInitCommand(program: Command, take: Take): void {
	const init = add(program, 'init', 'write a first policy, and what checks it every night')
		.argument('[files...]', 'logs of this server: what they show goes into the policy')
		.action((paths: string[], _options, self: Command) => take('init', paths, '', self));
	for (const option of initFlags) init.addOption(option);
}

/** The command that says how a line was read. */
function addExplainCommand(program: Command, take: Take): void {
	add(program, 'explain', 'what became of one line of a log: framing, program, record, session, and why')
		.argument('<file:line>', 'a line or lines, such as mail.log:57 or mail.log:57-60; - for lines on standard input')
		.addOption(format('text', 'json'))
		.action((target: string, _options, self: Command) => take('explain', [], target, self));
}

function addDatabaseCommands(program: Command, take: Take): void {
	const db = add(program, 'db', 'look at a database itself');
	add(db, 'verify', 'whether a database is whole; status 1 when it is not')
		.argument('<file>', 'the database')
		.action((file: string, _options, self: Command) => take('db verify', [], file, self));
	add(db, 'accept', 'judge without the rest of logs that nobody has whole; reports name them')
		.argument('<file>', 'the database')
		.argument('<logs...>', 'logs that were not read to their end, by the names that db verify shows')
		.action((file: string, logs: string[], _options, self: Command) => take('db accept', logs, file, self));
	addHelpCommand(db);
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
	addHelpCommand(policy);
}

function build(typed: (value: Typed, self: Command) => void, config?: Config): Command {
	const program = new OurCommand('tlsaudit')
		.copyInheritedSettings(new Command())
		.description('Which TLS did your mail really use? Reads Postfix and Dovecot logs and judges every session.')
		.optionsGroup(general)
		.version(programVersion(), '-V, --version', 'show the version')
		.addHelpOption(helpOption())
		.showSuggestionAfterError(false)
		.configureOutput({outputError: () => undefined});
	for (const {option} of sharedFlags) program.addOption(option);
	if (config !== undefined) program.hook('preAction', (_program, self) => applyConfig(program, self, config));
	const take: Take = (command, paths, subject, self) =>
		typed({command, files: paths, subject, options: self.optsWithGlobals<TypedOptions>()}, self);
	addLogCommands(program, take);
	addServerCommands(program, take);
	addExplainCommand(program, take);
	addDatabaseCommands(program, take);
	addPolicyCommands(program, take);
	addInitCommand(program, take);
	addHelpCommand(program, (page, self) => take('help', [], page, self));
	addCompletionCommand(program, take);
	return program;
}

/** All commands with their arguments and flags, for the manual and for shells. */
export const commandTree = (): Command => build(() => undefined);

/** What is wrong with the words, as a sentence; null where it was help that was asked for, or shown for want of a command. */
function sentenceOf(program: Command, {command, cause}: WrongWords): string | null {
	const {code, message} = cause;
	if (cause.exitCode === 0 || code === 'commander.help') return null;
	if (code === unknownToHelp) return unknownCommand(command, message, command.parent ? [] : Object.keys(helpPages));
	if (code === 'commander.unknownCommand') return unknownCommand(command, command.args[0] ?? '');
	const [, missing] = /^error: missing required argument '([^']*)'/.exec(message) ?? [];
	if (missing !== undefined) return missingArgument(command, missing);
	const [, flag] = /^error: unknown option '([^'=]*)/.exec(message) ?? [];
	return flag === undefined ? plainComplaint(cause) : untakenFlag(program, command, flag);
}

/**
 * An import needs files where it does not read the journal: Commander knows no argument that a flag stands in for. A file of flags
 * may say that it does.
 */
function missingFiles({command, files: named, options}: Typed, self: Command, config?: Config): string | undefined {
	const unread = options.config !== undefined && config === undefined;
	return command === 'import' && named.length === 0 && options.journal === undefined && !unread
		? missingArgument(self, 'files')
		: undefined;
}

/** A password that was named where no server is that it could be for. */
function serverless(program: Command, {options: {db, to}}: Typed): string | undefined {
	if (program.getOptionValueSource('passwordFile') !== 'cli') return undefined;
	if ([db, to].some(name => name !== undefined && isClickHouse(name))) return undefined;
	return '--password-file is for a server; leave it out, or name the server: clickhouse://USER@HOST/DATABASE';
}

/**
 * Reads the command line (without node and script). Throws `Stop` after help was written, or with what is wrong. `exists` says
 * whether a file has a name: a word that is neither file nor command is a mistyped command. Flags of `config` are those that the
 * command line leaves out; what is wrong in it throws as `applyConfig` does.
 */
export function readFlags(
	argv: readonly string[],
	exists: (path: string) => boolean = existsSync,
	config?: Config,
): Typed {
	let result: Typed | undefined;
	let wrong: string | null | undefined;
	const program = build((value, self) => {
		result = value;
		wrong = untakenShared(program, self) ?? missingFiles(value, self, config) ?? serverless(program, value);
	}, config);
	try {
		program.parse([...argv], {from: 'user'});
		if (result?.command === 'show') wrong = mistypedCommand(result.files, exists) ?? wrong;
	} catch (error) {
		if (!(error instanceof WrongWords)) throw error;
		wrong = sentenceOf(program, error);
		if (wrong === null) throw new Stop(error.cause.exitCode === 0 ? 0 : 2);
		// The flags of a mistyped command are not those of the command without a name.
		if (pathOf(error.command) === 'show') wrong = mistypedCommand(program.args, exists) ?? wrong;
	}
	if (wrong != null || result === undefined) throw new Stop(2, wrong ?? null);
	return result;
}
