import type {
	ExplainedFraming,
	ExplainedProgram,
	ExplainedRecord,
	ExplainedSession,
	Explanation,
} from '../model/explanation.ts';
import type {Session} from '../model/session.ts';
import {type JoinRule, joinRules, type RecordedEvent} from './join/observer.ts';
import type {CountedAs} from './line-reader.ts';
import {systemZone} from './lines/clock.ts';

import type {Head, HeadKind} from './lines/head-positions.ts';
import {emptyTrace, type HeadTrace} from './lines/head-trace.ts';
import {stampKnown} from './lines/stamp-shapes.ts';
import type {Program, Tag} from './lines/tag.ts';
import type {Peer, Relay} from './peer.ts';
import {createReader, type Observer} from './reader.ts';
import type {Bytes, ReaderOptions, SourceInfo} from './reader-options.ts';
import type {RecordKind} from './records.ts';

/*
 * In: the lines of a log, some of which are to be explained. Out: what the parser made of these, and why. It parses nothing itself:
 * it observes the reader that the pipeline uses.
 */

export type Explainer = {
	open(source: SourceInfo): void;
	/** Whole lines, each ended by a newline. */
	block(bytes: Bytes, from: number, to: number): void;
	/** Lines read so far. */
	readonly lineNumber: number;
	/** All lines that are wanted were read, and nothing more can be learned of them. */
	readonly isDone: boolean;
	/** The input is over: the explanations in the order of the lines. */
	end(): Explanation[];
};

/** Which lines are wanted, by number: those between two, both included. */
export type WantedLines = {readonly from: number; readonly to: number};

/** What was found out about a line so far. */
type Found = {
	readonly line: number;
	readonly text: string;
	framing: ExplainedFraming;
	headKind: HeadKind | null;
	program: ExplainedProgram | null;
	countedAs: CountedAs | null;
	notUnderstood: boolean;
	/** Of a piece: where what it is a piece of ends, and is explained. */
	whole: Found | null;
	readonly records: ExplainedRecord[];
	readonly joined: Array<{readonly rule: JoinRule; one: object | null}>;
};

/** A session as it was handed out, and after which line. */
type HandedOut = {readonly session: Session; readonly after: number | null};

const newline = 10;

