/** The state of the busy site while its log is written: processes, queue ids, and what really happened. */
import type {Random} from './random.ts';
import type {Cast} from './site-cast.ts';

/** What happened at the site, to hold against what a reader of its log found. */
export type Truth = {
	lines: number;
	bytes: number;
	/** Sessions by `hop|port|outcome|protocol`; the protocol is empty when there was none. */
	sessions: Record<string, number>;
	/** Messages by hop: queue ids that a session really carried. */
	messages: Record<string, number>;
	/** Sessions with a failure by `reason|hop|port`. */
	failures: Record<string, number>;
	/** TCP connections that Postfix took and that ended before a word was said: no sessions. */
	noDialogue: number;
};

/** How the next line of a flow follows: whenever, within a line or two, or with nothing between. */
export const free = 0;
export const soon = 1;
export const atOnce = 2;
export type Tie = typeof free | typeof soon | typeof atOnce;

/** The lines of one affair (a mail with its sessions, a login, a scan) in order, each with its head. */
export type Flow = {
	readonly lines: string[];
	readonly ties: Tie[];
	/** Processes that no other flow may use before this one ends. */
	readonly held: Process[];
	next: number;
	/** A slot's turn of the scheduler takes the length into account before the lines are written. */
	characters: number;
};

export type Process = {
	readonly tag: string;
	readonly pid: number;
	/** `host tag[pid]: ` */
	readonly head: string;
	uses: number;
};

export type Site = {
	/** The name of the machine, at the head of its lines. */
	readonly host: string;
	/** A process retires after so many uses, as Postfix's `max_use` says. */
	readonly uses: number;
	readonly chance: Random;
	readonly cast: Cast;
	readonly truth: Truth;
	readonly idle: Map<string, Process[]>;
	/** `Jan  5 09:30:00`, as anvil prints times. */
	clock: string;
	nextPid: number;
	queueIds: number;
};

export const ourAddress = '192.0.2.10';

const hex3 = Array.from({length: 4096}, (_, value) => value.toString(16).toUpperCase().padStart(3, '0'));
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const pair64 = Array.from({length: 4096}, (_, value) => `${base64[value >> 6]}${base64[value & 63]}`);

export function nothingYet(): Truth {
	return {lines: 0, bytes: 0, sessions: {}, messages: {}, failures: {}, noDialogue: 0};
}

/** A machine with its processes; the machines of one site share their cast and their truth. */
export function site(chance: Random, people: Cast, truth: Truth, host: string, uses: number): Site {
	return {host, uses, chance, cast: people, truth, idle: new Map(), clock: '', nextPid: 1200, queueIds: 0};
}

export function flow(): Flow {
	return {lines: [], ties: [], held: [], next: 0, characters: 0};
}

export function say(target: Flow, process: Process, text: string, tie: Tie = free): void {
	const line = process.head + text;
	target.lines.push(line);
	target.ties.push(tie);
	target.characters += line.length;
}

/** A process of the program that serves nobody else until the flow ends. */
export function take(at: Site, target: Flow, tag: string): Process {
	let queue = at.idle.get(tag);
	if (queue === undefined) {
		queue = [];
		at.idle.set(tag, queue);
	}
	const process = queue.shift() ?? newProcess(at, tag);
	process.uses++;
	target.held.push(process);
	return process;
}

/** The one process of a daemon that serves everybody at the same time (qmgr, tlsproxy, postscreen …). */
export function daemon(at: Site, tag: string): Process {
	const known = at.idle.get(tag)?.[0];
	if (known !== undefined) return known;
	const process = newProcess(at, tag);
	at.idle.set(tag, [process]);
	return process;
}

/** A program that logs without a process id, as Dovecot does through syslog. */
export function dovecot(at: Site): Process {
	return {tag: 'dovecot', pid: 0, head: `${at.host} dovecot: `, uses: 0};
}

export function release(at: Site, ended: Flow): void {
	for (const process of ended.held) if (process.uses < at.uses) at.idle.get(process.tag)?.push(process);
}

function newProcess(at: Site, tag: string): Process {
	const pid = newPid(at);
	return {tag, pid, head: `${at.host} ${tag}[${pid}]: `, uses: 0};
}

export function newPid(at: Site): number {
	at.nextPid = at.nextPid >= 4_194_303 ? 1200 : at.nextPid + 1;
	return at.nextPid;
}

/** A short queue id, unique for 16 million messages. */
export function queueId(at: Site): string {
	const id = at.queueIds++;
	return `${hex3[at.chance.next() & 4095]}7${hex3[(id >> 12) & 4095]}${hex3[id & 4095]}`;
}

/** A Dovecot session id: 16 characters of base64. */
export function sessionId(at: Site): string {
	const a = at.chance.next();
	const b = at.chance.next();
	return `${pair64[a & 4095]}${pair64[(a >>> 12) & 4095]}qAFh${pair64[b & 4095]}${pair64[(b >>> 12) & 4095]}BQAE`;
}

/** A word of six hexadecimal digits, for message ids and the like. */
export function hexWord(at: Site): string {
	const bits = at.chance.next();
	return `${hex3[bits & 4095]}${hex3[(bits >>> 12) & 4095]}`;
}

export function ephemeralPort(at: Site): number {
	return 32768 + (at.chance.next() & 16383);
}

export function countSession(at: Site, hop: string, port: number, outcome: string, protocol: string): void {
	add(at.truth.sessions, `${hop}|${port}|${outcome}|${protocol}`, 1);
}

export function countMessages(at: Site, hop: string, messages: number): void {
	if (messages > 0) add(at.truth.messages, hop, messages);
}

export function countFailure(at: Site, reason: string, hop: string, port: number): void {
	add(at.truth.failures, `${reason}|${hop}|${port}`, 1);
}

function add(counts: Record<string, number>, key: string, more: number): void {
	counts[key] = (counts[key] ?? 0) + more;
}
