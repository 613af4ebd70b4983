import {isIP} from 'node:net';
import {InvalidArgumentError} from 'commander';
import {framingPattern} from '../log/lines/framing-pattern.ts';
import type {Listen} from '../metrics/server.ts';
import {hops} from '../model/session.ts';
import type {RetentionRules} from '../store/retention/retention.ts';
import {didYouMean} from '../text/nearest.ts';
import {spanOf} from '../text/time.ts';

/** Readers of flag values: each gives what the value means, or throws the sentence that follows the flag's name. */

export function readYear(text: string): number {
	if (!/^(?:19|20|21)\d\d$/.test(text)) throw new InvalidArgumentError('expected a year of four digits, such as 2026');
	return Number(text);
}

/** The pattern itself: threads and saved states take it as text. */
export function readFraming(text: string): string {
	try {
		framingPattern(text);
		return text;
	} catch (error) {
		throw new InvalidArgumentError((error as Error).message);
	}
}

export function readZone(text: string): string {
	try {
		new Intl.DateTimeFormat('en', {timeZone: text});
		return text;
	} catch {
		const near = didYouMean(text, Intl.supportedValuesOf('timeZone'));
		throw new InvalidArgumentError(`expected a name such as Europe/Berlin or UTC${near}`);
	}
}

export function readThreads(text: string): number {
	if (!/^[1-6]$/.test(text)) throw new InvalidArgumentError('expected 1 to 6; there is no work for more threads');
	return Number(text);
}

export function readBytes(text: string): number {
	if (!/^[1-9]\d{0,10}$/.test(text)) throw new InvalidArgumentError('expected a number of bytes');
	return Number(text);
}

/** A name of nothing is a variable of a script that is not set. */
export function readDatabase(text: string): string {
	if (text.trim() === '') throw new InvalidArgumentError('expected the name of a file, such as mail.db');
	return text;
}

/** The name of a unit of systemd (systemd.unit(5)), with or without its kind. */
export function readUnit(text: string): string {
	if (!/^[\w:.\\@-]{1,255}$/.test(text))
		throw new InvalidArgumentError(
			'expected the name of a unit, such as postfix; log files are named without --journal',
		);
	return text;
}

export function readFolder(text: string): string {
	if (text.trim() === '')
		throw new InvalidArgumentError('expected the name of a folder or a server, such as /srv/lake');
	return text;
}

export function readSeconds(text: string): number {
	if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) throw new InvalidArgumentError('expected a number of seconds');
	return Number(text);
}

/** `90d` as ms. What deletes takes no unit that can be taken for another, and no span that leaves nothing. */
export function readKeep(text: string): number {
	const span = spanOf(text, ['d', 'w']);
	if (span === null || span === 0)
		throw new InvalidArgumentError('expected at least one day, as a number and d (days) or w (weeks), such as 90d');
	return span;
}

/** `24h`, `7d`, a number of sessions, several with a comma, or `all`. */
export function readRetention(text: string): RetentionRules {
	let ms: number | null = null;
	let sessions: number | null = null;
	for (const word of text.split(',').map(part => part.trim().toLowerCase())) {
		if (word === 'all') continue;
		const isNumber = /^\d{1,12}$/.test(word);
		const value = isNumber ? Number(word) : spanOf(word, ['s', 'm', 'min', 'h', 'd', 'w']);
		if (value === null || value === 0)
			throw new InvalidArgumentError('write a time such as 24h or 7d, a number of sessions, both with a comma, or all');
		if (isNumber) sessions = value;
		else ms = value;
	}
	return {ms, sessions};
}

/** `127.0.0.1:9464`, `[::1]:9464`, or a port alone, which is one of this host and of nobody else. */
export function readListen(text: string): Listen {
	const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]*)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text.trim()) ?? [];
	const address = bracketed ?? (plain === 'localhost' ? undefined : plain) ?? '127.0.0.1';
	const port = Number(digits);
	if (!(port > 0 && port < 65_536) || isIP(address) !== (bracketed === undefined ? 4 : 6))
		throw new InvalidArgumentError(
			'expected an IP address and a port, such as 127.0.0.1:9464, [::1]:9464 or 9464; 0.0.0.0 is every address of this host',
		);
	return {address, port};
}

export function readHops(text: string, before: readonly string[] = []): readonly string[] {
	const words = text.split(',').map(word => word.trim());
	for (const word of words) {
		if ((hops as readonly string[]).includes(word)) continue;
		throw new InvalidArgumentError(`expected one of ${hops.join(', ')}${didYouMean(word, hops)}`);
	}
	return [...before, ...words];
}

export function readPorts(text: string): ReadonlyMap<string, number> {
	const ports = new Map<string, number>();
	for (const part of text.split(',')) {
		const [, service, digits] = /^\s*([^=\s]+)\s*=\s*(\d{1,5})\s*$/.exec(part) ?? [];
		const port = Number(digits);
		if (service === undefined || !(port > 0 && port < 65_536))
			throw new InvalidArgumentError('expected service=port, …, such as smtps=465,submission=587');
		ports.set(service, port);
	}
	return ports;
}