/** Explains the wanted lines of what is read. One closure, as all observers fill the same table of lines. */
export function createExplainer(options: ReaderOptions, wanted: WantedLines): Explainer {
	const found = new Map<number, Found>();
	const wholes = new WeakMap<object, object>();
	const dropped = new WeakMap<object, JoinRule>();
	const deferred = new WeakSet<object>();
	const handedOut = new WeakMap<object, HandedOut>();
	const trace = emptyTrace();
	let source = '';
	let inDetail = false;
	/** Pieces that wait for the line that ends what they are pieces of. */
	let pieces: Found[] = [];
	/** The line that the current record is of. */
	let atHand = -1;
	let ended = false;

	const emit = (session: Session): void => {
		handedOut.set(session, {session: {...session}, after: ended ? null : atHand});
	};
	const zone = options.zone ?? systemZone();
	const observer: Observer = {
		get inDetail() {
			return inDetail;
		},
		trace,
		framed(line, kind, head) {
			const one = found.get(line);
			if (!one) return;
			one.headKind = kind;
			one.framing = framingOf(kind, head, trace, zone);
			if (kind === 'part') pieces.push(one);
		},
		written(line, tag, program) {
			const one = found.get(line);
			if (one) one.program = programOf(tag, program);
		},
		counted(line, as, before) {
			const one = found.get(line);
			if (one) one.countedAs = as;
			for (const piece of pieces) {
				piece.countedAs = as;
				if (one && one !== piece && piece.line >= line - before) piece.whole = one;
			}
			pieces = [];
		},
		notUnderstood(line) {
			const one = found.get(line);
			if (one) one.notUnderstood = true;
		},
		recorded(line, kind, event) {
			atHand = line < 0 ? reader.lineNumber : line;
			if (kind !== 'time') found.get(atHand)?.records.push({kind: kindInWords(kind), fields: fieldsOf(event)});
			if (kind === 'again') observer.joined('repeated', null);
		},
		joined(rule, one) {
			if (rule === 'time') return;
			const line = found.get(atHand);
			if (!line) return;
			// The last word on the same session counts.
			const before = line.joined.findIndex(it => it.one === one);
			if (before >= 0) line.joined.splice(before, 1);
			line.joined.push({rule, one});
		},
		became(part, whole) {
			if (part !== whole) wholes.set(part, whole);
		},
		used(part, whole) {
			for (const {joined} of found.values()) for (const it of joined) if (it.one === part) it.one = whole;
		},
		dropped: (one, why) => void dropped.set(one, why),
		deferred: session => void deferred.add(session),
	};
	const reader = createReader(emit, options, undefined, observer);

	/** What a subject came to be in the end. */
	function wholeOf(one: object): object {
		let whole = one;
		for (let next = wholes.get(whole); next; next = wholes.get(whole)) whole = next;
		return whole;
	}

	function begin(text: string): void {
		const line = reader.lineNumber + 1;
		found.set(line, {
			line,
			text,
			framing: noFraming,
			headKind: null,
			program: null,
			countedAs: null,
			notUnderstood: false,
			whole: null,
			records: [],
			joined: [],
		});
	}

	/** Explains a line: all that is known of it when the input is over. */
	function explained(one: Found): Explanation {
		const {records, joined, program, notUnderstood} = one.whole ?? one;
		const sessions = new Map<object, {why: string[]; out: HandedOut}>();
		const why: string[] = [];
		for (const {rule, one: subject} of joined) {
			const whole = subject && wholeOf(subject);
			const out = whole && handedOut.get(whole);
			if (!whole || !out) {
				why.push(joinRules[rule]);
				const reason = whole && (dropped.get(whole) ?? (subject && dropped.get(subject)));
				if (reason) why.push(joinRules[reason]);
				continue;
			}
			const known = sessions.get(whole);
			if (known) known.why.push(joinRules[rule]);
			else sessions.set(whole, {why: [joinRules[rule]], out});
		}
		if (joined.length === 0) why.push(withoutSession(one.whole ?? one));
		return {
			source,
			line: one.line,
			text: one.text,
			framing: {...one.framing, endsAt: one.whole?.line ?? null},
			program,
			countedAs: one.countedAs,
			notUnderstood,
			records,
			sessions: [...sessions].map(
				([whole, {why: reasons, out}]): ExplainedSession => ({
					session: out.session,
					why: reasons,
					completeAt: out.after,
					deferred: deferred.has(whole),
				}),
			),
			why,
		};
	}

	/** Reads lines between two positions, and in detail where they are wanted. */
	function block(bytes: Bytes, from: number, to: number): void {
		let at = from;
		while (at < to) {
			const next = reader.lineNumber + 1;
			const isWanted = next >= wanted.from && next <= wanted.to;
			if (isWanted || pieces.length > 0) {
				const end = bytes.indexOf(newline, at) + 1;
				begin(bytes.toString('utf8', at, bytes[end - 2] === 13 ? end - 2 : end - 1));
				inDetail = true;
				reader.block(bytes, at, end);
				inDetail = false;
				at = end;
				continue;
			}
			let end = to;
			if (next < wanted.from) {
				end = at;
				for (let line = next; line < wanted.from && end < to; line++) end = bytes.indexOf(newline, end) + 1;
			}
			reader.block(bytes, at, end);
			at = end;
		}
	}

	return {
		open(info) {
			source = info.name;
			reader.open(info);
		},
		block,
		get lineNumber() {
			return reader.lineNumber;
		},
		get isDone() {
			if (reader.lineNumber < wanted.to || pieces.length > 0) return false;
			const isKnown = (one: object | null): boolean => {
				const whole = one && wholeOf(one);
				return whole === null || handedOut.has(whole) || dropped.has(whole);
			};
			return [...found.values()].every(({joined}) => joined.every(({one}) => isKnown(one)));
		},
		end() {
			ended = true;
			reader.end();
			return [...found.values()].filter(({line}) => line >= wanted.from && line <= wanted.to).map(explained);
		},
	};
}

const noFraming: ExplainedFraming = {
	shape: null,
	layers: [],
	endsAt: null,
	stamp: null,
	time: null,
	inferred: null,
	host: null,
	tag: null,
	pid: null,
	message: null,
};

function framingOf(kind: HeadKind, head: Head, trace: HeadTrace, zone: string): ExplainedFraming {
	const {layers, shape, stamp, known} = trace;
	const copied = {...noFraming, layers: [...layers], stamp};
	if (kind === 'part') return {...copied, shape: 'a piece of a line or record that goes on'};
	// What was tried was no head: words that were taken off prove neither a host nor a stamp.
	if (kind === 'foreign' || kind === 'malformed') return noFraming;
	const time = Number.isNaN(head.time) ? null : head.time;
	const host = head.hostAt < 0 ? null : head.line.slice(head.hostAt, head.hostEnd);
	const inferred = time === null || stamp === null ? null : inferredIn(known, zone);
	if (kind === 'repeated') return {...copied, shape, time, inferred, host};
	return {
		...copied,
		shape,
		time,
		inferred,
		host,
		tag: head.line.slice(head.tagAt, head.tagEnd),
		pid: head.pid < 0 ? null : head.pid,
		message: head.line.slice(head.textAt),
	};
}

function inferredIn(known: number, zone: string): string | null {
	if (known === stampKnown.noYear)
		return `the year, from the age of the file and the lines before; the zone is ${zone}`;
	return known === stampKnown.noZone ? `the zone is ${zone}` : null;
}

const about: Readonly<Record<Program, string>> = {
	smtpd: 'Postfix’s SMTP server',
	smtp: 'Postfix’s SMTP client',
	lmtp: 'Postfix’s LMTP client',
	tlsproxy: 'does TLS for postscreen, and for smtp where connections are reused',
	postscreen: 'screens clients before smtpd',
	master: 'Postfix’s master; its starts and reloads count',
	error: 'Postfix’s error(8), which puts mail off without a connection',
	other: 'a program of Postfix or Dovecot that says nothing of TLS sessions',
	cut: 'Postfix, the program cut off the tag and not recognised by the text',
	dovecot: 'Dovecot; its login processes write of connections',
	'dovecot-login': 'a login process of Dovecot in its own log file',
	logger: 'the logger; it may say that lines were lost',
	foreign: 'neither Postfix nor Dovecot',
};

