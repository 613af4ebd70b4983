/**
 * Layers that containers and journald put around a syslog line: taken off from the outside in.
 * What is inside is again a line with a head, or bare text that gets a head made of the layer's fields.
 */
export type Unwrapped = {
	line: string;
	/** Time of the outer layer in ms since 1970 UTC, NaN when it has none. It wins over an inner stamp without a zone. */
	time: number;
};

const escapeCharacter = '\u001b';

/** Colour sequences of docker compose. */
export function withoutColour(line: string): string {
	return line.includes(escapeCharacter) ? line.replace(/\u001b\[[0-9;]*m/g, '') : line;
}

/** `mail-1  | text` (docker compose) or `[pod/mail-0/postfix] text` (kubectl --prefix): position of the text, or 0. */
export function afterContainerName(line: string): number {
	if (line.startsWith('[pod/')) {
		const close = line.indexOf('] ');
		return close < 0 ? 0 : close + 2;
	}
	const bar = line.indexOf(' | ');
	if (bar <= 0 || bar > 80) return 0;
	for (let at = 0; at < bar; at++) {
		const code = line.charCodeAt(at);
		if (code === 32) {
			// only padding may follow the name
			for (let pad = at; pad < bar; pad++) if (line.charCodeAt(pad) !== 32) return 0;
			break;
		}
		const word =
			(code >= 97 && code <= 122) ||
			(code >= 65 && code <= 90) ||
			(code >= 48 && code <= 57) ||
			code === 45 ||
			code === 46 ||
			code === 95;
		if (!word) return 0;
	}
	return bar + 3;
}

/**
 * A journald record (`journalctl -o json`), a docker json-file record, or undefined.
 * A journald MESSAGE may be text, an array of bytes, or null when it was too large.
 */
export function fromJson(line: string): Unwrapped | undefined {
	let record: Record<string, unknown>;
	try {
		record = JSON.parse(line) as Record<string, unknown>;
	} catch {
		return undefined;
	}
	if (record === null || typeof record !== 'object') return undefined;
	if (typeof record.log === 'string') {
		const time = typeof record.time === 'string' ? Date.parse(record.time) : Number.NaN;
		return {line: record.log.replace(/\r?\n$/, ''), time};
	}
	return fromJournal(record);
}

/** A journald record by its fields (systemd.journal-fields(7)) as a syslog line; undefined when it has no message. */
export function fromJournal(record: Readonly<Record<string, unknown>>): Unwrapped | undefined {
	const message = messageText(record.MESSAGE);
	if (message === undefined) return undefined;
	const stamp = Number(single(record.__REALTIME_TIMESTAMP) ?? single(record._SOURCE_REALTIME_TIMESTAMP));
	const tag = single(record.SYSLOG_IDENTIFIER) ?? single(record._COMM) ?? 'unknown';
	const pid = single(record.SYSLOG_PID) ?? single(record._PID);
	const host = single(record._HOSTNAME) ?? '-';
	const head = `${new Date(stamp > 0 ? stamp / 1000 : 0).toISOString()} ${host} ${tag}${pid === undefined ? '' : `[${pid}]`}:`;
	return {line: `${head} ${message.replaceAll('\n', ' ')}`, time: stamp > 0 ? stamp / 1000 : Number.NaN};
}

function single(value: unknown): string | undefined {
	const first = Array.isArray(value) ? value[0] : value;
	return typeof first === 'string' && first !== '' ? first : undefined;
}

function messageText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (!Array.isArray(value)) return undefined;
	if (value.every(byte => typeof byte === 'number'))
		return new TextDecoder().decode(Uint8Array.from(value as number[]));
	return single(value);
}

/** Fields of one record of `journalctl -o export`: `NAME=value` a line, a blank line ends it. Anything else is no field. */
export function exportField(line: string): [name: string, value: string] | undefined {
	const equals = line.indexOf('=');
	return equals > 0 && /^_{0,2}[A-Z][A-Z0-9_]*$/.test(line.slice(0, equals))
		? [line.slice(0, equals), line.slice(equals + 1)]
		: undefined;
}
