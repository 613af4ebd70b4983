import type {Hop} from '../tls/session.ts';
import type {Parameters} from './store.ts';

/** Which sessions a question is about. */
export type Filter = {
	/** Started at or after, ms since 1970 UTC. */
	readonly since?: number | undefined;
	/** Started before, ms since 1970 UTC. */
	readonly until?: number | undefined;
	/** Any of these; none given: all. */
	readonly hops?: readonly Hop[] | undefined;
};

/**
 * A filter as a condition on sessions called `s`, with what it is bound to. Of rows of `session_rows` the hop is in their
 * handshake: `h` then.
 */
export function condition(
	{since, until, hops = []}: Filter,
	hopIn: 's' | 'h' = 's',
): {where: string; parameters: Parameters} {
	const parts: string[] = [];
	const parameters: Record<string, string | number> = {};
	if (since !== undefined) {
		parts.push('s.started_at >= make_timestamp($since::bigint)');
		parameters.since = since * 1000;
	}
	if (until !== undefined) {
		parts.push('s.started_at < make_timestamp($until::bigint)');
		parameters.until = until * 1000;
	}
	if (hops.length > 0) {
		parts.push(`${hopIn}.hop in (${hops.map((_, index) => `$hop${index}`)})`);
		hops.forEach((hop, index) => {
			parameters[`hop${index}`] = hop;
		});
	}
	return {where: parts.length === 0 ? 'true' : parts.join(' and '), parameters};
}
