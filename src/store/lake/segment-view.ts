import type {Filter} from '../../model/filter.ts';
import {quoted} from '../quoted.ts';
import {rowColumns} from '../schema.ts';
import type {LakeFile} from './lake-paths.ts';
import {names, textNames} from './segment-rows.ts';

/*
 * The sessions of a lake as a view of its files. All of them are in it, whatever is asked for: whose a failure is, and where the log of a host ends, are
 * facts of all sessions. Files of days before and behind the span that a command asks for are apart, each side with the condition that its days
 * are. A query of the span contradicts it, so that DuckDB opens no file of that side; another query finds each of its sessions.
 */

/** The times that a command asks for, ms since 1970 UTC. */
export type LakeSpan = Pick<Filter, 'since' | 'until'>;

/** Some files, and what is true of the beginnings of all of their sessions. */
type Side = {readonly files: readonly LakeFile[]; readonly where: string | null};

const dayMs = 86_400_000;

/** When the day of a segment begins, ms since 1970 UTC; null of sessions without a date. */
function dayOf({name}: LakeFile): number | null {
	const [, day] = /^day=(\d{4}-\d\d-\d\d)\//.exec(name) ?? [];
	const start = day === undefined ? Number.NaN : Date.parse(day);
	return Number.isNaN(start) ? null : start;
}

const moment = (ms: number): string => `make_timestamp(${ms * 1000})`;

/** Parts the segments of days that lie before a span, and behind it, from the others. A segment is of one day (UTC), by the cut of an export. */
export function sidesOf(segments: readonly LakeFile[], {since, until}: LakeSpan): Side[] {
	const before: LakeFile[] = [];
	const within: LakeFile[] = [];
	const behind: LakeFile[] = [];
	let [beforeEnds, behindBegins] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	for (const file of segments) {
		const day = dayOf(file);
		if (day !== null && since !== undefined && day + dayMs <= since) {
			before.push(file);
			beforeEnds = Math.max(beforeEnds, day + dayMs);
		} else if (day !== null && until !== undefined && day >= until) {
			behind.push(file);
			behindBegins = Math.min(behindBegins, day);
		} else within.push(file);
	}
	const sides: Side[] = [
		{files: before, where: `started_at < ${moment(beforeEnds)}`},
		{files: within, where: null},
		{files: behind, where: `started_at >= ${moment(behindBegins)}`},
	];
	return sides.filter(({files}) => files.length > 0);
}

/**
 * A file and a place in it as one number: see `segmentSessions`. DuckDB counts the files that it reads, so none may be left out by the name of its
 * folder: another query would know the same session by another number. A side is read as a whole or not at all.
 */
const rowNumber = (file: string, row: string): string => `(${file} * 262144 + ${row}::bigint)`;

/** The rows of a side with their number; `before`: how many files come before its own. */
const rowsOf = ({files, where}: Side, before: number): string =>
	`select *, ${rowNumber(`(${before} + file_index::bigint)`, 'file_row_number')} as row_number
		from read_parquet([${files.map(({path}) => quoted(path))}], hive_partitioning = false)${where === null ? '' : ` where ${where}`}`;

/** Statements that put a view of the segments, and of sessions still open, in the place of the table of sessions. */
export function segmentView(segments: readonly LakeFile[], span: LakeSpan): string[] {
	const row = (table: string, keys: string): string =>
		`${names(rowColumns).map(name => `${table}.${name}`)}, ${keys}, ${textNames.map(name => `${table}.${name}`)}`;
	let before = 0;
	const sides = sidesOf(segments, span).map(side => {
		const rows = rowsOf(side, before);
		before += side.files.length;
		return rows;
	});
	const closed =
		sides.length === 0
			? ''
			: `select p.row_number as rowid, ${row('p', 'h.handshake, p.origin_id as origin, null::integer as step')}
			from (${sides.join(' union all ')}) p join lake_handshakes h using (handshake_id)
			union all `;
	return [
		'drop table session_rows',
		`create view session_rows as ${closed}
		select ${rowNumber(`${segments.length}::bigint`, 's.rowid')} as rowid,
			${row('s', 's.handshake, s.origin, s.step')} from open_sessions s`,
	];
}
