import {icingaConfiguration, nagiosConfiguration} from './monitoring.ts';
import {cronFile, nightlyScript} from './nightly.ts';
import {places, type Setup, type SetupFile} from './setup.ts';
import {mailUnit, serviceUnit, timerUnit} from './units.ts';

/** What systemd, cron and monitoring systems read as another user. No secret is in it. */
const readable = 0o644;
const own = 0o600;

/** The files that `tlsaudit init` writes, in the order in which they are installed. `policy` is the text of the policy. */
export function setupFiles(setup: Setup, policy: string): readonly SetupFile[] {
	const to = (place: string) => (path: string) => `sudo install -m 644 ${path} ${place}`;
	const unit = to('/etc/systemd/system/');
	return [
		{
			name: 'policy.yaml',
			text: policy,
			mode: own,
			what: 'what your mail is held to; read it, change it, then',
			install: path => `sudo install -D -m 640 -g ${setup.readers.group} ${path} ${places.policy}`,
		},
		{
			name: 'nightly',
			text: nightlyScript(setup),
			mode: 0o700,
			what: 'imports the log and judges yesterday; prints a report unless the policy is kept',
			install: path => `sudo install -D -m 755 ${path} ${places.nightly}`,
		},
		{
			name: 'tlsaudit.service',
			text: serviceUnit(setup),
			mode: readable,
			what: 'runs it as a user of its own that can read the log and nothing more',
			install: unit,
		},
		{
			name: 'tlsaudit-mail.service',
			text: mailUnit(),
			mode: readable,
			what: 'mails the report to root',
			install: unit,
		},
		{
			name: 'tlsaudit.timer',
			text: timerUnit(),
			mode: readable,
			what: 'every night at 4:15',
			install: path => `${unit(path)} && sudo systemctl daemon-reload && sudo systemctl enable --now tlsaudit.timer`,
		},
		{
			name: 'tlsaudit.cron',
			text: cronFile(),
			mode: readable,
			what: 'in place of service and timer, where there is no systemd',
			install: to('/etc/cron.d/tlsaudit'),
		},
		{
			name: 'nagios.cfg',
			text: nagiosConfiguration(setup),
			mode: readable,
			what: 'a command and a service for Nagios',
			install: to('/etc/nagios4/conf.d/tlsaudit.cfg'),
		},
		{
			name: 'icinga2.conf',
			text: icingaConfiguration(setup),
			mode: readable,
			what: 'the same for Icinga 2',
			install: to('/etc/icinga2/conf.d/tlsaudit.conf'),
		},
	];
}
