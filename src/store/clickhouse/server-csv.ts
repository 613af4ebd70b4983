import {quoted} from '../quoted.ts';

const duckType = {timestamp: 'BIGINT', integer: 'INTEGER', text: 'VARCHAR', id: 'BIGINT'} as const;

/** Names of columns with what is in them; times are microseconds since 1970. */
export type CsvColumns = ReadonlyArray<readonly [name: string, type: keyof typeof duckType]>;

/** Files of CSV of a server as one table of DuckDB, which would take the first carriage return within a text for the end of all lines. */
export const csvRows = (paths: readonly string[], columns: CsvColumns): string =>
	`read_csv([${paths.map(quoted)}], columns = {${columns.map(([name, type]) => `'${name}': '${duckType[type]}'`)}},
		header = false, auto_detect = false, new_line = '\\n', delim = ',', quote = '"', escape = '"',
		nullstr = '\\N', allow_quoted_nulls = false, max_line_size = 4194304, buffer_size = 8388608)`;

/** The one sentence about an answer that DuckDB cannot read; other errors as they are. */
export function csvProblem(name: string, error: unknown): unknown {
	// The text of the error has lines of the answer.
	if (!/CSV Error/.test(String(error))) return error;
	return new Error(`${name}: the server has broken off its answer; ask again`, {cause: error});
}
