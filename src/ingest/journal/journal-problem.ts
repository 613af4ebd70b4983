/** Why the journal cannot be read; the message ends a sentence that begins with its name. */
export class JournalProblem extends Error {
	/** There is none, or nothing in it, as on a machine without systemd. */
	readonly absent: boolean;
	constructor(message: string, absent = false) {
		super(message);
		this.absent = absent;
	}
}

/** What journalctl says to a user who sees only entries of their own (systemd's src/shared/journal-util.c). */
const hidden = /not seeing messages from other users|insufficient permissions|Permission denied/i;
/** What journalctl said on standard error, as a problem that ends the reading; null where it is none. */
export function problemSaid(said: string): JournalProblem | null {
	if (!hidden.test(said)) return null;
	return new JournalProblem(
		'this user may not see what mail servers write; run as root, or add the user to the group systemd-journal (or adm) with usermod -aG systemd-journal USER and log in again',
	);
}

/** There is not a single entry, as journalctl without a word shows where journald does not run. */
export const noEntries = (): JournalProblem =>
	new JournalProblem('there is not one entry in it; see whether systemd-journald runs, or name a log file', true);

/** Why journalctl could not be started. */
export function notStarted({code, message}: NodeJS.ErrnoException): JournalProblem {
	const instead = 'name a log file, such as /var/log/mail.log';
	return code === 'ENOENT'
		? new JournalProblem(`there is no journalctl here, which reads it; ${instead}`, true)
		: new JournalProblem(`journalctl could not be started: ${message}; ${instead}`);
}

/** How journalctl ended without having been asked to; what it said first says why. */
export function endedBadly(status: number | null, said: string): JournalProblem {
	const [why = ''] = said.split('\n');
	const how = status === null ? 'was killed' : `ended with status ${status}`;
	return new JournalProblem(`journalctl ${how}${why === '' ? '' : ` (${why})`}; see what journalctl -n 1 says`);
}
