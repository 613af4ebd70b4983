/**
 * Everybody who talks to the busy site, rendered once: a host keeps its name, address and TLS stack for the whole log,
 * as on a real site. Names follow RFC 2606; addresses RFC 5737, RFC 3849 and, where 762 IPv4 addresses are too few,
 * the benchmarking range 198.18.0.0/15 of RFC 2544.
 */
import {type Random, weighted} from './random.ts';

export type Stack = {
	readonly protocol: string;
	/** `TLSv1.3 with cipher … (256/256 bits)`: what Postfix and Dovecot's %k share. */
	readonly security: string;
	/** What Postfix adds for TLS 1.3 (key exchange and signature); empty below. */
	readonly tail: string;
	/** The same of a resumed session, which stops after the key exchange. */
	readonly resumedTail: string;
};

/** A mail server out there; `stack` is null for one that speaks no TLS. */
export type Relay = {
	readonly name: string;
	readonly ip: string;
	/** `name[ip]` */
	readonly peer: string;
	readonly domain: string;
	readonly stack: Stack | null;
	readonly trust: string;
	/** Outbound only: sessions are kept open by tlsproxy (`smtp_tls_connection_reuse`). */
	readonly reuse: boolean;
};

type Device = {
	readonly ip: string;
	readonly peer: string;
	readonly stack: Stack | null;
};

type User = {
	readonly login: string;
	readonly address: string;
	readonly devices: readonly Device[];
	/** The service the user's programs submit to. */
	readonly submission: 'smtps' | 'submissions' | 'submission';
	readonly mailboxPort: 993 | 995 | 143 | 110;
};

export type Cast = {
	readonly inbound: readonly Relay[];
	readonly outbound: readonly Relay[];
	readonly users: readonly User[];
};

const modern = (cipher: string, keyExchange: string, signature: string): Stack => ({
	protocol: 'TLSv1.3',
	security: `TLSv1.3 with cipher ${cipher} (${cipher.includes('128') ? '128/128' : '256/256'} bits)`,
	tail: ` key-exchange ${keyExchange} server-signature ${signature} server-digest SHA256`,
	resumedTail: ` key-exchange ${keyExchange}`,
});

const older = (protocol: string, cipher: string, bits: number): Stack => ({
	protocol,
	security: `${protocol} with cipher ${cipher} (${bits}/${bits} bits)`,
	tail: '',
	resumedTail: '',
});

const stacks = weighted<Stack>([
	[46, modern('TLS_AES_256_GCM_SHA384', 'X25519', 'RSA-PSS (2048 bits)')],
	[10, modern('TLS_AES_256_GCM_SHA384', 'ECDHE (P-256)', 'ECDSA (prime256v1)')],
	[8, modern('TLS_AES_128_GCM_SHA256', 'X25519', 'RSA-PSS (4096 bits)')],
	[4, modern('TLS_CHACHA20_POLY1305_SHA256', 'X25519MLKEM768', 'ECDSA (prime256v1)')],
	[15, older('TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384', 256)],
	[6, older('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256', 128)],
	[2, older('TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305', 256)],
	[2, older('TLSv1.2', 'AES256-SHA256', 256)],
	[1, older('TLSv1.2', 'DHE-RSA-AES256-SHA', 256)],
	[1, older('TLSv1.1', 'ECDHE-RSA-AES256-SHA', 256)],
	[3, older('TLSv1', 'ECDHE-RSA-AES256-SHA', 256)],
	[1, older('TLSv1', 'DES-CBC3-SHA', 112)],
]);

const syllables = ['ba', 'de', 'fi', 'go', 'hu', 'ka', 'le', 'mi', 'no', 'pu', 'ra', 'se', 'ti', 'vo', 'zu'];
const zones = ['example.com', 'example.net', 'example.org', 'example'];

/** An address of 198.18.0.0/15 or of 2001:db8::/32. */
export function anyAddress(chance: Random): string {
	const bits = chance.next();
	return (bits & 7) === 0
		? `2001:db8:${(bits >>> 16).toString(16)}::${((bits >>> 3) & 0x1fff).toString(16)}`
		: `198.${18 + ((bits >>> 3) & 1)}.${(bits >>> 8) & 255}.${(bits >>> 16) & 255}`;
}

function word(chance: Random): string {
	return Array.from({length: 2 + chance.below(2)}, () => chance.pick(syllables)).join('');
}

function relay(chance: Random, plaintextShare: number, reuse: boolean): Relay {
	const domain = `${word(chance)}${chance.below(90)}.${chance.pick(zones)}`;
	const ip = anyAddress(chance);
	const name = `${chance.pick(['mx', 'mail', 'mx1', 'out3', 'smtp-gw', 'relay2'])}.${domain}`;
	const stack = chance.chance(plaintextShare) ? null : chance.pick(stacks);
	const trust = chance.pick(['Untrusted', 'Untrusted', 'Trusted', 'Trusted', 'Verified']);
	return {name, ip, peer: `${name}[${ip}]`, domain, stack, trust, reuse};
}

function user(chance: Random, index: number): User {
	const login = `${word(chance)}${index}`;
	const mailboxPort = chance.pick(
		weighted<User['mailboxPort']>([
			[70, 993],
			[12, 995],
			[14, 143],
			[4, 110],
		]),
	);
	const devices = Array.from({length: 1 + chance.below(3)}, (): Device => {
		const ip = anyAddress(chance);
		const name = chance.chance(0.5) ? 'unknown' : `host-${chance.below(9999)}.pool.${chance.pick(zones)}`;
		const wrapper = mailboxPort === 993 || mailboxPort === 995;
		return {ip, peer: `${name}[${ip}]`, stack: !wrapper && chance.chance(0.12) ? null : chance.pick(stacks)};
	});
	const submission = chance.pick(
		weighted<User['submission']>([
			[4, 'smtps'],
			[3, 'submissions'],
			[5, 'submission'],
		]),
	);
	return {login, address: `${login}@example.org`, devices, submission, mailboxPort};
}

export type CastSizes = {readonly inbound: number; readonly outbound: number; readonly users: number};

export function cast(chance: Random, sizes: CastSizes): Cast {
	return {
		inbound: Array.from({length: sizes.inbound}, () => relay(chance, 0.07, false)),
		outbound: Array.from({length: sizes.outbound}, (_, index) => relay(chance, 0.06, index % 2 === 0)),
		users: Array.from({length: sizes.users}, (_, index) => user(chance, index)),
	};
}
