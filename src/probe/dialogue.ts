import type {Failure} from './failure.ts';
import type {StartTls} from './target.ts';

/** The next step of a dialogue: say something, wait for more, begin TLS, or give up (with a polite last word). */
export type Step =
	| {readonly do: 'wait'; readonly next: Dialogue}
	| {readonly do: 'say'; readonly line: string; readonly next: Dialogue}
	| {readonly do: 'secure'}
	| {readonly do: 'give-up'; readonly failure: Failure; readonly goodbye: string | null};

/** The state of a dialogue: given the server's next line (without its end), the next step. Pure. */
export type Dialogue = (line: string) => Step;

/** The name by which a probe introduces itself. */
const name = 'tlsaudit';

/** The last word of each protocol. */
export const goodbyes: Readonly<Record<StartTls, string>> = {
	smtp: 'QUIT',
	lmtp: 'QUIT',
	imap: 'z LOGOUT',
	pop3: 'QUIT',
};

/** A server's text as far as a sentence quotes it. */
function cut(line: string): string {
	return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

type Spoken = Extract<Failure, {readonly said: string}>['kind'];

function giveUp(kind: Spoken, line: string, goodbye: string | null): Step {
	return {do: 'give-up', failure: {kind, said: cut(line)}, goodbye};
}

/** A reply of RFC 5321 section 4.2.1: code, whether more lines follow, text. */
function reply(line: string): {code: string; more: boolean; text: string} | null {
	const found = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line);
	return found === null ? null : {code: found[1] ?? '', more: found[2] === '-', text: found[3] ?? ''};
}

/** RFC 3207 after a greeting of RFC 5321, or of RFC 2033 for LMTP. */
function smtp(verb: 'EHLO' | 'LHLO'): Dialogue {
	const ready: Dialogue = line => {
		const found = reply(line);
		if (found?.code !== '220') return giveUp('starttls-refused', line, goodbyes.smtp);
		return found.more ? {do: 'wait', next: ready} : {do: 'secure'};
	};
	const hello =
		(offered: boolean): Dialogue =>
		line => {
			const found = reply(line);
			if (found?.code === '421') return giveUp('turned-away', line, null);
			if (found?.code !== '250') return giveUp('hello-refused', line, goodbyes.smtp);
			const known = offered || /^STARTTLS\s*$/i.test(found.text);
			if (found.more) return {do: 'wait', next: hello(known)};
			if (known) return {do: 'say', line: 'STARTTLS', next: ready};
			return {do: 'give-up', failure: {kind: 'not-advertised'}, goodbye: goodbyes.smtp};
		};
	const greeting: Dialogue = line => {
		const found = reply(line);
		if (found === null) return giveUp('other-protocol', line, null);
		if (found.code !== '220') return giveUp('turned-away', line, goodbyes.smtp);
		return found.more ? {do: 'wait', next: greeting} : {do: 'say', line: `${verb} ${name}`, next: hello(false)};
	};
	return greeting;
}

/** RFC 9051 sections 6.1.1 and 6.2.1. */
function imap(): Dialogue {
	const ready: Dialogue = line => {
		if (/^\* BYE\b/i.test(line)) return giveUp('turned-away', line, null);
		if (/^b OK\b/i.test(line)) return {do: 'secure'};
		return line.startsWith('* ') ? {do: 'wait', next: ready} : giveUp('starttls-refused', line, goodbyes.imap);
	};
	const capability =
		(offered: boolean): Dialogue =>
		line => {
			if (/^\* BYE\b/i.test(line)) return giveUp('turned-away', line, null);
			if (line.startsWith('* '))
				return {do: 'wait', next: capability(offered || /^\* CAPABILITY .*\bSTARTTLS\b/i.test(line))};
			if (!/^a OK\b/i.test(line)) return giveUp('hello-refused', line, goodbyes.imap);
			if (offered) return {do: 'say', line: 'b STARTTLS', next: ready};
			return {do: 'give-up', failure: {kind: 'not-advertised'}, goodbye: goodbyes.imap};
		};
	return line => {
		if (/^\* OK\b/i.test(line)) return {do: 'say', line: 'a CAPABILITY', next: capability(false)};
		if (/^\* BYE\b/i.test(line)) return giveUp('turned-away', line, null);
		if (/^\* PREAUTH\b/i.test(line))
			return {do: 'give-up', failure: {kind: 'preauthenticated'}, goodbye: goodbyes.imap};
		return giveUp('other-protocol', line, null);
	};
}

/** RFC 2595 section 4, capabilities by RFC 2449; a server without CAPA is asked for STLS all the same. */
function pop3(): Dialogue {
	const ready: Dialogue = line =>
		/^\+OK\b/i.test(line) ? {do: 'secure'} : giveUp('starttls-refused', line, goodbyes.pop3);
	const ask: Step = {do: 'say', line: 'STLS', next: ready};
	const list =
		(offered: boolean): Dialogue =>
		line => {
			if (line !== '.') return {do: 'wait', next: list(offered || /^STLS\s*$/i.test(line))};
			return offered ? ask : {do: 'give-up', failure: {kind: 'not-advertised'}, goodbye: goodbyes.pop3};
		};
	const capabilities: Dialogue = line => {
		if (/^\+OK\b/i.test(line)) return {do: 'wait', next: list(false)};
		return /^-ERR\b/i.test(line) ? ask : giveUp('hello-refused', line, goodbyes.pop3);
	};
	return line => {
		if (/^\+OK\b/i.test(line)) return {do: 'say', line: 'CAPA', next: capabilities};
		return giveUp(/^-ERR\b/i.test(line) ? 'turned-away' : 'other-protocol', line, null);
	};
}

/** The dialogue from the server's greeting to the moment TLS begins. */
export function dialogue(protocol: StartTls): Dialogue {
	switch (protocol) {
		case 'imap':
			return imap();
		case 'pop3':
			return pop3();
		default:
			return smtp(protocol === 'lmtp' ? 'LHLO' : 'EHLO');
	}
}
