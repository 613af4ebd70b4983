import {emptySession, failures, type Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import {loginHops, loginModes, loginOutcomes, loginSources} from '../login-numbers.ts';
import {argumentAt, none} from '../records.ts';
import type {Dictionary} from './dictionary.ts';

/** Dovecot needs no joining: the record of a login line is one connection. */
export function loginSession(entry: Entry, ints: Int32Array, at: number, known: Dictionary): Session {
	const argument = (index: number): number => ints[at + argumentAt + index] ?? none;
	const word = (index: number): string | null => {
		const number = argument(index);
		return number === none ? null : (known.words[number] ?? null);
	};
	const number = (index: number): number | null => (argument(index) === none ? null : argument(index));
	const bits = argument(6);
	const process = argument(7) === none ? entry.daemon.tag.name : (known.labels[argument(7)] ?? '');
	const session = emptySession(loginHops[bits & 3] ?? 'access', 'in');
	session.startedAt = entry.time;
	session.endedAt = entry.time;
	session.logHost = entry.daemon.host.name;
	session.tag = `dovecot/${process}`;
	session.pid = entry.pid < 0 ? null : entry.pid;
	session.service = serviceOf(process);
	session.port = number(5);
	session.portSource = loginSources[(bits >> 4) & 3] ?? null;
	session.tlsMode = loginModes[(bits >> 6) & 3] ?? null;
	session.peerIp = word(0);
	session.peerPort = number(1);
	session.username = word(2);
	session.serverName = word(3);
	session.outcome = loginOutcomes[(bits >> 2) & 3] ?? null;
	session.failure = failures[(bits >> 8) - 1] ?? null;
	const secured = known.secureds[argument(4)];
	if (session.outcome === 'encrypted' && secured && secured.protocol !== null && secured.cipher !== null) {
		session.protocol = secured.protocol;
		session.cipher = secured.cipher;
		session.cipherBits = secured.bits;
	}
	session.source = entry.source;
	session.firstLine = entry.lineNumber;
	session.lastLine = entry.lineNumber;
	return session;
}

/** The service behind the name of a login process. */
function serviceOf(process: string): string {
	const name = process.replace(/-login$/, '');
	if (name === 'sieve') return 'managesieve';
	return name === 'imap-urlauth' ? 'imap' : name;
}
