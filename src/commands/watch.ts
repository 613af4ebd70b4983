import {setTimeout as after} from 'node:timers/promises';
import type {Outcome} from '../exit.ts';
import type {Port} from '../ui/port.ts';
import {openTerminal} from '../ui/terminal.ts';
import type {Io} from './io.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';
import {planWatching} from './watch-plan.ts';
import type {Watching} from './watch-reading.ts';

/** Whether a person sits before the screen: a terminal that can be drawn on, and no job of a CI system. */
export function isWatchable(env: NodeJS.ProcessEnv, stdout: {readonly isTTY?: boolean}): boolean {
	const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
	return stdout.isTTY === true && !inCi && env.TERM !== 'dumb' && env.TERM !== undefined;
}

/**
 * A port that can be asked before there is anything behind it: the screen is drawn while DuckDB is still being loaded,
 * which takes a third of a second.
 */
function latePort(policy: string, source: string, opening: Promise<{readonly port: Port}>): Port {
	let ready: Port | null = null;
	opening.then(
		opened => {
			ready = opened.port;
		},
		() => undefined,
	);
	const there = async (): Promise<Port> => (await opening).port;
	return {
		policy,
		progress: () => ready?.progress() ?? {phase: 'reading', lines: 0, share: null, sessions: 0, source, problems: []},
		version: () => ready?.version() ?? -1,
		overview: async (narrow, bins) => (await there()).overview(narrow, bins),
		violations: async narrow => (await there()).violations(narrow),
		peers: async (narrow, group, slice) => (await there()).peers(narrow, group, slice),
		ciphers: async narrow => (await there()).ciphers(narrow),
		failures: async narrow => (await there()).failures(narrow),
		whatIf: async (narrow, marked) => (await there()).whatIf(narrow, marked),
		sessions: async (narrow, slice) => (await there()).sessions(narrow, slice),
		findings: async handshake => (await there()).findings(handshake),
		coverage: async () => (await there()).coverage(),
		rawLines: async (source, first, last, around) => (await there()).rawLines(source, first, last, around),
		save: async (view, format, columns, rows) => (await there()).save(view, format, columns, rows),
	};
}

/**
 * `tlsaudit` before a terminal: shows a screen at once, reads what the command line names into a store of its own, and
 * fills the screen while it reads. Gives null where there is no terminal to take keys from: then the report is made.
 */
export async function watch(settings: Settings, io: Io): Promise<Outcome | null> {
	const policy = await loadPolicy(settings.policy);
	const plan = await planWatching(settings, io);
	const terminal = openTerminal(process.stdin, process.stdout);
	if (terminal === null) return null;
	const {show} = await import('../ui/show.tsx');
	let watching: Watching | null = null;
	async function open(): Promise<{readonly port: Port}> {
		// The first frame goes out before the loop is busy with loading.
		await after(1);
		const [{openWatching}, {portOf}] = await Promise.all([import('./watch-reading.ts'), import('./watch-port.ts')]);
		watching = await openWatching(settings, policy, io, plan);
		return {port: portOf(watching, settings, policy)};
	}
	const opening = open();
	const stop = async (): Promise<boolean> => {
		await opening.catch(() => undefined);
		const problems = watching?.progress().problems ?? [];
		const {incomplete = false} = (await watching?.stop()) ?? {};
		for (const problem of problems) io.complain(problem);
		return incomplete;
	};
	try {
		const source = plan.followed ?? plan.sources[0]?.name ?? settings.db ?? '';
		const {signal} = await show(latePort(policy.name, source, opening), {
			terminal,
			colour: io.colour,
			zone: settings.zone,
			env: process.env,
			opening,
		});
		return {incomplete: await stop(), signal};
	} catch (error) {
		await stop();
		throw error;
	}
}
