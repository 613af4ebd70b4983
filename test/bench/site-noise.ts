/** Lines of no session: postscreen's own work, statistics, and the other programs of the host. */

import {
	daemon,
	ephemeralPort,
	type Flow,
	flow,
	hexWord,
	newPid,
	ourAddress,
	type Process,
	queueId,
	type Site,
	say,
	soon,
} from './site.ts';
import {anyAddress} from './site-cast.ts';

/** A bot that postscreen sends away before any smtpd hears of it. */
export function screenedOut(at: Site): Flow {
	const affair = flow();
	const screen = daemon(at, 'postfix/postscreen');
	const ip = anyAddress(at.chance);
	const from = `[${ip}]:${ephemeralPort(at)}`;
	say(affair, screen, `CONNECT from ${from} to [${ourAddress}]:25`);
	if (at.chance.chance(0.5)) {
		say(affair, daemon(at, 'postfix/dnsblog'), `addr ${ip} listed by domain zen.spamhaus.example as 127.0.0.4`);
		say(
			affair,
			screen,
			`PREGREET ${11 + at.chance.below(9)} after 0.0${at.chance.below(9)} from ${from}: EHLO ylmf-pc\\r\\n`,
		);
		say(affair, screen, `DNSBL rank 6 for ${from}`);
	} else {
		say(affair, screen, `HANGUP after 0.${at.chance.below(9)} from ${from} in tests before SMTP handshake`);
	}
	say(affair, screen, `DISCONNECT ${from}`);
	return affair;
}

/** anvil's statistics, which name clients and are no sessions. */
export function statistics(at: Site): Flow {
	const affair = flow();
	const anvil = daemon(at, 'postfix/anvil');
	const client = `(smtpd:${anyAddress(at.chance)})`;
	say(
		affair,
		anvil,
		`statistics: max connection rate ${1 + at.chance.below(9)}/60s for ${client} at ${at.clock}`,
		soon,
	);
	say(affair, anvil, `statistics: max connection count ${1 + at.chance.below(4)} for ${client} at ${at.clock}`, soon);
	say(affair, anvil, `statistics: max cache size ${1 + at.chance.below(40)} at ${at.clock}`);
	return affair;
}

/** A message of a local program (cron, a web form) that a mailbox of the same host takes: no network, no session. */
export function localMail(at: Site): Flow {
	const affair = flow();
	const queued = queueId(at);
	say(affair, daemon(at, 'postfix/pickup'), `${queued}: uid=33 from=<www-data>`);
	say(affair, daemon(at, 'postfix/cleanup'), `${queued}: message-id=<${hexWord(at)}@mx1.example.org>`);
	say(
		affair,
		daemon(at, 'postfix/qmgr'),
		`${queued}: from=<www-data@mx1.example.org>, size=${at.chance.below(9000)}, nrcpt=1 (queue active)`,
	);
	say(
		affair,
		daemon(at, 'postfix/local'),
		`${queued}: to=<root@mx1.example.org>, orig_to=<root>, relay=local, delay=0.03, delays=0.02/0/0/0.01, dsn=2.0.0, status=sent (delivered to maildir)`,
	);
	say(affair, daemon(at, 'postfix/qmgr'), `${queued}: removed`);
	return affair;
}

/** The rest of the host. */
export function foreign(at: Site): Flow {
	const affair = flow();
	const ip = anyAddress(at.chance);
	switch (at.chance.below(4)) {
		case 0: {
			const sshd = other(at, 'sshd');
			say(affair, sshd, `Invalid user admin from ${ip} port ${ephemeralPort(at)}`);
			say(
				affair,
				sshd,
				`pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip}`,
			);
			say(affair, sshd, `Failed password for invalid user admin from ${ip} port ${ephemeralPort(at)} ssh2`);
			say(affair, sshd, `Connection closed by invalid user admin ${ip} port ${ephemeralPort(at)} [preauth]`);
			break;
		}
		case 1: {
			const cron = other(at, 'CRON');
			say(affair, cron, 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)');
			say(affair, cron, '(root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly)');
			say(affair, cron, 'pam_unix(cron:session): session closed for user root');
			break;
		}
		case 2: {
			const kernel: Process = {tag: 'kernel', pid: 0, head: `${at.host} kernel: `, uses: 0};
			say(
				affair,
				kernel,
				`[${at.chance.below(999_999)}.${100_000 + at.chance.below(899_999)}] [UFW BLOCK] IN=eth0 OUT= SRC=${ip} DST=${ourAddress} LEN=40 TTL=241 PROTO=TCP SPT=${ephemeralPort(at)} DPT=${at.chance.below(9999)} WINDOW=1024 RES=0x00 SYN URGP=0`,
			);
			break;
		}
		default: {
			const systemd = daemon(at, 'systemd');
			say(
				affair,
				systemd,
				`Started session-${at.chance.below(9999)}.scope - Session ${at.chance.below(9999)} of User backup.`,
			);
			say(affair, systemd, `session-${at.chance.below(9999)}.scope: Deactivated successfully.`);
		}
	}
	return affair;
}

function other(at: Site, tag: string): Process {
	const pid = newPid(at);
	return {tag, pid, head: `${at.host} ${tag}[${pid}]: `, uses: 0};
}
