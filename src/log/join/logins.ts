import {emptySession, failures, type Session} from '../../tls/session.ts';
import type {Entry} from '../entry.ts';
import {type LoginHead, loginHeads} from '../login-head.ts';
import {loginHops, loginModes, loginOutcomes, loginSources} from '../login-numbers.ts';
import {argumentAt, none} from '../records.ts';
import type {Tag} from '../tag.ts';
import type {Dictionary} from './dictionary.ts';
import type {LoginJoiner} from './login-connections.ts';

/** What the record of a line of Dovecot's login processes says of its connection: the session that it is if no other line follows. */
function loginSession(entry: Entry, ints: Int32Array, at: number, known: Dictionary): Session {
	const argument = (index: number): number => ints[at + argumentAt + index] ?? none;
	const word = (index: number): string | null => {
		const number = argument(index);
		return number === none ? null : (known.words[number] ?? null);
	};
	const number = (index: number): number | null => (argument(index) === none ? null : argument(index));
	const bits = argument(6);
	const process = argument(7) === none ? processOf(entry.daemon.tag) : (known.labels[argument(7)] ?? unnamed);
	const session = emptySession(loginHops[bits & 3] ?? 'access', 'in');
	session.startedAt = entry.time;
	session.endedAt = entry.time;
	session.logHost = entry.daemon.host.name;
	session.tag = process.tag;
	session.pid = entry.pid < 0 ? null : entry.pid;
	session.service = process.service;
	session.port = number(5);
	session.portSource = loginSources[(bits >> 4) & 3] ?? null;
	session.tlsMode = loginModes[(bits >> 6) & 3] ?? null;
	session.peerIp = word(0);
	session.peerPort = number(1);
	session.username = word(2);
	session.loggedIn = headOf(bits) !== 'passing' && headOf(bits) !== 'ended';
	session.serverName = word(3);
	session.outcome = loginOutcomes[(bits >> 2) & 3] ?? null;
	session.failure = failures[((bits >> 8) & 255) - 1] ?? null;
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

const headOf = (bits: number): LoginHead => loginHeads[(bits >> 16) & 7] ?? 'passing';

/** Takes the record of a line: by the id of its connection, or as a connection of its own where the format has no id. */
export function takeLogin(
	joiner: LoginJoiner,
	entry: Entry,
	ints: Int32Array,
	at: number,
	known: Dictionary,
	observe?: (session: Session) => void,
): void {
	const session = loginSession(entry, ints, at, known);
	observe?.(session);
	const low = ints[at + argumentAt + 8] ?? 0;
	const high = ints[at + argumentAt + 9] ?? 0;
	if (low === 0 && high === 0) joiner.alone(session);
	else joiner.line(entry, low, high, headOf(ints[at + argumentAt + 6] ?? 0), session);
}

/** A login process by its name, such as `imap-login`. */
export type LoginProcess = {readonly tag: string; readonly service: string};

const suffix = '-login';

export function loginProcess(name: string): LoginProcess {
	const service = name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
	const tag = `dovecot/${name}`;
	if (service === 'sieve') return {tag, service: 'managesieve'};
	return {tag, service: service === 'imap-urlauth' ? 'imap' : service};
}

const unnamed = loginProcess('');

/** Processes by the tags of their lines: a session takes their names as they are, so that the same name is the same string. */
const ofTags = new WeakMap<Tag, LoginProcess>();

function processOf(tag: Tag): LoginProcess {
	const known = ofTags.get(tag);
	if (known !== undefined) return known;
	const process = loginProcess(tag.name);
	ofTags.set(tag, process);
	return process;
}
