import {complaint, errorLine, exitStatus, failedStatus, isBrokenPipe, status, unwritable} from './cli/exit.ts';

/**
 * The entry point. It takes the command line, loads and runs one command, and returns the exit status. It must
 * not know what a command does. /
 */

/** Each command's module is loaded when it is wanted: DuckDB alone takes a third of a second. */
async function run(argv: readonly string[]): Promise<number> {
	const {readFlags} = await import('./cli/flags.ts');
	let typed = readFlags(argv);
	const {config} = typed.options;
	if (config !== undefined)
		typed = readFlags(argv, undefined, await (await import('./cli/config-file.ts')).readConfig(config));
	const {createIo} = await import('./cli/io.ts');
	const {readSettings} = await import('./cli/settings.ts');
	const io = createIo(typed.options);
	const settings = await readSettings(typed, Date.now());
	switch (typed.command) {
		case 'show': {
			const {isWatchable, watch} = await import('./commands/watch.ts');
			// A form of output is one of the report.
			const onScreen = typed.options.format === undefined && isWatchable(process.env, process.stdout);
			const watched = onScreen ? await watch(settings, io) : null;
			if (watched !== null) return exitStatus(watched);
			return exitStatus(await (await import('./commands/report.ts')).report(settings, io));
		}
		case 'report':
			return exitStatus(await (await import('./commands/report.ts')).report(settings, io));
		case 'sessions':
			return exitStatus(await (await import('./commands/sessions.ts')).sessions(settings, io));
		case 'check':
			return exitStatus(await (await import('./commands/check.ts')).check(settings, io));
		case 'whatif':
			return exitStatus(await (await import('./commands/what-if.ts')).whatIf(settings, io));
		case 'harden':
			return exitStatus(await (await import('./commands/harden.ts')).harden(settings, io));
		case 'sql':
			return exitStatus(await (await import('./commands/sql.ts')).sql(settings, io));
		case 'import':
			return exitStatus(await (await import('./commands/import.ts')).importLogs(settings, io));
		case 'export':
			return exitStatus(await (await import('./commands/database/export.ts')).exportSessions(settings, io));
		case 'explain':
			return exitStatus(await (await import('./commands/explain.ts')).explain(settings, io));
		case 'db verify':
			return exitStatus(await (await import('./commands/database/verify.ts')).verify(settings, io));
		case 'db accept':
			return exitStatus(await (await import('./commands/database/accept.ts')).accept(settings, io));
		case 'postfix':
			return exitStatus(await (await import('./commands/postfix.ts')).postfix(settings, io));
		case 'probe': {
			const {probe} = await import('./commands/probe.ts');
			return exitStatus(await probe({...settings.server, target: settings.subject, format: settings.format}, io));
		}
		case 'init':
			return exitStatus(await (await import('./commands/setup/init.ts')).init(settings, io));
		case 'help':
			return exitStatus(await (await import('./commands/manual/help.ts')).help(settings.subject, io));
		case 'completion':
			return exitStatus(await (await import('./commands/manual/completion.ts')).completion(settings, io));
		default:
			return exitStatus(await (await import('./commands/policy.ts')).policy(settings, io));
	}
}

/** Runs tlsaudit with the words behind its name; gives the exit status and never throws. */
export async function main(argv: readonly string[]): Promise<number> {
	// Sessions are personal data: what we make, the database and DuckDB's temporary files among it, is the user's alone.
	process.umask(0o077);
	// `tlsaudit … | head`: the reader has gone, nobody is left to complain to.
	process.stdout.on('error', error => {
		if (isBrokenPipe(error)) process.exit(status.clean);
		process.stderr.write(errorLine(unwritable('standard output', error)));
		process.exit(failedStatus(argv));
	});
	process.stderr.on('error', () => undefined);
	// A fault outside of any command: Node would print it raw, and end with the status of violations.
	process.on('uncaughtException', error => {
		// The screen has a listener of its own, which gives the terminal back first.
		if (process.listenerCount('uncaughtException') > 1) return;
		process.stderr.write(`tlsaudit: ${complaint(error, argv.includes('--verbose'))}\n`);
		process.exit(failedStatus(argv));
	});
	try {
		return await run(argv);
	} catch (error) {
		if (error instanceof Error && 'exitStatus' in error) {
			const {exitStatus: ended, sentence} = error as Error & {exitStatus: number; sentence?: string | null};
			if (sentence != null) process.stderr.write(errorLine(sentence));
			return ended === status.failed ? failedStatus(argv) : ended;
		}
		if (isBrokenPipe(error)) return status.clean;
		process.stderr.write(`tlsaudit: ${complaint(error, argv.includes('--verbose'))}\n`);
		return failedStatus(argv);
	}
}
