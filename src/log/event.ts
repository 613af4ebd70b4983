import {readTag} from './tag.ts';

/**
 * An event of a log shipper: a record of named fields, one of which is the text. Comes in as JSON, CSV or a record of
 * journald; goes out as the parts of a line's head. It knows names of fields and nothing of syslog lines.
 */
export type Event = {
	/** The text, or a whole line with a head of its own. */
	readonly message: string;
	/** The tag with its pid, as far as any field has it. */
	readonly tag: string | undefined;
	readonly pid: number;
	readonly host: string | undefined;
	/** What its fields for a time say, the best first: a number since 1970 or a stamp. */
	readonly times: readonly string[];
};

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Names of fields, folded to lower-case letters, the best first: journald (systemd.journal-fields(7)), rsyslog (jsonmesg,
 * %syslogtag%), syslog-ng ($(format-json)), GELF, Beats and ECS, Logstash, Fluent Bit, Fluentd, Vector, Docker, CloudWatch,
 * Google Cloud Logging, Azure Monitor (Syslog), Splunk, Loki, Papertrail.
 */
const messageNames = [
	'message', 'msg', 'shortmessage', 'fullmessage', 'syslogmessage', 'log', 'line', 'raw', 'rawmsg', 'textpayload', 'text', 'body',
	'content', 'original',
]; // biome-ignore format: a list of words reads better in lines
const tagNames = [
	'syslogidentifier', 'syslogtag', 'tag', 'programname', 'program', 'ident', 'identifier', 'appname', 'applicationname', 'app',
	'application', 'processname', 'process', 'service', 'comm', 'logger', 'facility',
]; // biome-ignore format: a list of words reads better in lines
const pidNames = ['syslogpid', 'procid', 'pid', 'processid', 'processpid', 'syslogprocid'];
const hostNames = [
	'hostname', 'sysloghost', 'sysloghostname', 'logsource', 'host', 'fromhost', 'computer', 'machine', 'source', 'relayhost',
]; // biome-ignore format: a list of words reads better in lines
const timeNames = [
	'realtimetimestamp', 'sourcerealtimetimestamp', 'timestamp', 'time', 'ts', 'datetime', 'date', 'isodate', 'eventtime',
	'timereported', 'timegenerated', 'generatedat', 'receivedat', 'syslogtimestamp',
]; // biome-ignore format: a list of words reads better in lines

/** Records inside a record that hold nothing of the line itself. */
const otherRecords = new Set(['metadata', 'agent', 'ecs', 'labels', 'kubernetes', 'input']);
const hostWord = /^(?!(?:std(?:in|out|err)|syslog|journald?|file|docker|forward)$)[\w:][\w.:-]*$/;
const pidDigits = /^\d{1,10}$/;
const longest = 8192;

const folded = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** Text of a value: a string, a number, or bytes as journald writes text that is no UTF-8. */
function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	if (!Array.isArray(value) || value.length === 0) return undefined;
	if (value.every(byte => typeof byte === 'number'))
		return new TextDecoder().decode(Uint8Array.from(value.slice(0, longest) as number[]));
	return textOf(value[0]);
}

/** All values by folded name, those one level down behind those of the record itself. */
function valuesOf(record: Fields): Map<string, string[]> {
	const values = new Map<string, string[]>();
	const add = (name: string, value: unknown): void => {
		const text = textOf(value);
		if (text === undefined) return;
		const known = values.get(name);
		if (known) known.push(text);
		else values.set(name, [text]);
	};
	const inner: Array<[string, Fields]> = [];
	for (const [name, value] of Object.entries(record)) {
		if (value !== null && typeof value === 'object' && !Array.isArray(value))
			inner.push([folded(name), value as Fields]);
		else add(folded(name), value);
	}
	for (const [outer, fields] of inner)
		if (!otherRecords.has(outer))
			for (const [name, value] of Object.entries(fields)) {
				add(folded(name), value);
				// `host.name`, `process.pid`, `process.name`
				add(outer + folded(name), value);
				if (folded(name) === 'name') add(outer, value);
			}
	return values;
}

function valuesByName(values: ReadonlyMap<string, string[]>, names: readonly string[]): string[] {
	return names.flatMap(name => values.get(name) ?? []).filter(value => value !== '' && value !== '-');
}

/** How much a tag says: a program of Postfix or Dovecot, one that the text must tell, another program. */
function weight(tag: string): number {
	const {program} = readTag(tag);
	return program === 'foreign' || program === 'logger' ? 0 : program === 'cut' || program === 'other' ? 1 : 2;
}

const withoutEnd = (tag: string): string => tag.trim().replace(/:$/, '');
const nameOf = (tag: string): string => /^(.*?)(?:\[\d{1,10}\])?$/s.exec(tag)?.[1] ?? tag;

function bestTag(candidates: readonly string[]): string | undefined {
	let best: string | undefined;
	for (const candidate of candidates.map(withoutEnd)) {
		if (!/^[!-~]{1,200}$/.test(candidate)) continue;
		if (best === undefined || weight(nameOf(candidate)) > weight(nameOf(best))) best = candidate;
	}
	return best;
}

/** Reads a record by the names of its fields; undefined when none of them is a text. */
export function eventOf(record: Fields): Event | undefined {
	const values = valuesOf(record);
	const message = valuesByName(values, messageNames)[0];
	if (message === undefined) return undefined;
	const tag = bestTag(valuesByName(values, tagNames));
	const inTag = tag === undefined ? undefined : /\[(\d{1,10})\]$/.exec(tag)?.[1];
	const pid = inTag ?? valuesByName(values, pidNames).find(value => pidDigits.test(value));
	return {
		message: message.replace(/[\r\n]+$/, '').replaceAll(/[\r\n]/g, ' '),
		tag: tag === undefined ? undefined : nameOf(tag),
		pid: pid === undefined ? -1 : Number(pid),
		host: valuesByName(values, hostNames).find(value => hostWord.test(value)),
		times: valuesByName(values, timeNames),
	};
}
