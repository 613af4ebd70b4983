/** The peer in run.ts that DuckDB plays alone: every line through its CSV reader and a regular expression. */
import {DuckDBInstance} from '@duckdb/node-api';

const file = process.argv[2];
if (file === undefined) throw new Error('Name the log: duckdb-peer.ts FILE');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const reader = await connection.runAndReadAll(
	`select regexp_extract(line, ': ((?:SSLv|TLSv)[0-9.]+) with cipher', 1) as version, count(*) as lines
	from read_csv($file, columns = {'line': 'varchar'}, delim = '\x01', quote = '', escape = '', header = false,
		auto_detect = false, max_line_size = 1000000)
	where line like '%TLS connection established%' group by version order by version`,
	{file},
);
for (const [version, lines] of reader.getRows()) process.stdout.write(`${version} ${lines}\n`);
