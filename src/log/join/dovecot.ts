import type {Session} from '../../tls/session.ts';
import {readLogin, readLoginLine} from '../dovecot.ts';
import type {Entry} from '../entry.ts';
import type {Keeper} from '../keep.ts';

/** Dovecot needs no joining: one login line is one connection. Only lines that came in twice are dropped. */
export type DovecotJoiner = {
	/** Hands out the session of a login line; false when the line is none. `service` when the tag named it. */
	line(entry: Entry, text: string, service: string | undefined): boolean;
	/** The same for the account: a line about a connection should have been understood, a process's own troubles need not. */
	take(entry: Entry, text: string, service: string | undefined): 'understood' | 'irrelevant' | 'unknown';
};

const remembered = 512;
const trouble = /^(?:Error|Warning|Debug|Fatal|Panic): /;

/** `seen` holds the ids of the latest connections. */
export function createDovecotJoiner(keep: Keeper, emit: (session: Session) => void, seen: Set<string>): DovecotJoiner {
	function line(entry: Entry, text: string, service: string | undefined): boolean {
		const line = readLoginLine(text, service);
		if (!line) return false;
		const login = readLogin(text, line, keep);
		if (!login) return false;
		// The session id is unique for a connection (lib-master), so the same id twice is the same line twice.
		if (login.id !== null && login.id !== '') {
			const key = `${entry.daemon.host.name} ${login.id} ${entry.time}`;
			if (seen.has(key)) return true;
			if (seen.size >= remembered) for (const first of [...seen].slice(0, remembered / 2)) seen.delete(first);
			seen.add(keep(key));
		}
		const {session} = login;
		session.startedAt = entry.time;
		session.endedAt = entry.time;
		session.logHost = entry.daemon.host.name;
		session.tag = keep.again(
			`dovecot/${service === undefined ? text.slice(0, text.indexOf(':')) : entry.daemon.tag.name}`,
		);
		session.pid = entry.pid < 0 ? null : entry.pid;
		session.source = entry.source;
		session.firstLine = entry.lineNumber;
		session.lastLine = entry.lineNumber;
		emit(session);
		return true;
	}

	return {
		line,
		take(entry, text, service) {
			if (line(entry, text, service)) return 'understood';
			const login = readLoginLine(text, service);
			const message = text.slice(service === undefined ? text.indexOf('-login: ') + 8 : 0);
			return login && !trouble.test(message) ? 'unknown' : 'irrelevant';
		},
	};
}
