import type {Share} from './reader-options.ts';
import type {Program} from './tag.ts';

const outboundPrograms: ReadonlySet<Program> = new Set(['smtp', 'lmtp', 'dovecot', 'dovecot-login']);
const inboundPrograms: ReadonlySet<Program> = new Set(['smtpd', 'postscreen']);

/** Whether a reader with this share counts the lines of a program; each line is counted by one share. No share: all. */
export function isCountedBy(program: Program, share: Share | undefined): boolean {
	return share === undefined || (share === 'outbound') === outboundPrograms.has(program);
}

/** Whether the lines of a program make sessions of the other share only. tlsproxy serves both, master and loggers tell both. */
function belongsToOther(program: Program, share: Share | undefined): boolean {
	if (share === undefined) return false;
	return share === 'inbound' ? outboundPrograms.has(program) : inboundPrograms.has(program);
}

/**
 * What a reader does with the lines of a tag it has seen before: counts them, without a look at the text (`irrelevant`) or
 * with a look at its first letters (`foreign`, `dovecot`); takes note of the time, as they are the other share's; or reads them.
 */
export type Way = 'irrelevant' | 'foreign' | 'dovecot' | 'elsewhere' | 'read';

export function wayOf(program: Program, share: Share | undefined): Way {
	if (program === 'other') return 'irrelevant';
	if (belongsToOther(program, share)) return 'elsewhere';
	return program === 'foreign' || program === 'dovecot' ? program : 'read';
}
