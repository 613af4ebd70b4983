import {recipientDomain} from '../../../model/deliveries.ts';
import {readSecured, type Secured} from '../../dovecot-secured.ts';
import {type HandshakeText, readHandshake} from '../../handshake-text.ts';
import type {Hosts} from '../../hosts.ts';
import {type LibraryProblem, readProblem} from '../../library-problem.ts';
import type {Daemon} from '../../line-context.ts';
import {type Text, wordOf} from '../../lines/text.ts';
import {type LoginProcess, loginProcess} from '../../login-head.ts';
import {type Peer, type Relay, readPeer, readRelay} from '../../peer.ts';
import {argumentAt, kindAt, type Records, record} from '../../records.ts';
import {readTlsReport, type TlsReport} from './tls-report.ts';

/** What the numbers in records stand for. */
export type LookupTable = {
	readonly clients: ReadonlyArray<Peer | undefined>;
	readonly relays: ReadonlyArray<Relay | undefined>;
	readonly strings: ReadonlyArray<string | undefined>;
	/** Domains of recipients; null for what is none. */
	readonly domains: ReadonlyArray<string | null | undefined>;
	readonly endpoints: ReadonlyArray<string | undefined>;
	readonly handshakes: ReadonlyArray<HandshakeText | undefined>;
	readonly handshakeKeys: ReadonlyArray<string | undefined>;
	readonly labels: ReadonlyArray<LoginProcess | undefined>;
	readonly secureds: ReadonlyArray<Secured | undefined>;
	readonly problems: ReadonlyArray<LibraryProblem | undefined>;
	/** What lines of TLSRPT say; null for what is not read. */
	readonly reports: ReadonlyArray<TlsReport | null | undefined>;
	/** Hosts and tags, once they are made. */
	readonly daemons: ReadonlyArray<Daemon | undefined>;
	/**
	 * Makes the host and tag that a number names, for the first record about them; undefined: it names none. Not made when they are named: the
	 * names of a block that was read ahead may come before the records of the block in front of it, and hosts hand out their sessions in the
	 * order in which they were made.
	 */
	makeDaemon(number: number): Daemon | undefined;
	/** The name of the source that the lines come from. */
	readonly source: string;
	/** Learns from the definition at a position in the records. */
	define(records: Records, at: number): void;
	/** Hosts and tags that are made are forgotten; the next record about them makes them anew. */
	renew(): void;
};

/** All of a text, however long. */
function wholeOf({bytes, at, end}: Text): string {
	return bytes.toString('utf8', at, end);
}

/** Writes what a number stands for. A list with gaps becomes a hash table to V8, and each look at it takes a multiple. */
function write<Item>(list: Array<Item | undefined>, number: number, item: Item): void {
	while (list.length < number) list.push(undefined);
	list[number] = item;
}

/** Makes an empty lookup table; `hosts` knows the hosts and tags. One closure, as all read the same lists. */
export function createLookupTable(hosts: Hosts): LookupTable {
	const clients: Array<Peer | undefined> = [];
	const relays: Array<Relay | undefined> = [];
	const strings: Array<string | undefined> = [];
	const domains: Array<string | null | undefined> = [];
	const endpoints: Array<string | undefined> = [];
	const handshakes: Array<HandshakeText | undefined> = [];
	const handshakeKeys: Array<string | undefined> = [];
	const labels: Array<LoginProcess | undefined> = [];
	const secureds: Array<Secured | undefined> = [];
	const problems: Array<LibraryProblem | undefined> = [];
	const reports: Array<TlsReport | null | undefined> = [];
	const daemonNames: Array<string | undefined> = [];
	const daemons: Array<Daemon | undefined> = [];
	let source = '';
	let text: Text | undefined;

	function textAt({bytes}: Records, from: number, to: number): Text {
		if (text?.bytes !== bytes) text = {bytes, at: from, end: to};
		text.at = from;
		text.end = to;
		return text;
	}

	return {
		clients,
		relays,
		strings,
		domains,
		endpoints,
		handshakes,
		handshakeKeys,
		labels,
		secureds,
		problems,
		reports,
		daemons,
		get source() {
			return source;
		},
		makeDaemon(number) {
			const name = daemonNames[number];
			if (name === undefined) return undefined;
			const blank = name.indexOf(' ');
			const daemon = hosts.find(blank === 0 ? null : name.slice(0, blank), name.slice(blank + 1));
			write(daemons, number, daemon);
			return daemon;
		},
		renew() {
			daemons.length = 0;
		},
		define(records, at) {
			const {ints} = records;
			const number = ints[at + argumentAt] ?? 0;
			const from = ints[at + argumentAt + 1] ?? 0;
			const to = ints[at + argumentAt + 2] ?? 0;
			const defined = textAt(records, from, to);
			switch (ints[at + kindAt]) {
				case record.client:
					write(clients, number, readPeer(defined));
					break;
				case record.relay:
					write(relays, number, readRelay(defined));
					break;
				case record.string:
					write(strings, number, wordOf(defined, from, to));
					break;
				case record.domain:
					write(domains, number, recipientDomain(wordOf(defined, from, to)));
					break;
				case record.endpoint:
					write(endpoints, number, wordOf(defined, from, to));
					break;
				case record.handshake:
					write(handshakes, number, readHandshake(wholeOf(defined)));
					break;
				case record.handshakeKey:
					write(handshakeKeys, number, wordOf(defined, from, to));
					break;
				case record.label:
					write(labels, number, loginProcess(wordOf(defined, from, to)));
					break;
				case record.secured:
					write(secureds, number, readSecured(wholeOf(defined)));
					break;
				case record.problem:
					write(problems, number, readProblem(wholeOf(defined)));
					break;
				case record.report:
					write(reports, number, readTlsReport(wholeOf(defined)));
					break;
				case record.daemon:
					write(daemonNames, number, wholeOf(defined));
					if (daemons[number] !== undefined) daemons[number] = undefined;
					break;
				case record.source:
					source = wholeOf(defined);
					break;
				case record.forget:
					daemonNames.length = 0;
					daemons.length = 0;
					break;
			}
		},
	};
}
