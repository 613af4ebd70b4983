import type {Clock} from './clock.ts';
import type {Event} from './event.ts';
import type {MonthNames} from './month-names.ts';
import {epochTime, momentOf, readShapedStamp, type StampKnown, stampKnown, zoneMinutes} from './stamp-shapes.ts';

/** A moment and how much of it was written down. */
export type Moment = {readonly time: number; readonly known: StampKnown};

/** A framing that the user describes: where in a line stand time, host, tag, pid and text. */
export type FramingPattern = {
	/** The parts of a line; undefined when it is not of this shape. */
	read(line: string, clock: Clock, months: MonthNames): {event: Event; moment: Moment | undefined} | undefined;
};

const parts = ['time', 'host', 'tag', 'pid', 'message', 'skip'] as const;
type Part = (typeof parts)[number];

/** What each directive of strftime(3) matches; those in `values` are read, the others only skipped. */
const directives: Readonly<Record<string, string>> = {
	Y: String.raw`(?<Y>\d{4})`,
	y: String.raw`(?<y>\d\d)`,
	m: String.raw`(?<m>\d{1,2})`,
	d: String.raw`(?<d>[ \d]?\d)`,
	e: String.raw`(?<d>[ \d]?\d)`,
	b: String.raw`(?<b>[\p{L}\ufffd]{2,16}\.?|\d{1,2}[月월])`,
	H: String.raw`(?<H>\d{1,2})`,
	I: String.raw`(?<H>\d{1,2})`,
	M: String.raw`(?<M>\d{1,2})`,
	S: String.raw`(?<S>\d{1,2})`,
	f: String.raw`(?<f>\d{1,9})`,
	L: String.raw`(?<f>\d{1,9})`,
	p: '(?<p>[AaPp][Mm])',
	z: String.raw`(?<z>Z|UTC|GMT|[+-]\d\d:?\d\d)`,
	Z: String.raw`(?:[A-Za-z]{1,6}|[+-]\d\d(?:\d\d)?)`,
	s: String.raw`(?<s>\d{9,19}(?:\.\d+)?)`,
	a: String.raw`[\p{L}\ufffd.]{1,16}`,
	j: String.raw`\d{1,3}`,
	'%': '%',
};
const aliases: ReadonlyArray<readonly [string, string]> = [
	['%T', '%H:%M:%S'],
	['%R', '%H:%M'],
	['%F', '%Y-%m-%d'],
	['%D', '%m/%d/%y'],
	['%B', '%b'],
	['%h', '%b'],
	['%A', '%a'],
];

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
/** A blank stands for one or more blanks or tabs. */
const literal = (text: string): string => escaped(text).replaceAll(/ +/g, '[ \\t]+');

const wholeTime = 'wholeTime';
const groupOf: Readonly<Record<Part, string>> = {
	time: `(?<${wholeTime}>.+?)`,
	host: String.raw`(?<host>\S+?)`,
	tag: String.raw`(?<tag>[^\s\[\]]+?)`,
	pid: String.raw`(?<pid>\d{0,10}|-)`,
	message: '(?<message>.*)',
	skip: '.*?',
};

const words = `{time}, {host}, {tag}, {pid}, {message} and {skip}`;
const problem = (what: string): Error =>
	new Error(`--framing: ${what}; the parts are ${words}, as in '{time} {host} {tag}[{pid}]: {message}'`);

