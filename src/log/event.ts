import {programOfTag} from './tag.ts';

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

/** Where a value stands: the field, and inside which other one. */
type Path = readonly [name: string, outer?: string];
/** Where the parts of an event stand in records of one shape, each the best first. */
type Shape = {readonly [part in 'message' | 'tag' | 'pid' | 'host' | 'time']: readonly Path[]};

const isRecord = (value: unknown): value is Fields =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** Paths by folded name, those one level down behind those of the record itself. */
function pathsOf(record: Fields): Map<string, Path[]> {
	const paths = new Map<string, Path[]>();
	const add = (name: string, path: Path): void => {
		const known = paths.get(name);
		if (known) known.push(path);
		else paths.set(name, [path]);
	};
	for (const [name, value] of Object.entries(record)) if (!isRecord(value)) add(folded(name), [name]);
	for (const [outer, fields] of Object.entries(record)) {
		if (!isRecord(fields) || otherRecords.has(folded(outer))) continue;
		for (const name of Object.keys(fields)) {
			add(folded(name), [name, outer]);
			// `host.name`, `process.pid`, `process.name`
			add(folded(outer) + folded(name), [name, outer]);
			if (folded(name) === 'name') add(folded(outer), [name, outer]);
		}
	}
	return paths;
}

const shapes = new Map<string, Shape>();
const mostShapes = 200;

let lastNames: readonly string[] = [];
let lastShape: Shape | undefined;

/** The shape of the record before, if this one has the same fields and none of them holds others. */
function sameShape(record: Fields): Shape | undefined {
	let count = 0;
	for (const name in record) {
		if (lastNames[count++] !== name) return undefined;
		const value = record[name];
		if (typeof value === 'object' && isRecord(value)) return undefined;
	}
	return count === lastNames.length ? lastShape : undefined;
}

/** The shape of a record; those of one log are few, so they are kept. */
function shapeOf(record: Fields): Shape {
	const same = sameShape(record);
	if (same) return same;
	const shape = shapeByNames(record);
	lastNames = Object.keys(record);
	lastShape = Object.values(record).some(isRecord) ? undefined : shape;
	return shape;
}

function shapeByNames(record: Fields): Shape {
	let key = '';
	for (const name in record) {
		key += `${name},`;
		const value = record[name];
		if (isRecord(value)) key += `{${Object.keys(value).join()}}`;
	}
	const known = shapes.get(key);
	if (known) return known;
	const paths = pathsOf(record);
	const among = (names: readonly string[]): Path[] => names.flatMap(name => paths.get(name) ?? []);
	const shape = {
		message: among(messageNames),
		tag: among(tagNames),
		pid: among(pidNames),
		host: among(hostNames),
		time: among(timeNames),
	};
	if (shapes.size >= mostShapes) shapes.clear();
	if (key.length < longest) shapes.set(key, shape);
	return shape;
}

function valueAt(record: Fields, [name, outer]: Path): string | undefined {
	const value = textOf(outer === undefined ? record[name] : (record[outer] as Fields)[name]);
	return value === '' || value === '-' ? undefined : value;
}

/** The first value, of those that are of a form. */
function firstOf(record: Fields, paths: readonly Path[], form?: RegExp): string | undefined {
	for (const path of paths) {
		const value = valueAt(record, path);
		if (value !== undefined && (form === undefined || form.test(value))) return value;
	}
	return undefined;
}

/** How much a tag says: a program of Postfix or Dovecot, one that the text must tell, another program. */
function weight(tag: string): number {
	const program = programOfTag(tag);
	return program === 'foreign' || program === 'logger' ? 0 : program === 'cut' || program === 'other' ? 1 : 2;
}

const tagParts = /^\s*([!-~]{1,200}?)(?:\[(\d{1,10})\])?:?\s*$/;
type TagParts = {readonly name: string; readonly pid: string | undefined};

/** The tag that says most; of equals the first. */
function bestTag(record: Fields, paths: readonly Path[]): TagParts | undefined {
	let best: TagParts | undefined;
	for (const path of paths) {
		const value = valueAt(record, path);
		const match = value === undefined ? null : tagParts.exec(value);
		if (!match) continue;
		const [, name = '', pid] = match;
		if (best === undefined || weight(name) > weight(best.name)) best = {name, pid};
	}
	return best;
}

/** Reads a record by the names of its fields; undefined when none of them is a text. */
export function eventOf(record: Fields): Event | undefined {
	const shape = shapeOf(record);
	const message = firstOf(record, shape.message);
	if (message === undefined) return undefined;
	const tag = bestTag(record, shape.tag);
	const pid = tag?.pid ?? firstOf(record, shape.pid, pidDigits);
	return {
		message: message.includes('\n') ? message.trimEnd().replaceAll(/[\r\n]/g, ' ') : message,
		tag: tag?.name,
		pid: pid === undefined ? -1 : Number(pid),
		host: firstOf(record, shape.host, hostWord),
		times: shape.time.flatMap(path => valueAt(record, path) ?? []),
	};
}
