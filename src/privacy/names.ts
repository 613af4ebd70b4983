import {createHmac} from 'node:crypto';
import ipaddr from 'ipaddr.js';

/** What a name is the name of. */
export type Kind = 'address' | 'network' | 'host' | 'domain' | 'user' | 'log' | 'program';

/** Gives what distinguishes a name from all others of its kind. */
export type Marks = (kind: Kind, said: string) => string;

/** Counts the names of each kind in the order in which they are met, from 1. The same run of the same log counts alike. */
export function numbers(): Marks {
	const counts = new Map<Kind, number>();
	return kind => {
		const next = (counts.get(kind) ?? 0) + 1;
		counts.set(kind, next);
		return String(next);
	};
}

/** Hexadecimal digits of a pseudonym: 48 bits, so that two of a million names are alike in one of 500 logs. */
const digits = 12;

/**
 * Pseudonyms by a key: the first 48 bits of HMAC-SHA-256 (RFC 2104) over the kind, a line end and the name. They are the same in
 * every run with the same key, and who lacks the key cannot try names.
 */
export const keyed =
	(key: Uint8Array): Marks =>
	(kind, said) =>
		createHmac('sha256', key).update(`${kind}\n${said}`).digest('hex').slice(0, digits);

/** How names are replaced: `mask` leaves the network of an address, `pseudonym` nothing. */
export type Mode = 'mask' | 'pseudonym';

/** The names that stand for those of the log. */
export type Names = {
	/** The name that stands for one of the log; an address is one of any kind. */
	readonly name: (kind: Kind, said: string) => string;
	/** What such a name stands for, of those that were given; the text itself where it stands for nothing. */
	readonly said: (shown: string) => string;
};

/** Whole numbers are addresses to some, and names of users to us. */
const isAddress = (said: string): boolean => /[.:]/.test(said) && ipaddr.isValid(said);

const hex = (group: number | undefined): string => (group ?? 0).toString(16);

/** The network of an address with a mark: IPv4 to 16 bits, `192.0.x.x#1`, IPv6 to 32, `2001:db8:x:x#1`. */
function masked(address: ipaddr.IPv4 | ipaddr.IPv6, mark: string): string {
	if (address instanceof ipaddr.IPv4) return `${address.octets.slice(0, 2).join('.')}.x.x#${mark}`;
	return `${hex(address.parts[0])}:${hex(address.parts[1])}:x:x#${mark}`;
}

/** Names ahead of which pseudonyms are forgotten, as they can be made again. Numbers cannot. */
const mostKept = 100_000;

/** `invalid` is a top-level domain that will never be (RFC 6761, 6.4): nobody takes these names for real ones. */
const forms: Readonly<Record<Exclude<Kind, 'address' | 'user'>, (mark: string) => string>> = {
	network: mark => `network-${mark}`,
	host: mark => `host-${mark}.invalid`,
	domain: mark => `domain-${mark}.invalid`,
	log: mark => `log-${mark}`,
	program: mark => `program-${mark}`,
};

/** Makes names; two names of the log never get the same number, and so stay apart in every list. */
export function createNames(mode: Mode, marks: Marks): Names {
	const given = new Map<Kind, Map<string, string>>();

	function made(kind: Kind, said: string): string {
		if (kind === 'address') {
			const address = ipaddr.process(said);
			const mark = marks(kind, said);
			return mode === 'mask' ? masked(address, mark) : `${address.kind() === 'ipv4' ? 'ip4' : 'ip6'}-${mark}`;
		}
		if (kind !== 'user') return forms[kind](marks(kind, said));
		const at = said.lastIndexOf('@');
		return `user-${marks(kind, said)}${at === -1 ? '' : `@${name('domain', said.slice(at + 1))}`}`;
	}

	function name(asked: Kind, said: string): string {
		const known = given.get(asked) ?? new Map<string, string>();
		given.set(asked, known);
		const shown = known.get(said);
		if (shown !== undefined) return shown;
		if (mode === 'pseudonym' && known.size >= mostKept) known.clear();
		// Where a host or an address stands, the log may have the other.
		const kind = isAddress(said) ? 'address' : asked === 'address' ? 'host' : asked;
		const fresh = kind === asked ? made(kind, said) : name(kind, said);
		known.set(said, fresh);
		return fresh;
	}

	return {
		name,
		said(shown) {
			for (const known of given.values()) for (const [said, other] of known) if (other === shown) return said;
			return shown;
		},
	};
}
