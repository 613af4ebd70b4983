import {jsonText} from './json.ts';
import type {ProbeRows} from './probe-rows.ts';

/** The outcome of `probe` as JSON. */
export function probeJson(rows: ProbeRows): string {
	const {usual, verdict, ...rest} = rows;
	return jsonText({...rest, verdict, pass: verdict === 'clean'});
}
