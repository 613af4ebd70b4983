import type {PortSource} from '../model/session.ts';
import type {Tag} from './lines/tag.ts';

/** A host that logs. Rules never look across hosts. */
export type Host = {
	/** null where the framing has no host. */
	readonly name: string | null;
	readonly daemons: Map<string, Daemon>;
	/** Time of the first line read, ms: what began earlier may have left its lines in a file we do not have. */
	firstTime: number;
	/** Until this log time lines are known to be missing (rate limits), ms. */
	lossyUntil: number;
	/** Its clock: the latest time of its lines, and of the silence behind them, ms. Hosts may be years apart. */
	now: number;
	/** When its clock is to be looked at next for what is due, and for what has been silent for too long. */
	nextSweep: number;
	nextEviction: number;
};

/** One tag on one host, and what its lines taught about it: a service writes under one tag all the time. */
export type Daemon = {
	readonly host: Host;
	readonly tag: Tag;
	/** The operator's word, or the program's standard service; null when the tag does not say. */
	readonly service: string | null;
	readonly port: number | null;
	readonly portSource: PortSource | null;
	/** TLS from the first byte (RFC 8314): known from the service's name. */
	readonly wrapper: boolean;
	readonly learned: Learned;
	/** The client that was named last: all that links a line to a session where the framing has no process number. */
	lastClient: string;
};

/** What may be learned later than it is needed; see `deferred-verdicts.ts`. */
export type Learned = {
	/** A summary was seen: TLS logging is on (loglevel 1). */
	summaries: boolean;
	/** A handshake before any command: wrapper mode. */
	wrapper: boolean;
	/** A STARTTLS command was counted. */
	starttls: boolean;
	/** An open TLS connection was taken up again: tlsproxy holds connections for it (3.4). */
	reuses: boolean;
	/** It said that it goes on without TLS. */
	tlsOff: boolean;
};

/** The current line. One object is used over and over: copy what you keep. */
export type LineContext = {
	daemon: Daemon;
	pid: number;
	/** ms since 1970 UTC, null when the framing bears no date. */
	time: number | null;
	source: string;
	lineNumber: number;
};
