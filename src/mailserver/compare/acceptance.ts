import type {Accepted, MatrixVerdict} from '../../model/service-matrix.ts';
import type {Protocol} from '../../tls/version.ts';

/** What a server did with each version that was offered; `accepted` null: this host cannot offer it. */
export type Asked = {
	readonly target: string;
	readonly results: ReadonlyArray<{readonly version: Protocol; readonly accepted: boolean | null}>;
	readonly problem: string | null;
};

/**
 * What the server accepts beside what was intended and what the files say. A version that is allowed and refused is the
 * library's doing and no difference; one that is accepted and not allowed shows that other files are in force.
 */
export function acceptance(
	{target, results, problem}: Asked,
	intended: readonly Protocol[] | null,
	allowed: readonly Protocol[],
): Accepted {
	const having = (wanted: boolean | null): Protocol[] =>
		results.filter(({accepted}) => accepted === wanted).map(({version}) => version);
	const versions = having(true);
	const verdict = (): MatrixVerdict => {
		if (versions.some(each => !allowed.includes(each) || (intended !== null && !intended.includes(each))))
			return 'differs';
		if (problem !== null) return 'unknown';
		const hoped = having(false).some(each => allowed.includes(each));
		return versions.length === 0 && hoped ? 'differs' : 'agrees';
	};
	return {target, versions, refused: having(false), untried: having(null), problem, verdict: verdict()};
}