function programOf({name, instance, service}: Tag, program: Program): ExplainedProgram {
	const isPostfix = name.includes('/') && program !== 'foreign';
	return {
		name: program === 'foreign' ? name : program,
		about: about[program],
		instance: isPostfix ? instance : null,
		service,
	};
}

/** Why a line that gave the joiner nothing is part of no session. */
function withoutSession({headKind, countedAs, program, text, notUnderstood}: Found): string {
	if (notUnderstood && program !== null)
		return 'It speaks of TLS and no rule knows its words: it is counted as not understood, with an example in the coverage. Please report it.';
	if (headKind === 'part') return 'The record that it is a piece of has no end in the log.';
	if (countedAs === 'malformed') return malformedBecause(text);
	if (headKind === 'foreign')
		return 'It holds no message: a blank line, a heading of journalctl or tail, or the columns of a CSV file.';
	if (headKind === 'repeated')
		return 'It says that the line before was repeated, and that was no failed handshake of smtp or lmtp.';
	if (countedAs === 'foreign') return 'A foreign program wrote it: only Postfix and Dovecot write of sessions.';
	if (program?.name === 'other')
		return 'This program writes nothing about TLS sessions; its lines are counted and not read.';
	if (countedAs === 'irrelevant') return 'It is a line of a mail program that says nothing of a TLS session.';
	return 'The line is known, and says nothing of how a session went: verbose logging, certificates, settings.';
}

function malformedBecause(text: string): string {
	if (text.endsWith('\0\0'))
		return 'The line was longer than 64 KiB, or was cut off in the middle: what is left proves nothing.';
	if (text.includes('\0')) return 'It holds a run of NULs, which a crash of the file system leaves.';
	return 'Malformed: no stamp, host and tag could be found at its beginning, or its date is in no calendar; --framing describes a shape of your own.';
}

const families: ReadonlyArray<readonly [string, string]> = [
	['server', 'smtpd'],
	['client', 'smtp'],
	['proxy', 'tlsproxy'],
	['screen', 'postscreen'],
];

/** `serverHandshakeFailed` as «smtpd handshake failed». */
function kindInWords(kind: RecordKind): string {
	const words = kind.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
	for (const [family, program] of families)
		if (words.startsWith(`${family} `)) return program + words.slice(family.length);
	return words;
}

/** Names of fields of events, where they are not the field's words. */
const fieldNames: Readonly<Record<string, string>> = {
	queueId: 'queue id',
	connectionUse: 'conn_use',
	milliseconds: 'delays c + d, ms',
	tls: 'tls=',
	text: 'reply',
	endpoint: 'peer',
	ip: 'address',
	localPort: 'our port',
	serverName: 'server name',
	starttlsTried: 'starttls tried',
	keyExchange: 'key exchange',
	serverSignature: 'server signature',
	serverDigest: 'server digest',
	clientSignature: 'client signature',
	clientDigest: 'client digest',
	cipherBits: 'cipher bits',
	peerIp: 'peer address',
	peerHost: 'peer name',
	peerPort: 'peer port',
	tlsMode: 'TLS mode',
	portSource: 'port source',
};
const detailNames: Readonly<Record<string, string>> = {message: 'queue id', broken: 'last command'};
/** Of a login: where it was read, which the rest of the explanation says, and counts that one line cannot have. */
const placeFields = new Set([
	'startedAt',
	'endedAt',
	'logHost',
	'tag',
	'pid',
	'source',
	'firstLine',
	'lastLine',
	'direction',
	'reused',
	'messages',
	'rejected',
	'startSeen',
]);

function peerText({host, ip, port}: Peer): string {
	const address = ip === null ? '' : `[${ip}]`;
	return `${host ?? (ip === null ? 'unknown' : '')}${address}${port === null ? '' : `:${port}`}`;
}

/** The fields of an event that say something, one level deep. */
function fieldsOf(event: RecordedEvent): ExplainedRecord['fields'] {
	const fields: Record<string, string | number | boolean> = {};
	if (event === null) return fields;
	const kind = 'kind' in event ? event.kind : '';
	const add = (name: string, value: unknown): void => {
		if (
			value === null ||
			value === '' ||
			value === false ||
			name === 'kind' ||
			name === 'handshakeKey' ||
			name === 'from'
		)
			return;
		if (kind === '' && placeFields.has(name)) return;
		if (name === 'peer' || name === 'relay') fields[name] = peerText(value as Relay);
		else if (typeof value === 'object') for (const [inner, each] of Object.entries(value as object)) add(inner, each);
		else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
			fields[name === 'detail' ? (detailNames[kind] ?? name) : (fieldNames[name] ?? name)] = value;
	};
	for (const [name, value] of Object.entries(event)) add(name, value);
	return fields;
}
