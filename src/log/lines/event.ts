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
 * Google Cloud Logging, Azure Monitor (Syslog), Splunk, Loki, Papertrail, Datadog, OpenTelemetry, NXLog, Sumo Logic.
 */
const messageNames = [
	'message', 'msg', 'shortmessage', 'fullmessage', 'syslogmessage', 'log', 'line', 'raw', 'rawmsg', 'textpayload', 'text', 'body',
	'content', 'original', 'logmessage', 'logline',
]; // biome-ignore format: a list of words reads better in lines
const tagNames = [
	'syslogidentifier', 'syslogtag', 'tag', 'programname', 'program', 'ident', 'identifier', 'appname', 'applicationname', 'app',
	'application', 'processname', 'process', 'service', 'sourcename', 'comm', 'logger', 'facility',
]; // biome-ignore format: a list of words reads better in lines
const pidNames = ['syslogpid', 'procid', 'pid', 'processid', 'processpid', 'syslogprocid'];
const hostNames = [
	'sysloghostname', 'hostname', 'sysloghost', 'hosthostname', 'logsource', 'sourcehost', 'host', 'fromhost', 'computer', 'machine', 'source', 'relayhost',
]; // biome-ignore format: a list of words reads better in lines
const timeNames = [
	'realtimetimestamp', 'sourcerealtimetimestamp', 'timestamp', 'time', 'ts', 'datetime', 'date', 'isodate', 'eventtime',
	'timereported', 'timegenerated', 'timegeneratedutc', 'timestamputc', 'timeutc', 'messagetime', 'timeunixnano', 'generatedat', 'receivedat', 'syslogtimestamp',
]; // biome-ignore format: a list of words reads better in lines

/** Records inside a record that hold nothing of the line itself. */
const otherRecords = new Set(['metadata', 'agent', 'ecs', 'labels', 'kubernetes', 'input']);
const hostWord = /^(?!(?:std(?:in|out|err)|syslog|journald?|file|docker|forward)$)[\w:][\w.:-]*$/;
const pidDigits = /^\d{1,10}$/;
const longest = 8192;

const isRecord = (value: unknown): value is Fields =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** A value as OTLP writes it in JSON, its type as the name (opentelemetry-proto, common.proto, AnyValue). */
const isWrapped = (value: unknown): value is Fields =>
	isRecord(value) && (typeof value.stringValue === 'string' || value.intValue !== undefined);

/** The fields of a value: a record, the one record of a list, or a list of keys with values (OTLP); undefined for other values. */
function fieldsOf(value: unknown): Fields | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	if (!Array.isArray(value)) return isWrapped(value) ? undefined : (value as Fields);
	const [first] = value;
	if (!isRecord(first)) return undefined;
	if (typeof first.key === 'string' && 'value' in first)
		return Object.fromEntries(value.filter(isRecord).map(({key, value: one}) => [String(key), one]));
	return value.length === 1 ? first : undefined;
}

const folded = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** Text of a value: a string, a number, or bytes as journald writes text that is no UTF-8. */
function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	if (isWrapped(value)) return textOf(value.stringValue ?? value.intValue);
	if (!Array.isArray(value) || value.length === 0) return undefined;
	if (value.every(byte => typeof byte === 'number'))
		return new TextDecoder().decode(Uint8Array.from(value.slice(0, longest) as number[]));
	return textOf(value[0]);
}

/** Where a value is: the names of the fields from the record on. */
type Path = readonly string[];
/** Where the parts of an event are in records of one shape, each the best first. */
type Shape = {readonly [part in 'message' | 'tag' | 'pid' | 'host' | 'time']: readonly Path[]};

/** Records in records, and fields in all of them: more are not looked at. */
const deepest = 5;
const mostFields = 500;

/** The paths of all values, those of the record itself first, then those one level down, and so on. */
function valuePaths(record: Fields): Path[] {
	const found: Path[] = [];
	let level: Array<readonly [Path, Fields]> = [[[], record]];
	for (let depth = 0; depth < deepest && level.length > 0; depth++) {
		const below: Array<readonly [Path, Fields]> = [];
		for (const [outer, fields] of level)
			for (const [name, value] of Object.entries(fields)) {
				if (found.length + below.length >= mostFields) return found;
				const path = [...outer, name];
				const inner = fieldsOf(value);
				if (!inner) found.push(path);
				else if (!otherRecords.has(folded(name))) below.push([path, inner]);
			}
		level = below;
	}
	return found;
}

/** Paths by folded name: `syslog.appname` is known as `appname` and `syslogappname`, `process.name` as `process`, too. */
function pathsOf(record: Fields): Map<string, Path[]> {
	const paths = new Map<string, Path[]>();
	for (const path of valuePaths(record)) {
		// Elasticsearch exports write a path as one name with dots.
		const names = path.flatMap(name => name.split('.')).map(folded);
		const last = names.at(-1) ?? '';
		const outer = names.at(-2);
		const known = new Set([last, names.join(''), (outer ?? '') + last]);
		if (outer !== undefined && last === 'name') known.add(outer);
		for (const name of known) {
			const others = paths.get(name);
			if (others) others.push(path);
			else paths.set(name, [path]);
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
		if (fieldsOf(record[name])) return undefined;
	}
	return count === lastNames.length ? lastShape : undefined;
}

/** The shape of a record; those of one log are few, so they are kept. */
function shapeOf(record: Fields): Shape {
	const same = sameShape(record);
	if (same) return same;
	const shape = shapeByNames(record);
	lastNames = Object.keys(record);
	lastShape = Object.values(record).some(value => fieldsOf(value) !== undefined) ? undefined : shape;
	return shape;
}

/** The names of a record and of those in it. */
function keyOf(record: Fields, depth: number): string {
	let key = '';
	for (const name in record) {
		key += `${name},`;
		const fields = depth > 1 ? fieldsOf(record[name]) : undefined;
		if (fields) key += `{${keyOf(fields, depth - 1)}}`;
	}
	return key;
}

function shapeByNames(record: Fields): Shape {
	const key = keyOf(record, deepest);
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

function valueAt(record: Fields, path: Path): string | undefined {
	let at: unknown = record;
	for (const name of path) at = fieldsOf(at)?.[name];
	const value = textOf(at);
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

/** How much a tag says: a program of Postfix or Dovecot, one that the text must name, another program. */
function weight(tag: string): number {
	const program = programOfTag(tag);
	return program === 'foreign' || program === 'logger' ? 0 : program === 'cut' || program === 'other' ? 1 : 2;
}

const tagParts = /^\s*([!-~]{1,200}?)(?:\[(\d{1,10})\])?:?\s*$/;
type TagParts = {readonly name: string; readonly pid: string | undefined};

let lastTag = '';
let lastParts: TagParts | undefined;

/** The parts of a tag; those of the last one are kept, as the lines of a log have few. */
function partsOf(tag: string): TagParts | undefined {
	if (tag === lastTag) return lastParts;
	const [, name = '', pid] = tagParts.exec(tag) ?? [];
	lastTag = tag;
	lastParts = name === '' ? undefined : {name, pid};
	return lastParts;
}

/** The tag that says most; of equals the first. */
function bestTag(record: Fields, paths: readonly Path[]): TagParts | undefined {
	let best: TagParts | undefined;
	for (const path of paths) {
		const value = valueAt(record, path);
		const parts = value === undefined ? undefined : partsOf(value);
		if (parts && (best === undefined || weight(parts.name) > weight(best.name))) best = parts;
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
