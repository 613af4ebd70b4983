import {isIP, isIPv6} from 'node:net';
import {domainToASCII} from 'node:url';
import {didYouMean} from '../text/nearest.ts';

export const startTlsWords = ['smtp', 'lmtp', 'imap', 'pop3'] as const;
/** The protocol whose words lead up to TLS. */
export type StartTls = (typeof startTlsWords)[number];

/** Registered ports (RFC 8314 section 7.3, RFC 3207, RFC 2595, RFC 2033) and the names of RFC 6335 for them. */
const services = {
	smtp: [25, 'smtp', true],
	smtps: [465, 'smtp', false],
	submission: [587, 'smtp', true],
	submissions: [465, 'smtp', false],
	lmtp: [24, 'lmtp', true],
	imap: [143, 'imap', true],
	imaps: [993, 'imap', false],
	pop3: [110, 'pop3', true],
	pop3s: [995, 'pop3', false],
} as const satisfies Record<string, readonly [number, StartTls, boolean]>;

/** Where a probe goes and how TLS begins there. */
export type Target = {
	/** Without brackets; a name in its ASCII form. */
	readonly host: string;
	readonly port: number;
	/** `null`: TLS from the first byte. */
	readonly starttls: StartTls | null;
	/** Nobody said how TLS begins: the port's usual way was taken. */
	readonly usual: boolean;
	/** The protocol spoken inside, for a polite goodbye; `null` when the port does not show it. */
	readonly speaks: StartTls | null;
};

function readPort(word: string, whole: string): number {
	const named = Object.hasOwn(services, word.toLowerCase())
		? services[word.toLowerCase() as keyof typeof services]
		: undefined;
	if (named !== undefined) return named[0];
	const port = /^\d{1,5}$/.test(word) ? Number(word) : 0;
	if (port > 0 && port < 65_536) return port;
	const near = /^\d+$/.test(word) ? '' : didYouMean(word, Object.keys(services));
	throw new Error(
		`"${whole}": "${word}" is no port${near || ';'} write 1 to 65535 or ${Object.keys(services).join(', ')}`,
	);
}

function readHost(word: string, whole: string): string {
	if (isIP(word) !== 0) return word;
	const name = domainToASCII(word.replace(/\.$/, ''));
	if (/^(?!-)[\w-]{1,63}(?:\.[\w-]{1,63})*$/.test(name) && name.length <= 253) return name;
	throw new Error(`"${whole}": "${word}" is no host name and no address; write HOST:PORT such as mail.example.org:465`);
}

/** The words with which TLS usually begins on a port, or `null` for TLS from the first byte. */
function usualStart(port: number): StartTls | null {
	const found = Object.values(services).find(([number, , starttls]) => number === port && starttls);
	return found?.[1] ?? null;
}

/**
 * What `HOST:PORT` means: a name or address (IPv6 in brackets), a number or the name of a service. `starttls` undefined
 * takes the usual way of the port, `none` TLS from the first byte. Throws one sentence on a word that means nothing.
 */
export function readTarget(text: string, starttls: StartTls | 'none' | undefined): Target {
	const whole = text.trim();
	const [, bracketed, open, portWord] = /^(?:\[([^\]]*)\]|([^[\]]*?)):([^:]+)$/.exec(whole) ?? [];
	if (isIPv6(whole) || open?.includes(':') === true)
		throw new Error(`"${whole}": an IPv6 address needs brackets; write [2001:db8::1]:465`);
	if (portWord === undefined) throw new Error(`"${whole}" names no port; write HOST:PORT such as mail.example.org:465`);
	if (bracketed !== undefined && !isIPv6(bracketed))
		throw new Error(`"${whole}": "${bracketed}" is no IPv6 address; only those have brackets`);
	const host = bracketed ?? readHost(open ?? '', whole);
	const port = readPort(portWord, whole);
	const usual = usualStart(port);
	const start = starttls === undefined ? usual : starttls === 'none' ? null : starttls;
	const speaks = start ?? Object.values(services).find(([number]) => number === port)?.[1] ?? null;
	return {host, port, starttls: start, usual: starttls === undefined, speaks};
}

/** `HOST:PORT` with the brackets an IPv6 address needs. */
export function place(host: string, port: number): string {
	return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
