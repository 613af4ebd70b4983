import {spawnSync} from 'node:child_process';
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {entriesOf, standIn} from '../ingest/journal/fixture/stand-in.ts';
import {left, run, within} from './in-terminal.ts';
import {missing, program, type Tmux} from './tmux.ts';

const absent = missing();
if (absent !== null) test(absent, t => t.log(absent));
const inTmux = absent === null ? test.serial : test.serial.skip;
const mountsAlone = absent === null && spawnSync('unshare', ['-m', 'true']).status === 0;
if (!mountsAlone)
	test('no mount namespace can be made here: what the machine has is not tested end to end', t => t.pass());
const withMounts = mountsAlone ? test.serial : test.serial.skip;

const entries = entriesOf(readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8'));

/** A journal with some entries, and the words before a command that reads it. */
function journalIn({folder}: Tmux): {journal: string; prefix: string} {
	const journal = join(folder, 'journal.jsonl');
	writeFileSync(journal, entries.slice(0, 200).join(''));
	const env = standIn(folder, journal);
	return {journal, prefix: `PATH='${env.PATH}' JOURNAL='${journal}'`};
}

inTmux('the journal is shown as it grows', t =>
	within(t, 120, 40, async tmux => {
		const {journal, prefix} = journalIn(tmux);
		run(tmux, `${prefix} node '${program}' --journal`);
		await tmux.shows('live journal', /\d+ sessions/, '172 lines', 'submission');
		appendFileSync(journal, entries.slice(200).join(''));
		await tmux.shows('live journal', '1,756 lines', /2\d\d sessions/, 'relay-out');
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('in a database the journal goes on where the screen was left', t =>
	within(t, 120, 40, async tmux => {
		const {journal, prefix} = journalIn(tmux);
		const command = `${prefix} node '${program}' --journal --db ${tmux.folder}/mail.db`;
		run(tmux, command);
		await tmux.shows('live journal', '172 lines', 'submission');
		appendFileSync(journal, entries.slice(200, 900).join(''));
		await tmux.shows('live journal', /\d{3} sessions/);
		tmux.press('q');
		await left(t, tmux, 0);
		appendFileSync(journal, entries.slice(900).join(''));
		run(tmux, command);
		await tmux.shows('live journal', '277 sessions', 'relay-out');
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('a journal that this user may not read is said before anything is drawn', t =>
	within(t, 120, 40, async tmux => {
		const {prefix} = journalIn(tmux);
		run(
			tmux,
			`SAYS='Hint: You are currently not seeing messages from other users and the system.' ${prefix} node '${program}' --journal`,
		);
		await tmux.shows('journal: this user may not see what mail servers write', 'systemd-journal');
		await left(t, tmux, 2);
	}),
);

/** Runs tlsaudit without a word where /var/log has nothing but what `fill` puts there. */
const withLogs = (fill: string, prefix = ''): string =>
	`${prefix} unshare -m sh -c "mount -t tmpfs tmpfs /var/log; ${fill}; node '${program}'"`;

withMounts('without a word the log of this machine is followed, and the header says so', t =>
	within(t, 120, 40, async tmux => {
		run(tmux, withLogs('cp samples/founding-case.log /var/log/maillog'));
		await tmux.shows("this machine's /var/log/maillog", '15 sessions', 'submission');
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

withMounts('where there is no file it is the journal; where there is nothing, one sentence says how to start', t =>
	within(t, 120, 40, async tmux => {
		const {journal, prefix} = journalIn(tmux);
		run(tmux, withLogs('true', prefix));
		await tmux.shows("live this machine's journal", '172 lines', 'submission');
		tmux.press('q');
		await left(t, tmux, 0);
		writeFileSync(journal, '');
		run(tmux, withLogs('true', prefix));
		await tmux.shows(
			'no mail log found: neither /var/log/mail.log nor /var/log/maillog',
			'tlsaudit FILE',
			'tlsaudit --db FILE',
		);
		await left(t, tmux, 2);
	}),
);
