import {InvalidArgumentError, Option} from 'commander';
import {spanOf} from '../text/time.ts';

/** Flags of `postfix` and `probe` besides the flags of every command. */
export type ServerOptions = {
	/** Logs to hold the configuration against. */
	readonly log?: readonly string[];
	/** Run postconf for the configuration instead of reading the files. */
	readonly postconf?: boolean;
	/** Version of Postfix, where neither configuration nor log shows it. */
	readonly postfixVersion?: string;
	/** Output of `doveconf -n` in a file, or Dovecot's directory. */
	readonly dovecot?: string;
	/** Host to ask for what it accepts. */
	readonly probe?: string;
	readonly starttls?: 'smtp' | 'lmtp' | 'imap' | 'pop3' | 'none';
	/** Name for SNI and for the certificate; the host by default. */
	readonly servername?: string;
	/** Most connections made. */
	readonly connections?: number;
	/** Milliseconds a connection may take. */
	readonly timeout?: number;
	/** Milliseconds a whole probe may take. */
	readonly within?: number;
	/** Certificates that clients refuse are violations; by the port where it is not said. */
	readonly strict?: boolean;
	/** Days before the end of a certificate from which it is said. */
	readonly warnDays?: number;
	/** TLSA records to compare with; `true`: those that the resolver has. */
	readonly tlsa?: true | readonly string[];
};

function readConnections(text: string): number {
	if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('expected a number of connections from 1 to 999');
	return Number(text);
}

/** A timer of Node takes 31 bits of milliseconds. */
const longestTimeout = 2 ** 31 - 1;

/** `10s` as ms; a bare number is seconds. */
function readTimeout(text: string): number {
	const span = spanOf(/^\d+$/.test(text) ? `${text}s` : text, ['ms', 's', 'm']);
	if (span === null || span === 0 || span > longestTimeout)
		throw new InvalidArgumentError('expected a time such as 10s, 500ms or 2m');
	return span;
}

function readVersion(text: string): string {
	if (!/^[23]\.\d{1,2}(?:\.\d{1,2})?$/.test(text)) throw new InvalidArgumentError('expected a release such as 3.7.11');
	return text;
}

function readDays(text: string): number {
	if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('expected a number of days from 0 to 9999');
	return Number(text);
}

/** Records, one a flag. A word that is none is mostly the target, which the flag has swallowed. */
function addRecord(text: string, before: true | readonly string[] = []): readonly string[] {
	if (!/\d+\s+\d+\s+\d+\s+[\da-f]/i.test(text))
		throw new InvalidArgumentError('expected a record such as "3 1 1 0123…", or none; HOST:PORT stands before --tlsa');
	return [...(before === true ? [] : before), text];
}

const add = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const bounds: readonly Option[] = [
	new Option('--connections <n>', 'make at most so many connections to a service')
		.default(40)
		.argParser(readConnections),
	new Option('--timeout <time>', 'time for one connection').default(10_000, '10s').argParser(readTimeout),
];

export const postfixFlags: readonly Option[] = [
	new Option('--log <file...>', 'logs to hold the configuration against').argParser(add),
	new Option('--dovecot <file>', 'output of "doveconf -n", or Dovecot’s directory; - for standard input'),
	new Option('--postconf', 'run postconf for the configuration'),
	new Option('--postfix-version <version>', 'release, where nothing else shows it').argParser(readVersion),
	new Option('--probe <host>', 'ask this host what its services accept'),
	...bounds,
];

export const probeFlags: readonly Option[] = [
	new Option('--starttls <protocol>', 'how TLS begins, where not in the usual way of the port').choices([
		'smtp',
		'lmtp',
		'imap',
		'pop3',
		'none',
	]),
	new Option('--servername <name>', 'name to ask for and to look for in the certificate; default: the host'),
	new Option('--strict', 'fail a name, chain, digest or key that clients may refuse; default on 465, 587, 993, 995'),
	new Option('--no-strict', 'only note them'),
	new Option('--warn-days <n>', 'say so when a certificate ends in fewer days; WARNING with --format nagios')
		.default(14)
		.argParser(readDays),
	new Option(
		'--tlsa [record]',
		'compare the certificate with its TLSA record, such as "3 1 1 0123…"; else with DNS',
	).argParser(addRecord),
	...bounds,
	new Option('--within <time>', 'time for the whole probe').default(120_000, '2m').argParser(readTimeout),
];
