import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {startDaemon, until} from './programs.ts';

/** What rsyslog writes, and the file it writes it to. */
export const framings = ['rfc3339', 'traditional', 'rfc5424'] as const;
type Framing = (typeof framings)[number];

export type Syslog = {
	readonly files: Readonly<Record<Framing, string>>;
	/** The log so far. */
	read(framing: Framing): string;
	/** Waits until the log holds the text. */
	holds(text: string): Promise<void>;
	/** Waits until nothing was logged for half a second. */
	quiet(): Promise<void>;
	end(): Promise<void>;
};

/**
 * rsyslog on /dev/log of this world, and on a socket in Postfix's chroot as Debian's package has it
 * (/etc/rsyslog.d/postfix.conf). No rate limit: every line counts here.
 */
export async function startSyslog(folder: string, chroot: string): Promise<Syslog> {
	const files = {
		rfc3339: join(folder, 'mail-rfc3339.log'),
		traditional: join(folder, 'mail-traditional.log'),
		rfc5424: join(folder, 'mail-rfc5424.log'),
	};
	const configuration = join(folder, 'rsyslog.conf');
	mkdirSync(join(chroot, 'dev'), {recursive: true});
	mkdirSync(folder, {recursive: true});
	writeFileSync(
		configuration,
		`global(workDirectory="${folder}")
module(load="imuxsock" SysSock.RateLimit.Interval="0")
input(type="imuxsock" Socket="${chroot}/dev/log" CreatePath="on" RateLimit.Interval="0")
mail.* action(type="omfile" file="${files.rfc3339}" template="RSYSLOG_FileFormat")
mail.* action(type="omfile" file="${files.traditional}" template="RSYSLOG_TraditionalFileFormat")
mail.* action(type="omfile" file="${files.rfc5424}" template="RSYSLOG_SyslogProtocol23Format")
`,
	);
	const read = (framing: Framing): string => {
		try {
			return readFileSync(files[framing], 'utf8');
		} catch {
			return '';
		}
	};
	const daemon = startDaemon('rsyslogd', ['-n', '-f', configuration, '-i', join(folder, 'rsyslog.pid')]);
	await until('rsyslog makes /dev/log', () => existsSync('/dev/log') && existsSync(join(chroot, 'dev/log')));
	return {
		files,
		read,
		holds: text => until(`the log holds «${text}»`, () => read('rfc3339').includes(text)),
		async quiet() {
			for (let size = -1; size !== read('rfc3339').length; ) {
				size = read('rfc3339').length;
				await after(500);
			}
		},
		end: () => daemon.end(),
	};
}
