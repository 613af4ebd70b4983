import {hops} from '../../model/session.ts';
import {severities} from '../../model/severity.ts';

/** Orders a column by the place of its value in a list; values that are not in it come last. */
const orderOf = (column: string, values: readonly string[]): string =>
	`case ${column} ${values.map((value, place) => `when '${value}' then ${place}`).join(' ')} else ${values.length} end`;

/** Orders hops as mail travels them. */
export const hopOrder = (hop: string): string => orderOf(hop, hops);

/** Orders severities, the gravest first. */
export const severityOrder = (severity: string): string => orderOf(severity, severities);

/** Latest moment of a session `s`. */
export const lastMoment = 's.last_moment';

/** The name in SQL of all names beyond the `most` frequent of `names`: `4950 others`. `namesIn` reads it. */
export const othersOf = (names: string, most: number): string => `concat(${names} - ${most}, ' others')`;

/** The judgements that break the policy, with two flags. */
export const brokenJudgements = `select judgement, bool_or(severity = 'violation') as violation,
		bool_or(severity = 'weakness') as weakness
	from judgement_findings where excepted_until is null group by judgement`;

/**
 * What the sessions of a judgement say of the rules that fail a check; see `Evidence`. Failed ones, and mere probes, which carry
 * no mail and log nobody in, have exposed nobody's secret and say nothing: see `judge`. A session that lacks anything at all
 * decides nothing here: it earns no tick.
 */
export const tellingJudgements = `select judgement, telling = 'decided' and lacks is null as decided,
		telling = 'undecided' or (telling = 'decided' and lacks is not null) as undecided
	from judgements`;
