import {severities} from '../tls/policy.ts';
import {hops} from '../tls/session.ts';

/** The place of a column's word in a list, as SQL; what is not in the list comes last. */
function placeIn(list: readonly string[], column: string): string {
	return `case ${column} ${list.map((word, place) => `when '${word}' then ${place}`).join(' ')} else ${list.length} end`;
}

/** The order of hops, as SQL for `order by`. */
export const hopOrder = (column: string): string => placeIn(hops, column);

/** The order of severities, the gravest first, as SQL for `order by`. */
export const severityOrder = (column: string): string => placeIn(severities, column);
