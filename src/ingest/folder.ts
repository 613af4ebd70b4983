import {basename} from 'node:path';
import {rotationOf} from './rotation.ts';

/** Names that system loggers give to the whole mail log. */
const mailLogs = new Set(['mail.log', 'maillog', 'mail']);
const logName = /(?:\.log|^maillog|^mail|^syslog|^messages|^mail\.(?:info|warn|warning|err))$/;
const mailName = /mail|postfix|dovecot/i;
/** rsyslog's usual set-up writes each mail line to these as well: reading both would count sessions twice. */
const copies = /^mail\.(?:info|warn|warning|err)$/;

/**
 * Chooses, among the file names of one folder, those that are logs. Where a system's mail log is found, other programs'
 * logs and the copies of mail lines in `syslog` or `mail.info` are left out.
 */
export function logsAmong(names: readonly string[]): string[] {
	const bases = new Map(names.map(name => [name, basename(rotationOf(name).base)]));
	const logs = names.filter(name => logName.test(bases.get(name) ?? ''));
	if (!logs.some(name => mailLogs.has(bases.get(name) ?? ''))) return logs;
	return logs.filter(name => {
		const base = bases.get(name) ?? '';
		return mailName.test(base) && !copies.test(base);
	});
}
