import {isClickHouse} from '../clickhouse/server-address.ts';
import {isLake} from '../lake/lake-paths.ts';

/** What `--db` names where it is something that commands only read; null: a database, or one to be made. */
export function onlyRead(path: string): 'lake' | 'server' | null {
	if (isClickHouse(path)) return 'server';
	return isLake(path) ? 'lake' : null;
}
