import {quoted} from '../quoted.ts';
import {handshakeNames, originNames, segmentRows} from './segment-rows.ts';

/*
 * What a database says of its logs besides closed sessions, and what may change: coverage, sessions still open, mail held back, and
 * the sums of sessions that had been deleted before the first were sent. It is one file of rows `part` and `row`, the latter as
 * JSON, written whole: a reader of the lake sees the whole of an export or nothing of it, as only segments that a part lists count.
 */

/** Tables whose rows are in a part as they are. Lines about mail held back are in no segment, so the sums of those that were deleted belong to them. */
export const plainParts = [
	'coverage',
	'coverage_examples',
	'coverage_notices',
	'held_lines',
	'monthly_held',
	'unread_logs',
] as const;
/** Tables of sums of sessions, which stay what they were when the first sessions were sent. */
export const sumParts = ['monthly_sums', 'monthly_deliveries', 'former_peers', 'former_peers_key'] as const;

const rowsOf = (part: string, query: string): string =>
	`select ${quoted(part)} as part, to_json(t)::text as "row" from (${query}) t`;

const sumQuery = (part: string): string => {
	if (part === 'monthly_sums')
		return 'select m.* exclude (handshake), i.handshake_id from monthly_sums m join handshake_ids i using (handshake)';
	// The key is made by chance; where no peer was deleted it says nothing.
	return part === 'former_peers_key'
		? 'from former_peers_key where complete_from is not null or exists (from former_peers)'
		: `from ${part}`;
};

/** Notes the sums for a target that has nothing yet. Needs the tables of ids. */
export const noteSums = (target: string): string[] =>
	sumParts.map(
		part => `insert into exported_rows select ${quoted(target)}, part, "row" from (${rowsOf(part, sumQuery(part))})`,
	);

const tuples = (key: 'handshake' | 'origin', names: readonly string[]): string =>
	rowsOf(
		`${key}s`,
		`select distinct i.${key}_id, ${names.map(name => `t.${name}`)} from ${key}s t join ${key}_ids i using (${key})`,
	);

/** Notes the handshakes and origins that a target does not have yet. Needs the tables of ids. */
export const noteTuples = (target: string): string[] =>
	[tuples('handshake', handshakeNames), tuples('origin', originNames)].map(
		rows => `insert into exported_rows select ${quoted(target)}, n.part, n."row" from (${rows}) n
			anti join (from exported_rows where target = ${quoted(target)}) k on k.part = n.part and k."row" = n."row"`,
	);

/**
 * The query of the part of a database with the segments that a target has of it. Needs the tables of ids, and `open_sessions` as the last
 * import left it.
 */
export function partOf(
	target: string,
	{fingerprint, id, step}: {readonly fingerprint: string; readonly id: string; readonly step: number},
): string {
	const mine = `target = ${quoted(target)}`;
	const parts = [
		rowsOf('database', `select ${quoted(fingerprint)} as fingerprint, ${quoted(id)} as id, ${step} as step`),
		rowsOf('segments', `select day, log_host, number from exported where ${mine} and sent`),
		...plainParts.map(part =>
			rowsOf(part, part === 'held_lines' ? 'select * replace (null as step) from held_lines' : `from ${part}`),
		),
		rowsOf('open_sessions', segmentRows('open_sessions')),
		`select part, "row" from exported_rows where ${mine} and part not in ('published', 'monthly_held')`,
	];
	return `${parts.join(' union all ')} order by part, "row"`;
}
