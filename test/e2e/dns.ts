import {createSocket} from 'node:dgram';
import {createServer} from 'node:net';
import {type Answer, AUTHENTIC_DATA, AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE} from 'dns-packet';
import {clientName, ownAddress, ownName} from './cast.ts';

/** A domain that receives mail: its MX, the address of that, and for DANE the TLSA data of port 25, or that its lookup fails. */
export type MailDomain = {
	readonly domain: string;
	readonly host: string;
	readonly address: string;
	/** False: answers come without the AD bit, as from a zone that is not signed. */
	readonly signed: boolean;
	readonly tlsa?: ReadonlyArray<{usage: number; selector: number; matchingType: number; certificate: Buffer}> | 'fails';
};

export type Dns = {add(domain: MailDomain): void; close(): Promise<void>};

type Zone = {readonly answers: Answer[]; readonly signed: boolean};

const ttl = 60;

function reverse(address: string): string {
	return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

/**
 * The resolver of the tests on 127.0.0.1:53, UDP and TCP: it knows every client by its address, and the domains added. It sets
 * AD (RFC 4035 section 3.2.3) on all answers but those of domains that are not signed, as a validating resolver does.
 */
export async function startDns(): Promise<Dns> {
	const zones = new Map<string, Zone>();
	const failing = new Set<string>();
	const put = (name: string, type: string, answer: Answer, signed = true): void => {
		const key = `${name} ${type}`;
		const zone = zones.get(key) ?? {answers: [], signed};
		zone.answers.push(answer);
		zones.set(key, zone);
	};
	// Postfix asks once whether the resolver validates (postconf(5), dnssec_probe).
	put('.', 'NS', {name: '.', type: 'NS', ttl, data: 'ns.example'});
	const a = (name: string, address: string, signed = true): void => {
		put(name, 'A', {name, type: 'A', ttl, data: address}, signed);
		put(reverse(address), 'PTR', {name: reverse(address), type: 'PTR', ttl, data: name});
	};
	a(ownName, ownAddress);
	for (let number = 1; number < 255; number++) {
		const address = `198.51.100.${number}`;
		const name = clientName(address);
		if (name !== null) a(name, address);
	}

	function answer(packet: Buffer): Buffer {
		const {id, questions = []} = decode(packet);
		const question = questions[0];
		const name = (question?.name ?? '').toLowerCase() || '.';
		const zone = zones.get(`${name} ${question?.type}`);
		const known = [...zones.keys()].some(key => key.startsWith(`${name} `));
		const unsigned = [...zones].some(([key, value]) => !value.signed && key.split(' ')[0]?.endsWith(name));
		const signed = zone?.signed ?? !unsigned;
		return encode({
			type: 'response',
			...(id === undefined ? {} : {id}),
			// The lowest four bits are the answer's code: 2 is SERVFAIL, 3 NXDOMAIN (RFC 1035 section 4.1.1).
			flags: failing.has(name)
				? RECURSION_AVAILABLE | 2
				: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | (signed ? AUTHENTIC_DATA : 0) | (known ? 0 : 3),
			questions,
			answers: zone?.answers ?? [],
		});
	}

	const udp = createSocket('udp4');
	udp.on('message', (packet, from) => udp.send(answer(packet), from.port, from.address));
	await new Promise<void>((resolve, reject) => {
		udp.once('error', reject);
		udp.bind(53, '127.0.0.1', resolve);
	});
	const tcp = createServer(socket => {
		socket.on('error', () => {});
		socket.on('data', data => {
			const reply = answer(data.subarray(2));
			const length = Buffer.alloc(2);
			length.writeUInt16BE(reply.length);
			socket.end(Buffer.concat([length, reply]));
		});
	});
	await new Promise<void>((resolve, reject) => {
		tcp.once('error', reject);
		tcp.listen(53, '127.0.0.1', resolve);
	});

	return {
		add({domain, host, address, signed, tlsa}) {
			put(domain, 'MX', {name: domain, type: 'MX', ttl, data: {preference: 10, exchange: host}}, signed);
			a(host, address, signed);
			const name = `_25._tcp.${host}`;
			if (tlsa === 'fails') failing.add(name);
			else for (const data of tlsa ?? []) put(name, 'TLSA', {name, type: 'TLSA', ttl, data}, signed);
		},
		async close() {
			await new Promise<void>(resolve => udp.close(() => resolve()));
			await new Promise<void>(resolve => tcp.close(() => resolve()));
		},
	};
}
