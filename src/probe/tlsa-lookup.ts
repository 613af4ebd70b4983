import {randomInt} from 'node:crypto';
import {createSocket} from 'node:dgram';
import dns from 'node:dns';
import {connect, isIPv6} from 'node:net';
import {AUTHENTIC_DATA, type DecodedPacket, decode, encode, RECURSION_DESIRED} from 'dns-packet';
import {createEnd} from './end.ts';
import type {TlsaRecord} from './tlsa.ts';

/** TLSA records that a resolver knows; `problem`: why there is no answer. */
export type TlsaAnswer = {
	readonly resolver: string | null;
	/** The resolver sets AD: it has validated the answer (RFC 4035 section 3.2.3). */
	readonly authenticated: boolean;
	readonly records: readonly TlsaRecord[];
	readonly problem: string | null;
};

/** Milliseconds for one question. */
const patience = 5000;

/** `192.0.2.1`, `192.0.2.1:5353`, `[2001:db8::1]:53`, as `getServers` writes resolvers. */
function place(server: string): {host: string; port: number} {
	const [, bracketed, open, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(server) ?? [];
	return {host: bracketed ?? open ?? server, port: port === undefined ? 53 : Number(port)};
}

/** One question over UDP; rejects when there is no answer in time. */
function askUdp(server: string, question: Buffer, signal: AbortSignal): Promise<Buffer> {
	const {host, port} = place(server);
	return new Promise((resolve, reject) => {
		const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
		const end = (error: Error | null, answer?: Buffer): void => {
			signal.removeEventListener('abort', stopped);
			socket.close();
			if (answer === undefined) reject(error);
			else resolve(answer);
		};
		const stopped = (): void => end(new Error('no answer in time'));
		signal.addEventListener('abort', stopped);
		if (signal.aborted) return stopped();
		socket.on('error', end);
		// An answer to another question, or to nobody's, is passed over.
		socket.on('message', answer => {
			if (answer.length > 11 && answer.readUInt16BE(0) === question.readUInt16BE(0)) end(null, answer);
		});
		socket.connect(port, host, () => socket.send(question));
	});
}

/** The same over TCP, for answers that UDP cuts off (RFC 7766). */
function askTcp(server: string, question: Buffer, signal: AbortSignal): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const socket = connect({...place(server), signal});
		let held = Buffer.alloc(0);
		const length = Buffer.alloc(2);
		length.writeUInt16BE(question.length);
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('the connection was cut')));
		socket.on('data', (bytes: Buffer) => {
			held = Buffer.concat([held, bytes]);
			if (held.length < 2 || held.length < 2 + held.readUInt16BE(0)) return;
			resolve(held.subarray(2, 2 + held.readUInt16BE(0)));
			socket.destroy();
		});
		socket.write(Buffer.concat([length, question]));
	});
}

async function ask(server: string, name: string, signal: AbortSignal): Promise<DecodedPacket> {
	const question = encode({
		type: 'query',
		id: randomInt(65_536),
		// RFC 6840 section 5.7: the bit in a question asks for it in the answer.
		flags: RECURSION_DESIRED | AUTHENTIC_DATA,
		questions: [{type: 'TLSA', name}],
	});
	const within = createEnd(patience, signal);
	try {
		const answer = decode(await askUdp(server, question, within.signal));
		return answer.flag_tc ? decode(await askTcp(server, question, within.signal)) : answer;
	} finally {
		within.end();
	}
}

function recordsOf({answers = []}: DecodedPacket): TlsaRecord[] {
	return answers.flatMap(answer => {
		if (answer.type !== 'TLSA') return [];
		const {usage, selector, matchingType, certificate} = answer.data;
		return [{usage, selector, matching_type: matchingType, data: certificate.toString('hex')}];
	});
}

/** Codes of answers that are none (RFC 1035 section 4.1.1); a name that does not exist has no records, which is an answer. */
function problemOf(packet: DecodedPacket & {readonly rcode?: string}): string | null {
	const {rcode = 'NOERROR'} = packet;
	if (rcode === 'NOERROR' || rcode === 'NXDOMAIN') return null;
	return rcode === 'SERVFAIL' ? 'SERVFAIL: the zone cannot be reached, or its DNSSEC is broken' : rcode;
}

/**
 * Asks the resolvers of this host, one after another, for the TLSA records at `name` (`_25._tcp.mail.example.org`). Node has
 * no such question before release 23.9, and none that shows AD. Never throws; what went wrong is in `problem`.
 */
export async function lookupTlsa(name: string, signal: AbortSignal): Promise<TlsaAnswer> {
	let last: TlsaAnswer = {resolver: null, authenticated: false, records: [], problem: 'this host has no resolver'};
	for (const server of dns.getServers()) {
		try {
			const packet = await ask(server, name, signal);
			const problem = problemOf(packet);
			const records = problem === null ? recordsOf(packet) : [];
			last = {resolver: server, authenticated: packet.flag_ad, records, problem};
			if (problem === null) return last;
		} catch (error) {
			last = {resolver: server, authenticated: false, records: [], problem: (error as Error).message};
		}
	}
	return last;
}
