import {readFileSync} from 'node:fs';
import test from 'ava';
import type {Session} from '../src/model/session.ts';
import {sessionsOf} from './log/fixture/sessions-of.ts';

const carries = /error:[\dA-F]{8}:/;

const logs = [
	'real/rfc3339.log',
	'real/rfc3164.log',
	'real-3.12/a.maillog',
	'real-3.12/b.3339.log',
	'real-3.12/a.dovecot.log',
] as const;

/** Lines of the process, or of the connection of Dovecot, from the first of a session to its last. */
function ownLines({tag, pid, peerIp, peerPort, firstLine, lastLine}: Session, lines: readonly string[]): string[] {
	const mark = tag?.startsWith('dovecot') === true ? `rport=${peerPort},` : `${tag}[${pid}]:`;
	const own = lines.slice((firstLine ?? 1) - 1, lastLine ?? 0).filter(line => line.includes(mark));
	if (tag?.endsWith('tlsproxy') !== true) return own;
	// One process serves many: what it says before a handshake fails is of that one.
	const failed = own.findIndex(line => line.includes('handshake failed') && line.includes(`[${peerIp}]:${peerPort}`));
	const before = own.slice(0, Math.max(0, failed)).findLastIndex(line => line.includes('handshake failed'));
	return own.slice(before + 1, failed + 1);
}

for (const name of logs)
	test(`${name}: a session has an alert where a line of its process carries one, and only there`, t => {
		const lines = readFileSync(new URL(`../samples/${name}`, import.meta.url), 'utf8')
			.trimEnd()
			.split('\n');
		const {sessions} = sessionsOf(lines, {year: 2026});
		const named = sessions.filter(session => {
			const own = ownLines(session, lines);
			const carried = own.some(line => carries.test(line));
			if (carried) t.not(session.alert, null, own.join('\n'));
			// A tlsproxy session of our client is known under the name of smtp.
			else if (session.direction === 'in') t.is(session.alert, null, own.join('\n'));
			if (session.alert !== null) t.not(session.failure, null);
			const number = /SSL alert number (\d+)/.exec(own.find(line => carries.test(line)) ?? '')?.[1];
			if (number !== undefined) t.true(session.alert?.endsWith(` (${number})`), own.join('\n'));
			return carried;
		});
		t.true(named.length > 0);
	});
