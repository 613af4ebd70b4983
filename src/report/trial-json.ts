import {isoDate} from '../text/time.ts';
import {jsonText} from './json.ts';
import {type Trial, totals, unlogged} from './trial.ts';

const dated = <Row extends {readonly last_seen: number | null}>(row: Row): object => ({
	...row,
	last_seen: isoDate(row.last_seen),
});

/**
 * The outcome of `whatif` as JSON. `breaks` and `totals` hold every peer whose TLS would not come about; those that only
 * probed (no mail, no login) are marked, and counted once more in `probes`.
 */
export function trialJson(trial: Trial): string {
	return jsonText({
		rule: trial.rule,
		breaks: trial.breaks.map(dated),
		totals: totals(trial.breaks),
		cannot_tell: unlogged(trial),
		nothing_read: trial.nothing,
		probes: totals(trial.breaks.filter(({probe}) => probe)),
		users: trial.users.map(dated),
		domains: trial.domains.map(dated),
		remains: trial.remains,
	});
}
