import {shellWord} from '../text/shell.ts';
import {places, type Setup} from './setup.ts';

/** Words of a command line for sh. */
export const shellWords = (words: readonly string[]): string => words.map(shellWord).join(' ');

/**
 * The script that a timer or cron runs. Yesterday is over when it runs, so each day is judged once. The report of a day on which the
 * policy is kept is written and shown to nobody.
 */
export function nightlyScript({program, logs, reading}: Setup): string {
	return `#!/bin/sh
# Brings the database up to date, judges yesterday's mail by the policy, and writes a report.
#
#     nightly check FOLDER           FOLDER holds mail.db and report.txt; prints the report unless the policy is kept
#     nightly mail FOLDER ADDRESS    mails that report
#
# check ends as tlsaudit check does: 0 the policy is kept, 1 it is not, 2 not everything could be read or
# there was no mail at all, 3 the log says too little.
set -u
umask 077
# Node and sendmail may be there, where cron does not look.
PATH=$PATH:/usr/local/bin:/usr/sbin:/usr/lib

tlsaudit() {
	${shellWords(program)} "$@"
}

verb=\${1-}
folder=\${2-}
address=\${3-root}
[ -n "$folder" ] || { echo "usage: nightly check FOLDER | nightly mail FOLDER [ADDRESS]" >&2; exit 2; }
database=$folder/mail.db
report=$folder/report.txt
# It lies beside this script.
policy=$(dirname "$0")/policy.yaml

check() {
	mkdir -p "$folder" && : >"$report" || exit 2
	# Importing again adds nothing. Sessions older than --keep are deleted; sums by month stay.
	tlsaudit import --db "$database" --keep 90d ${shellWords([...reading, ...logs])} >>"$report" 2>&1
	imported=$?
	tlsaudit check --db "$database" --since yesterday --until today --policy "$policy" >/dev/null 2>>"$report"
	status=$?
	[ "$imported" -eq 0 ] || status=2
	[ "$status" -ne 0 ] || exit 0
	tlsaudit report --db "$database" --since yesterday --until today --policy "$policy" >>"$report" 2>/dev/null
	cat "$report"
	exit "$status"
}

send() {
	{
		echo "To: $address"
		echo "Subject: tlsaudit on $(uname -n): look at the TLS of yesterday's mail"
		echo "MIME-Version: 1.0"
		echo "Content-Type: text/plain; charset=utf-8"
		echo "Content-Transfer-Encoding: 8bit"
		echo "Auto-Submitted: auto-generated"
		echo
		if [ -s "$report" ]; then cat "$report"; else echo "There is no report; see journalctl -u tlsaudit."; fi
	} | sendmail -i -- "$address" && rm -f "$report"
}

case $verb in
check) check ;;
mail) send ;;
*) echo "nightly: check or mail, not \\"$verb\\"" >&2; exit 2 ;;
esac
`;
}

/** A file for `/etc/cron.d`, where there is no systemd: cron mails what is printed, which is nothing when the policy is kept. */
export function cronFile(): string {
	return `# Every night at 4:15: the TLS of yesterday's mail. cron mails the report to root, and nothing when the policy is kept.
MAILTO=root
15 4 * * * root ${places.nightly} check ${places.state}
`;
}
