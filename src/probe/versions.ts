import {type Protocol, protocols} from '../tls/version.ts';
import {type Bounds, createAsker, type Outside} from './asker.ts';
import type {Target} from './target.ts';

/** What a server did with each version, oldest first; `accepted` null: it cannot be told. */
export type ProbedVersions = {
	readonly results: ReadonlyArray<{readonly version: Protocol; readonly accepted: boolean | null}>;
	/** Why not one handshake came about that could tell something; null when one did. */
	readonly problem: string | null;
	readonly used: number;
};

/**
 * Asks a server for each version alone, the newest first: one connection a version, without a look at suites. Never throws
 * for what the server or the network does.
 */
export async function probeVersions(
	target: Target,
	servername: string | null,
	bounds: Bounds,
	outside: Outside,
): Promise<ProbedVersions> {
	const asker = createAsker(target, servername, bounds, outside);
	const answers = [];
	for (const version of [...protocols].reverse())
		answers.unshift({version, ...(await asker.ask({version, suites: null}))});
	const {ended, used} = asker.close({version: 'TLSv1.3', suites: null});
	const told = answers.some(({accepted}) => accepted !== null);
	const said = answers.find(({reason}) => reason !== null && reason !== 'local')?.error ?? null;
	return {
		results: answers.map(({version, accepted}) => ({version, accepted})),
		problem: told ? null : (ended ?? said ?? 'this machine can offer none of the versions'),
		used,
	};
}
