import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {dayOf, policyAt, staleText} from '../policy/calendar.ts';
import {findPolicy, policies} from '../policy/policies.ts';
import type {Policy} from '../policy/policy.ts';
import type {ScreenData} from '../ui/screen-data.ts';
import {openTerminal} from '../ui/terminal.ts';
import {optionOf, readDate, spanOf} from './choices.ts';
import {machineLog, namesNothing} from './reading/machine-log.ts';
import {privateScreen} from './screen/private-screen.ts';
import {planWatching, sourceInWords} from './watch-plan.ts';
import type {Watching} from './watch-reading.ts';

/** Whether a person sits before the screen: a terminal that can be drawn on, and no job of a CI system. */
export function isWatchable(env: NodeJS.ProcessEnv, stdout: {readonly isTTY?: boolean}): boolean {
	const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
	return stdout.isTTY === true && !inCi && env.TERM !== 'dumb' && env.TERM !== undefined;
}

/**
 * Screen data that can be asked for before there is anything behind it: the screen is drawn while DuckDB is still being loaded,
 * which takes a third of a second.
 */
function lateData(
	known: Pick<ScreenData, 'policy' | 'policies' | 'hops' | 'span' | 'moment'>,
	source: string,
): {readonly data: ScreenData; readonly arrive: (data: ScreenData) => void} {
	let ready: ScreenData | null = null;
	let arrive: (data: ScreenData) => void = () => undefined;
	const arriving = new Promise<ScreenData>(resolve => {
		arrive = opened => {
			ready = opened;
			opened.judgeBy(judgedBy);
			resolve(opened);
		};
	});
	/** Chosen before there was anything to judge. */
	let judgedBy = 0;
	const data: ScreenData = {
		...known,
		judgeBy(place) {
			judgedBy = place;
			ready?.judgeBy(place);
		},
		words: async () => (await arriving).words(),
		progress: () => ready?.progress() ?? {phase: 'reading', lines: 0, share: null, sessions: 0, source, problems: []},
		version: () => ready?.version() ?? -1,
		counted: () => ready?.counted() ?? null,
		overview: async (filter, bins) => (await arriving).overview(filter, bins),
		violations: async filter => (await arriving).violations(filter),
		peers: async (filter, group, request) => (await arriving).peers(filter, group, request),
		ciphers: async filter => (await arriving).ciphers(filter),
		failures: async filter => (await arriving).failures(filter),
		whatIf: async (filter, marked) => (await arriving).whatIf(filter, marked),
		sessions: async (filter, request) => (await arriving).sessions(filter, request),
		change: async filter => (await arriving).change(filter),
		domains: async (filter, request) => (await arriving).domains(filter, request),
		keyExchange: async filter => (await arriving).keyExchange(filter),
		findings: async judgement => (await arriving).findings(judgement),
		remedy: async session => (await arriving).remedy(session),
		coverage: async () => (await arriving).coverage(),
		rawLines: async (row, around) => (await arriving).rawLines(row, around),
		saveLines: async lines => (await arriving).saveLines(lines),
		save: async (view, format, columns, rows) => (await arriving).save(view, format, columns, rows),
	};
	return {data, arrive: opened => arrive(opened)};
}

/** A policy in a file needs a reader of YAML, which takes longer to load than all else before the first frame. */
async function policyOf(nameOrFile: string): Promise<Policy> {
	try {
		return findPolicy(nameOrFile);
	} catch {
		const {loadPolicy} = await import('./policies.ts');
		return loadPolicy(nameOrFile);
	}
}

/** The policies to choose from as of a day, that of the command line first; made when they are first asked for. */
function choices(chosen: Policy, day: string): () => readonly Policy[] {
	let all: readonly Policy[] | null = null;
	return () => {
		const others = (): Policy[] =>
			policies()
				// Other names of a policy are no other choices.
				.filter(({same_as: other}) => other === null)
				.map(({name}) => findPolicy(name));
		all ??= [chosen, ...others().filter(other => other !== chosen)].map(policy => policyAt(policy, day));
		return all;
	};
}

/**
 * `tlsaudit` before a terminal: shows a screen at once, reads what the command line names into a store of its own, and
 * fills the screen while it reads. Where nothing is named that is the log of this machine. Gives null where there is no terminal to take keys from: then the report is made.
 */
export async function watch(typed: Settings, io: Io): Promise<Outcome | null> {
	const isMachineLog = namesNothing(typed, io);
	const settings = isMachineLog ? {...typed, ...(await machineLog())} : typed;
	const chosen = await policyOf(settings.policy);
	const day = dayOf(settings.asOf);
	const policy = policyAt(chosen, day);
	const plan = {...(await planWatching(settings, io)), isMachineLog};
	const metrics =
		settings.metrics === undefined
			? null
			: await (await import('./reading/serve-metrics.ts')).serveMetrics(
					plan.sources,
					settings.metrics,
					settings,
					policy,
					io,
					true,
				);
	const terminal = openTerminal(process.stdin, process.stdout);
	if (terminal === null) {
		await metrics?.close();
		return null;
	}
	const [{show}, {barsIn}] = await Promise.all([import('../ui/show.ts'), import('../ui/query.ts')]);
	const offered = choices(chosen, day);
	const known = {
		policy: policy.name,
		hops: settings.filter.hops,
		policies: () => offered().map(each => optionOf(each, settings.now)),
		span: spanOf(settings),
		moment: (text: string) => readDate(text, settings.zone),
	};
	const {data, arrive} = lateData(known, sourceInWords(plan, plan.sources[0]?.name ?? settings.db ?? ''));
	let opening: Promise<Watching> | null = null;
	async function start(): Promise<Watching> {
		const [{openWatching}, {screenDataOf}] = await Promise.all([
			import('./watch-reading.ts'),
			import('./screen-data.ts'),
		]);
		const watching = await openWatching(settings, io, plan, metrics?.counts, barsIn(terminal?.output.columns || 80));
		arrive(screenDataOf(watching, settings, policy, offered));
		return watching;
	}
	async function stop(): Promise<boolean> {
		const watching = await opening?.catch(() => null);
		if (watching == null) return false;
		const {problems} = watching.progress();
		const {incomplete} = await watching.stop();
		if (watching.repaired !== null) io.warn(watching.repaired);
		const stale = staleText(policy, settings.now);
		if (stale !== null) io.warn(stale);
		for (const problem of problems) io.complain(problem);
		return incomplete;
	}
	try {
		const {signal} = await show(settings.privacy.on ? privateScreen(data, settings.privacy) : data, {
			terminal,
			colour: io.colour,
			zone: settings.zone,
			env: process.env,
			open() {
				opening = start();
				return opening;
			},
		});
		return {incomplete: await stop(), signal};
	} catch (error) {
		// The first error is the one that is reported.
		await stop().catch(() => undefined);
		throw error;
	} finally {
		await metrics?.close();
	}
}
