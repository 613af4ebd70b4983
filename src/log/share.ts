import type {Share} from './reader-options.ts';
import type {Program} from './tag.ts';

const outboundPrograms: ReadonlySet<Program> = new Set(['smtp', 'lmtp', 'dovecot', 'dovecot-login']);
const inboundPrograms: ReadonlySet<Program> = new Set(['smtpd', 'postscreen']);

/** Whether a reader with this share counts the lines of a program; each line is counted by one share. No share: all. */
export function isCountedBy(program: Program, share: Share | undefined): boolean {
	return share === undefined || (share === 'outbound') === outboundPrograms.has(program);
}

/** Whether the lines of a program make sessions of the other share only. tlsproxy serves both, master and loggers tell both. */
export function belongsToOther(program: Program, share: Share | undefined): boolean {
	if (share === undefined) return false;
	return share === 'inbound' ? outboundPrograms.has(program) : inboundPrograms.has(program);
}
