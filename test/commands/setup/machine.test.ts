import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {machine} from '../../../src/commands/setup/machine.ts';
import {nightlyScript} from '../../../src/setup/nightly.ts';
import {serviceUnit} from '../../../src/setup/units.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-machine-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const log = join(folder, 'mail.log');
const journal = join(folder, 'journal');
const setup = (named: readonly string[], places: {logs: string[]; journals: string[]}) =>
	machine(named, ['--timezone', 'UTC'], 0, places);

test.serial('a machine with a journal alone has that read every night, by the group that may', t => {
	mkdirSync(journal);
	const found = setup([], {logs: [log], journals: [join(folder, 'none'), journal]});
	t.like(found, {logs: [], newest: [], folders: [journal], readers: {group: 'systemd-journal', root: false}});
	t.regex(nightlyScript(found), /tlsaudit import --db "\$database" --keep 90d --timezone UTC --journal >>/);
	const unit = serviceUnit(found);
	t.regex(unit, /^SupplementaryGroups=systemd-journal$/m);
	t.true(unit.includes(`ReadOnlyPaths=-${journal}\n`));
});

test.serial('a log that is named or there is read, whatever the journal has', t => {
	t.deepEqual(setup([log], {logs: [], journals: [journal]}).logs, [`${log}*`]);
	writeFileSync(log, '');
	const found = setup([], {logs: [log], journals: [journal]});
	t.deepEqual([found.logs, found.reading], [[`${log}*`], ['--timezone', 'UTC']]);
});

test.serial('what was piped in names no log', t => {
	rmSync(log);
	t.like(setup(['-'], {logs: [log], journals: [journal]}), {logs: [], folders: [journal]});
	writeFileSync(log, '');
	t.deepEqual(setup(['-'], {logs: [log], journals: [journal]}).logs, [`${log}*`]);
});

test.serial('without either it is where rsyslog writes mail', t => {
	t.deepEqual(setup([], {logs: [join(folder, 'none')], journals: []}).logs, ['/var/log/mail.log*']);
});