function timeSource(format: string): string {
	let text = format;
	for (const [alias, meaning] of aliases) text = text.replaceAll(alias, meaning);
	const seen = new Set<string>();
	return text
		.split(/(%.)/s)
		.map(piece => {
			if (!/^%./s.test(piece)) return literal(piece);
			const source = directives[piece.slice(1)];
			if (source === undefined) throw problem(`${piece} is no directive of strftime that tlsaudit reads`);
			const name = /^\(\?<(\w+)>/.exec(source)?.[1];
			if (name !== undefined && seen.has(name)) throw problem(`${piece} appears twice in {time:…}`);
			if (name !== undefined) seen.add(name);
			return source;
		})
		.join('');
}

/** The pattern as a regular expression; every part at most once, but `{skip}`. */
function compiled(pattern: string): RegExp {
	const seen = new Set<Part>();
	const sources = pattern.split(/(\{[^{}]*\})/).map(piece => {
		if (!/^\{[^{}]*\}$/.test(piece)) return literal(piece);
		const [, name, format] = /^\{([^:]*)(?::(.*))?\}$/s.exec(piece) ?? [];
		const part = parts.find(one => one === name);
		if (part === undefined) throw problem(`${piece} is no part of a line`);
		if (part !== 'skip' && seen.has(part)) throw problem(`${piece} appears twice`);
		seen.add(part);
		if (format === undefined) return groupOf[part];
		if (part !== 'time') throw problem(`${piece}: only {time} takes a format`);
		return `(?:${timeSource(format)})`;
	});
	if (!seen.has('message')) throw problem('it has no {message}');
	return new RegExp(`^[ \\t]*${sources.join('')}$`, 'su');
}

type Groups = Readonly<Record<string, string | undefined>>;

function yearOf({Y, y}: Groups): number | undefined {
	if (Y !== undefined) return Number(Y);
	return y === undefined ? undefined : 2000 + Number(y);
}

function hourOf({H, p}: Groups): number {
	const hour = Number(H ?? 0);
	if (p === undefined) return hour;
	return (hour % 12) + (p.toLowerCase() === 'pm' ? 12 : 0);
}

/** The moment of the parts of a time; undefined when they are none that a calendar has. */
function momentIn(groups: Groups, clock: Clock, months: MonthNames): Moment | undefined {
	const whole = groups[wholeTime];
	if (whole !== undefined) {
		const stamp = readShapedStamp(whole, 0, clock, months);
		return stamp === undefined || Number.isNaN(stamp.time) ? undefined : stamp;
	}
	if (groups.s !== undefined) {
		const time = epochTime(Number(groups.s));
		return time === undefined ? undefined : {time, known: stampKnown.all};
	}
	const month = groups.m === undefined ? months.monthOf(groups.b ?? '') : Number(groups.m) - 1;
	if (month === undefined || groups.d === undefined) return undefined;
	const moment = momentOf(clock, {
		year: yearOf(groups),
		month,
		day: Number(groups.d),
		second: hourOf(groups) * 3600 + Number(groups.M ?? 0) * 60 + Number(groups.S ?? 0),
		ms: groups.f === undefined ? 0 : Math.floor(Number(`0.${groups.f}`) * 1000),
		zone: zoneMinutes(groups.z),
	});
	if (Number.isNaN(moment.time)) return undefined;
	clock.saw(moment.time);
	return moment;
}

const bareProgram = /^(?:smtpd|smtp|lmtp|tlsproxy|postscreen|master|qmgr|cleanup)$/;

/**
 * Reads a pattern such as `{time:%d.%m.%Y %T};{host};{tag};{pid};{message}`; `{time}` alone takes any known stamp. Throws a
 * sentence that names what is wrong.
 */
export function framingPattern(pattern: string): FramingPattern {
	const expression = compiled(pattern);
	return {
		read(line, clock, months) {
			const groups = expression.exec(line)?.groups;
			if (!groups) return undefined;
			const moment = momentIn(groups, clock, months);
			const timed =
				groups[wholeTime] !== undefined || expression.source.includes('(?<d>') || expression.source.includes('(?<s>');
			if (timed && moment === undefined) return undefined;
			const {tag, pid, host, message = ''} = groups;
			return {
				event: {
					message,
					// Some templates drop what precedes the program; the user says that it is a tag.
					tag: tag === undefined ? undefined : bareProgram.test(tag) ? `postfix/${tag}` : tag,
					pid: pid !== undefined && /^\d+$/.test(pid) ? Number(pid) : -1,
					host: host === undefined || host === '-' ? undefined : host,
					times: [],
				},
				moment,
			};
		},
	};
}
