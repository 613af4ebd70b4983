import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type Outcome, unwritable} from '../../cli/exit.ts';
import {type Io, writeNew} from '../../cli/io.ts';
import {localeMarks} from '../../cli/locale.ts';
import type {Settings} from '../../cli/settings.ts';
import {usualShare} from '../../model/verdict.ts';
import {findPolicy} from '../../policy/policies.ts';
import type {Policy} from '../../policy/policy.ts';
import {expectations, type Operation} from '../../report/expectations.ts';
import {expectationLines} from '../../report/text/expectations-text.ts';
import {monochrome} from '../../report/text/layout.ts';
import {firstPolicy, type Seen} from '../../setup/first-policy.ts';
import type {SetupFile} from '../../setup/setup.ts';
import {setupFiles} from '../../setup/setup-files.ts';
import {peerFindings} from '../../store/queries/findings/peer-findings.ts';
import {plain} from '../../text/plain.ts';
import {shellWord} from '../../text/shell.ts';
import {findingsOf} from '../findings.ts';
import {judgingPolicy} from '../policies.ts';
import {load} from '../reading/load.ts';
import {isOutOfReach, machine} from './machine.ts';

/** Long enough to find whose an old device is. */
const exceptionDays = 90;

/** What the policy asks of each way in, and what a log shows beside it. */
type Shown = {readonly operations: readonly Operation[]; readonly seen: Seen | null};

/** Hops of which all sessions that were seen had TLS 1.3. Those that failed agreed on nothing. */
function newestOnly(operations: readonly Operation[]): Seen['newestOnly'] {
	return operations.flatMap(({hop, choices}) => {
		const count = (name: keyof (typeof choices)[number]['cells']): number =>
			choices.reduce((sum, {cells}) => sum + cells[name].sessions, 0);
		const others = count('TLSv1.2') + count('older') + count('plaintext') + count('unknown');
		const sessions = count('TLSv1.3');
		return others === 0 && sessions > 0 ? [{hop, sessions}] : [];
	});
}

/** Reads the logs that are named. What could not be read has been said, and is the outcome in place of the rest. */
async function lookAt(settings: Settings, policy: Policy, io: Io): Promise<Shown | Outcome> {
	const {store, incomplete, nothing, reading, signal} = await load(settings, policy, io);
	try {
		if (nothing || incomplete || reading.nothing !== null || signal !== null) {
			if (signal === null) io.complain('nothing was written; name logs that can be read whole, or none');
			return {incomplete, unread: reading.nothing !== null, signal};
		}
		const {expectations: operations} = await findingsOf(store, policy, settings, {
			nothing: null,
			partial: false,
			problems: [],
		});
		const broken = (await peerFindings(store, settings.filter)).filter(({severity}) => severity === 'violation');
		return {operations, seen: {logs: settings.files, broken, newestOnly: newestOnly(operations)}};
	} finally {
		await store.close();
	}
}

/** Flags of this run that hold for every later one: a year does not. */
function readingFlags({typedZone, framing, ports}: Settings): readonly string[] {
	const numbers = [...ports].map(([service, port]) => `${service}=${port}`).join(',');
	const flags = [
		['--timezone', typedZone],
		['--framing', framing],
		['--ports', numbers === '' ? undefined : numbers],
	] as const;
	return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}

/** Writes all files or, where one is there already, none. Throws one sentence. */
async function writeAll(folder: string, files: readonly SetupFile[], overwrite: boolean): Promise<void> {
	const there = files.map(({name}) => join(folder, name)).filter(existsSync);
	if (there.length > 0 && !overwrite)
		throw new Error(
			`${there.join(', ')}: ${there.length === 1 ? 'is' : 'are'} there already, and nothing was written; name another folder with --dir, or give --overwrite`,
		);
	try {
		await mkdir(folder, {recursive: true});
	} catch (error) {
		throw new Error(unwritable(folder, error), {cause: error});
	}
	for (const {name, text, mode} of files) await writeNew(join(folder, name), text, overwrite, mode);
}

/**
 * `tlsaudit init`: writes a first policy, with what the named logs show, and the files that let tlsaudit check it every night. It
 * installs nothing, and says how that is done.
 */
export async function init(settings: Settings, io: Io): Promise<Outcome> {
	const {files, now} = settings;
	const {dir = 'tlsaudit', overwrite = false} = settings.initial;
	const base = findPolicy(settings.policy).name;
	const policy = await judgingPolicy(settings, io);
	const shown: Shown | Outcome =
		files.length === 0
			? {operations: expectations(policy, [], [], usualShare), seen: null}
			: await lookAt(settings, policy, io);
	if (!('operations' in shown)) return shown;
	const setup = machine(files, readingFlags(settings), now);
	const until = new Date(now + exceptionDays * 86_400_000).toISOString().slice(0, 10);
	const table = expectationLines(shown.operations, localeMarks(process.env), monochrome);
	const written = setupFiles(setup, firstPolicy(base, table, shown.seen, {...setup, until}));
	await writeAll(dir, written, overwrite);
	const steps = written.map(({name, what, install}) => {
		const path = join(dir, name);
		return `${plain(path)}: ${what}\n    ${plain(install(shellWord(path)))}\n`;
	});
	const script = join(dir, 'nightly');
	// A shell looks for a name without a folder among the installed programs.
	const tried = shellWord(script.includes('/') ? script : `./${script}`);
	const first = `Nothing is installed: the line below a file does that. To try it first: ${tried} check ${shellWord(dir)}`;
	const hidden = setup.program.find(isOutOfReach);
	const reach =
		hidden === undefined
			? []
			: [
					`The service cannot reach ${hidden}: install tlsaudit for all users (npm install -g, as root), then run the same command again with --overwrite.`,
				];
	await io.write(`${steps.join('')}${[first, ...reach].map(line => `${plain(line)}\n`).join('')}`);
	return {};
}
