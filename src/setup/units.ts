import {places, type Setup} from './setup.ts';

/**
 * Units of systemd (systemd.service(5), systemd.exec(5), systemd.timer(5)): a service that ends as the check does, one that mails its
 * report when it fails, and a timer.
 */

/** A path as a unit takes it: `%` is a specifier, a blank ends a word (systemd.syntax(7)). */
const unitPath = (path: string): string =>
	path.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll(' ', '\\x20').replaceAll('"', '\\x22');

/** A user that exists while it runs, and may read the logs and nothing else. */
function accessLines({readers}: Setup): string[] {
	const group = ['DynamicUser=yes', `SupplementaryGroups=${readers.group}`];
	if (!readers.root) return [...group, 'CapabilityBoundingSet='];
	return [
		...group,
		'# The log is readable by root alone. To leave this out, let a group read the log.',
		'AmbientCapabilities=CAP_DAC_READ_SEARCH',
		'CapabilityBoundingSet=CAP_DAC_READ_SEARCH',
	];
}

export function serviceUnit(setup: Setup): string {
	const homes = setup.folders.some(folder => /^\/(?:home|root|run\/user)(?:\/|$)/.test(folder));
	return [
		"# Judges yesterday's mail by the policy. systemctl start tlsaudit runs it now.",
		'[Unit]',
		"Description=TLS of yesterday's mail, judged by the policy of this server",
		'Documentation=man:tlsaudit(1) man:tlsaudit-monitoring(7)',
		'# Status 1: the policy is not kept; 2: not everything could be read; 3: the log says too little.',
		'OnFailure=tlsaudit-mail.service',
		'',
		'[Service]',
		'Type=oneshot',
		`ExecStart=${places.nightly} check ${places.state}`,
		'# The report goes by mail, as it names peers and users. What keeps the script from writing one is in the journal.',
		'StandardOutput=null',
		'StandardError=journal',
		'Nice=10',
		'IOSchedulingClass=idle',
		'',
		'# It reads the log, writes its own folder, and reaches nothing else.',
		...accessLines(setup),
		'StateDirectory=tlsaudit',
		'StateDirectoryMode=0700',
		'UMask=0077',
		'NoNewPrivileges=yes',
		'ProtectSystem=strict',
		`ReadOnlyPaths=${setup.folders.map(folder => `-${unitPath(folder)}`).join(' ')}`,
		`ProtectHome=${homes ? 'read-only' : 'yes'}`,
		'PrivateTmp=yes',
		'PrivateDevices=yes',
		'PrivateNetwork=yes',
		'RestrictAddressFamilies=AF_UNIX',
		'IPAddressDeny=any',
		'ProtectClock=yes',
		'ProtectControlGroups=yes',
		'ProtectHostname=yes',
		'ProtectKernelLogs=yes',
		'ProtectKernelModules=yes',
		'ProtectKernelTunables=yes',
		'ProtectProc=invisible',
		'RestrictNamespaces=yes',
		'RestrictRealtime=yes',
		'RestrictSUIDSGID=yes',
		'LockPersonality=yes',
		'SystemCallArchitectures=native',
		'SystemCallFilter=@system-service',
		'SystemCallErrorNumber=EPERM',
		'# No MemoryDenyWriteExecute: Node compiles JavaScript while it runs.',
		'',
	].join('\n');
}

export function mailUnit(): string {
	return [
		'# Mails the report of tlsaudit.service, which starts it when it fails. To another address: change root below.',
		'[Unit]',
		"Description=Mail the report on the TLS of yesterday's mail",
		'',
		'[Service]',
		'Type=oneshot',
		'# As root and without NoNewPrivileges: sendmail hands mail to the queue by the rights of a group of its own.',
		`ExecStart=${places.nightly} mail ${places.state} root`,
		'PrivateTmp=yes',
		'ProtectHome=yes',
		'ProtectKernelModules=yes',
		'ProtectKernelTunables=yes',
		'ProtectControlGroups=yes',
		'',
	].join('\n');
}

export function timerUnit(): string {
	return [
		'[Unit]',
		"Description=Judge the TLS of yesterday's mail every night",
		'',
		'[Timer]',
		'OnCalendar=*-*-* 04:15',
		'RandomizedDelaySec=15min',
		'# After a night that the machine slept through: once, when it is up again.',
		'Persistent=true',
		'',
		'[Install]',
		'WantedBy=timers.target',
		'',
	].join('\n');
}
