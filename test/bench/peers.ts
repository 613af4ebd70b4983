/** The other ways to learn something about TLS from a mail log, each in the quickest form we know of. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {benchFolder} from './bench-log.ts';
import type {MeasureOptions} from './measure.ts';

export type Peer = {
	readonly name: string;
	/** The program that must be installed; null for one that comes with the packages. */
	readonly program: string | null;
	readonly command: (file: string) => readonly string[];
	readonly options?: MeasureOptions;
	readonly what: string;
	/** A text that its output must hold; otherwise it did not do its work. */
	readonly proof: string;
};

const versionCount =
	'/TLS connection established/ {match($0, /: (SSLv|TLSv)[0-9.]+ with cipher/); ' +
	'n[substr($0, RSTART + 2, RLENGTH - 14)]++} END {for (v in n) print v, n[v]}';

const version =
	"regexp_match('((?:SSLv|TLSv)[0-9.]+) with cipher', log_body) AS version, count(*) AS lines FROM syslog_log";
/** `syslog_log` is lnav's own table. */
const lnavQuery = `SELECT ${version} WHERE log_body LIKE '%TLS connection established%' GROUP BY version`;
/** What tlsaudit's report is for, as near as SQL on lines comes: versions by program, Dovecot's too. */
const lnavHopsQuery = `SELECT log_procname, ${version} GROUP BY log_procname, version`;

export function peers(): Peer[] {
	const home = join(benchFolder, 'home');
	mkdirSync(home, {recursive: true});
	// lnav's folder of settings is kept out of the home of the user who runs this.
	const options = {env: {...process.env, HOME: home, XDG_CONFIG_HOME: home, TERM: 'dumb'}};
	return [
		{
			name: 'mawk',
			program: 'mawk',
			command: file => ['mawk', versionCount, file],
			what: 'counts TLS versions of «established» lines',
			proof: 'TLSv1.3',
		},
		{
			name: 'duckdb',
			program: null,
			command: file => [
				process.execPath,
				'--import',
				'tsx',
				fileURLToPath(new URL('./duckdb-peer.ts', import.meta.url)),
				file,
			],
			what: 'read_csv + regexp_extract, the same count',
			proof: 'TLSv1.3',
		},
		{
			name: 'lnav',
			program: 'lnav',
			command: file => ['lnav', '-n', '-N', '-c', `;${lnavQuery}`, file],
			options,
			what: 'the same count in SQL',
			proof: 'TLSv1.3',
		},
		{
			name: 'lnav-hops',
			program: 'lnav',
			command: file => ['lnav', '-n', '-N', '-c', `;${lnavHopsQuery}`, file],
			options,
			what: 'versions by program in SQL',
			proof: 'TLSv1.3',
		},
		{
			name: 'pflogsumm',
			program: 'pflogsumm',
			command: file => ['pflogsumm', file],
			what: 'its summary of messages, no TLS',
			proof: 'Grand Totals',
		},
	];
}
