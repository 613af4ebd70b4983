import type {ExplainedFraming, ExplainedProgram, ExplainedSession, Explanation} from '../../model/explanation.ts';
import {remedyOf} from '../../model/failure/remedy.ts';
import type {Session} from '../../model/session.ts';
import {lineWords, placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {shortened} from '../../text/width.ts';
import {jsonText} from '../formats/json.ts';
import {folded, type Page, paper, type Style} from './layout.ts';

/*
 * In: lines explained. Out: what `tlsaudit explain` prints, as text for a terminal or as JSON. It knows no log: all of it is texts
 * and numbers by then, and every text is made safe here.
 */

/** Columns of the names of facts, and columns of a line in a file. */
const nameWidth = 19;
const lineWidth = 100;
/** Letters of a line of the log that a terminal shows. */
const mostText = 600;

type Fact = readonly [name: string, value: string | number | boolean | null];

/** A text, safe and on a terminal short, in lines. */
function textLines(text: string, indent: string, {width, whole}: Page): string[] {
	if (whole) return folded(plain(text), indent, lineWidth);
	return folded(shortened(plain(text), mostText), indent, width);
}

/** The same behind the names; the first line without the blanks before it. */
function setIn(text: string, page: Page): string[] {
	const [first = '', ...rest] = textLines(text, ' '.repeat(nameWidth), page);
	return [first.slice(nameWidth), ...rest];
}

/** A fact on lines of its own, the value set in behind the name. */
function factLines([name, value]: Fact, page: Page): string[] {
	if (value === null || value === '') return [];
	const [first = '', ...rest] = setIn(String(value), page);
	return [`  ${plain(name).padEnd(nameWidth - 3)} ${first}`, ...rest];
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

function framingFacts(framing: ExplainedFraming): Fact[] {
	const {layers, endsAt, stamp, time, inferred, host, tag, pid, message} = framing;
	const moment = iso(time) ?? (stamp === null ? null : 'no moment');
	return [
		['goes on', endsAt === null ? null : `to line ${endsAt}, where all of it is read`],
		...layers.map(({what, text}): Fact => ['taken off', `${what}: ${text}`]),
		['stamp', stamp],
		['time', inferred === null ? moment : `${moment} (not written: ${inferred})`],
		['host', host],
		['tag', tag],
		['pid', pid],
		['text', message],
	];
}

function programFacts({instance, service}: ExplainedProgram): Fact[] {
	return [
		['instance', instance],
		['service', service],
	];
}

function peerOf({peerHost, peerIp}: Session): string {
	return `${peerHost ?? ''}${peerIp === null ? '' : `[${peerIp}]`}`;
}

/** A session in one line. */
function sessionLine(session: Session): string {
	const {outcome, protocol, cipher, failure, alert, messages, username} = session;
	const words = [
		placeWords(session),
		outcome ?? 'the log does not say whether TLS was used',
		[protocol, cipher].filter(word => word !== null).join(' '),
		failure,
		alert,
		peerOf(session) === '' ? null : `${session.direction === 'in' ? 'from' : 'to'} ${peerOf(session)}`,
		messages === 1 ? '1 message' : `${messages} messages`,
		username === null ? null : `login ${username}`,
	];
	return words.filter(word => word !== null && word !== '').join(', ');
}

function sessionFacts({session, why, completeAt, deferred}: ExplainedSession): Fact[] {
	const failed = session.failure !== null || session.outcome === 'failed';
	const encrypted = session.outcome === 'encrypted';
	const open = session.endedAt === null ? 'it was open when the log ended' : 'it was held until the log ended';
	const state = completeAt === null ? `${open}, and is counted as it was then` : `complete after line ${completeAt}`;
	const waited = 'its verdict was deferred, as its tag might yet have shown whether it logs TLS and how';
	return [
		['lines', lineWords(session.firstLine, session.lastLine)],
		['from, to', `${iso(session.startedAt) ?? 'not seen'}, ${iso(session.endedAt) ?? 'not seen'}`],
		...why.map((sentence): Fact => ['why', sentence]),
		['remedy', failed ? remedyOf({...session, encrypted, othersAgree: false, scanner: false}).remedy : null],
		['state', deferred ? `${state}; ${waited}` : state],
	];
}

/** One line explained, as text for a terminal. */
export function explainText(explanation: Explanation, style: Style, page: Page = paper): string {
	const {source, line, text, framing, program, countedAs, notUnderstood, records, sessions, why} = explanation;
	const section = (title: string, about: string, facts: readonly Fact[] = []): string[] => {
		const [first = '', ...rest] = setIn(about, page);
		const lines = facts.flatMap(fact => factLines(fact, page));
		return [`${style('heading', title.padEnd(nameWidth - 1))} ${first}`, ...rest, ...lines];
	};
	const counted = countedAs === null ? 'not at all: the record that it is a piece of has no end' : countedAs;
	return [
		style('heading', `${source}, line ${line}`),
		...textLines(text, '  ', page),
		'',
		...section('FRAMING', framing.shape ?? 'no head of a syslog line was found', framingFacts(framing)),
		...(program === null ? [] : section('PROGRAM', `${program.name}: ${program.about}`, programFacts(program))),
		...section('COUNTED', notUnderstood ? `${counted}, and as not understood` : counted),
		...(records.length === 0 ? section('RECORD', 'none: the scanner made nothing of it') : []),
		...records.flatMap(({kind, fields}) => section('RECORD', kind, Object.entries(fields))),
		...sessions.flatMap(each => section('SESSION', sessionLine(each.session), sessionFacts(each))),
		...(sessions.length === 0
			? section(
					'SESSION',
					'none',
					why.map((sentence): Fact => ['why', sentence]),
				)
			: []),
		'',
	].join('\n');
}

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** A session by the names of the columns of `sessions`. */
function sessionColumns({loggedIn: _, startSeen: __, ...session}: Session): Record<string, unknown> {
	const row = {...session, startedAt: iso(session.startedAt), endedAt: iso(session.endedAt)};
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [snake(name), value]));
}

/** Lines explained, as JSON. */
export function explainJson(explanations: readonly Explanation[]): string {
	return jsonText({
		lines: explanations.map(({framing, countedAs, notUnderstood, sessions, ...rest}) => {
			const {endsAt, time, ...head} = framing;
			return {
				...rest,
				framing: {...head, time: iso(time), ends_at: endsAt},
				counted_as: countedAs,
				not_understood: notUnderstood,
				sessions: sessions.map(({session, why, completeAt, deferred}) => ({
					...sessionColumns(session),
					why,
					complete_at: completeAt,
					deferred,
				})),
			};
		}),
	});
}
