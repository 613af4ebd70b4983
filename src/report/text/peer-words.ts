import {shortened, width} from '../../text/width.ts';

/** Who a peer is, in words: safe text comes in, as wide as it is or cut to so many columns. */

/** `host[address]` as Postfix writes it, or the one that the log has; empty where it has neither. */
export function hostAndAddress(host: string | null, address: string | null): string {
	if (host === null || host === address) return address ?? '';
	return address === null ? host : `${host}[${address}]`;
}

/** The same in few columns: the address tells who it is, and stays as long as it fits; the host gives way. */
export function cutPeer(text: string, room: number): string {
	if (width(text) <= room) return text;
	const [, host, address] = /^(.*)(\[[^[\]]*\])$/.exec(text) ?? [];
	if (host === undefined || address === undefined) return shortened(text, room);
	const left = room - width(address);
	return left < 1 ? shortened(address, room) : shortened(host, left) + address;
}
