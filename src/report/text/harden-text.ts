import {heldReasonWords} from '../../model/failure/held-mail.ts';
import type {
	Contradiction,
	Hardening,
	LineDecision,
	NoLineReason,
	PolicyLine,
	RowInUse,
} from '../../model/hardening/policy-line.ts';
import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcDay} from '../../text/time.ts';

/** Servers named beside a line. */
const mostHosts = 4;
/** Next hops without a line that are named for one reason; of the rest the number is said. */
const mostNamed = 1000;

/** A comment: Postfix's tables know one where a line begins with #, and nowhere else (postmap(1)). */
const comment = (text: string): string => (text === '' ? '#' : `# ${plain(text)}`);

function hostWords(hosts: readonly string[]): string {
	const named = hosts.slice(0, mostHosts).join(', ');
	return hosts.length > mostHosts ? `${named} and ${count(hosts.length - mostHosts)} more` : named;
}

/** `12 sessions, 14 messages, 2026-01-01 to 2026-01-09, by mx1.bank.example`. */
function evidence({sessions, messages, first_seen, last_seen, hosts}: PolicyLine): string {
	const [from, to] = [utcDay(first_seen), utcDay(last_seen)];
	const span = from === to ? from : `${from} to ${to}`;
	return [
		many(sessions, 'session'),
		many(messages, 'message'),
		...(from === '' ? [] : [span]),
		...(hosts.length === 0 ? [] : [`by ${hostWords(hosts)}`]),
	].join(', ');
}

/** What was seen of TLS, behind the level that it carries. */
function proof({value}: {readonly value: string}, {oldest}: PolicyLine): string {
	const version = oldest === null ? '' : `, ${oldest} or later`;
	if (value.startsWith('encrypt')) return `always encrypted${version}`;
	return value.startsWith('dane-only')
		? `always Verified by TLSA records${version}`
		: `always Verified by host name${version}`;
}

const place = ({place: {file, line}}: RowInUse): string => (line === null ? file : `${file} line ${line}`);
const inUse = (row: RowInUse): string => `"${row.key} ${row.value}" (${place(row)})`;

/** The line, and above it what it rests on. */
function lineWith(line: PolicyLine, decision: Extract<LineDecision, {value: string}>): string[] {
	const {key, spelled, domains} = line;
	return [
		comment(`${key}: ${proof(decision, line)}; ${evidence(line)}`),
		...(spelled
			? [
					comment(
						`  next hop of ${many(domains.length, 'domain')}; it counts only where relayhost or transport_maps says just this`,
					),
				]
			: []),
		...(decision.kind === 'stricter' ? [comment(`  in use: ${inUse(decision.row)}`)] : []),
		plain(`${key} ${decision.value}`),
	];
}

const contradictions: Readonly<Record<Contradiction, (line: PolicyLine) => string>> = {
	plaintext: ({plaintext}) => `${many(plaintext, 'session')} went out in plaintext all the same`,
	'not-verified': ({sessions, checked}) =>
		`${many(sessions - checked, 'session')} of ${count(sessions)} went out unverified all the same`,
	held: ({held, held_reason}) => `it held back ${heldWords({held, held_reason})}`,
	encrypted: ({sessions}) => `${many(sessions, 'session')} went out, encrypted ones among them`,
};

function heldWords({held, held_reason}: Pick<PolicyLine, 'held' | 'held_reason'>): string {
	return `${many(held, 'message')}${held_reason === null ? '' : ` (${heldReasonWords(held_reason)})`}`;
}

/** What each reason is about; the numbers of a next hop stand behind its name. */
const reasons: Readonly<Record<NoLineReason, (hardening: Hardening) => string>> = {
	'no-host-name': () => 'is no host name, as tables hold them',
	'one-server': () =>
		'one server takes all mail on port 25: a relayhost, it seems. Postfix looks its policy up as relayhost has it, which no log shows; give --postfix',
	'route-unknown': () =>
		'the configuration does not show the next hop: it is chosen by the sender, or by a table that could not be read',
	held: () => 'TLS held mail back',
	plaintext: () => 'mail went out in plaintext, or TLS was not offered',
	failed: () =>
		'a handshake failed, or a session was given up for the sake of TLS; a failure before the recipient is known counts for every domain of its server',
	'not-logged': () => 'the log does not say whether TLS was used, or which version',
	'old-version': () => 'a TLS version that smtp_tls_mandatory_protocols forbids, or may forbid',
	'checked-already': () =>
		'a certificate is checked already, and the log does not show by what; encrypt would check none',
	'few-sessions': ({enough}) => `fewer than ${many(enough.sessions, 'session')}`,
	'few-days': ({enough}) => `over fewer than ${many(enough.days, 'day')}, from the first session to the last`,
};

/** The numbers behind a reason. */
function numbers(line: PolicyLine, why: NoLineReason): string {
	const of = `of ${many(line.sessions, 'session')}`;
	switch (why) {
		case 'held':
			return heldWords(line);
		case 'plaintext':
			return `${count(line.plaintext)} ${of}`;
		case 'failed':
			return line.failed > line.sessions
				? `${count(line.failed)} beside ${many(line.sessions, 'session')}`
				: `${count(line.failed)} ${of}`;
		case 'not-logged':
			return `${count(line.unknown + line.versionless)} ${of}`;
		case 'old-version':
			return `${line.oldest ?? 'unknown'} the oldest ${of}`;
		case 'checked-already':
			return `${count(line.checked)} ${of}`;
		default:
			return evidence(line);
	}
}

const chosen = <Kind extends LineDecision['kind']>(lines: readonly PolicyLine[], kind: Kind) =>
	lines.flatMap(line =>
		line.decision.kind === kind ? [{line, decision: line.decision as Extract<LineDecision, {kind: Kind}>}] : [],
	);

/** A part of the table under its heading; nothing where it is empty. */
const part = (heading: string, lines: readonly string[]): string[] =>
	lines.length === 0 ? [] : ['', comment(`== ${heading}`), ...lines];

function withoutLine(hardening: Hardening): string[] {
	const none = chosen(hardening.lines, 'none');
	return (Object.keys(reasons) as NoLineReason[]).flatMap(why => {
		const those = none.filter(({decision}) => decision.why === why).map(({line}) => line);
		if (those.length === 0) return [];
		const rest = those.length - mostNamed;
		return [
			comment(`${reasons[why](hardening)}:`),
			...those.slice(0, mostNamed).map(line => comment(`  ${line.key}: ${numbers(line, why)}`)),
			...(rest > 0 ? [comment(`  and ${count(rest)} more`)] : []),
		];
	});
}

/** How lines are used, and what they cost. */
const usage = [
	'Mail waits in the queue, and is returned in the end, where a server no longer keeps its line.',
	'Use: postmap this file, and name it first: smtp_tls_policy_maps = hash:/etc/postfix/FILE, then the tables in use.',
	'The mandatory lists rule such mail: smtp_tls_mandatory_protocols, _ciphers, _exclude_ciphers.',
];

/** What the reader must know before the table is used. */
function beginning({lines, enough, inUse: named, partial, deleted, unread, dane, perSite}: Hardening): string[] {
	const written = lines.filter(({decision}) => 'value' in decision).length;
	return [
		`Lines for smtp_tls_policy_maps, by tlsaudit harden: ${count(written)} of ${many(lines.length, 'next hop')}.`,
		`A line is written after ${many(enough.sessions, 'session')} over ${many(enough.days, 'day')}, all of them such that the line would have let their mail pass.`,
		...(lines.length === 0
			? ['What was read names no domain to which mail to other servers went: nothing is known of any next hop.']
			: []),
		...(written === 0 ? [] : usage),
		...(partial ? ['Not all of the logs could be read: what was not read may contradict a line.'] : []),
		...(deleted === 0
			? []
			: [
					`${many(deleted, 'message')} of deleted sessions ${deleted === 1 ? 'is' : 'are'} not looked at: what is known of them may contradict a line.`,
				]),
		...(named === null
			? [
					written === 0
						? 'Nothing in use was given (--table, --postfix): what is there is not compared.'
						: 'Nothing in use was given (--table, --postfix): a line here may be weaker than one in use.',
				]
			: [`In use: ${named}.`]),
		...(unread.length === 0
			? []
			: [
					`Not compared: ${unread.join(', ')}. Named behind this file, their rows for the same next hops are not asked.`,
				]),
		...(dane
			? ['The level in use is dane: encrypt ends the look for TLSA records that a domain may have one day.']
			: []),
		...(perSite ? ['smtp_tls_per_site is in use: Postfix ignores it as soon as smtp_tls_policy_maps is set.'] : []),
	].map(comment);
}

/**
 * The table for postmap(1), or as texthash: lines with what they rest on in comments above them, what is in use and stays, and
 * why the other next hops have no line.
 */
export function hardenText(hardening: Hardening): string {
	const {lines} = hardening;
	const left = chosen(lines, 'left').map(({line, decision}) => comment(`${line.key}: ${inUse(decision.row)}`));
	const contradicted = chosen(lines, 'contradicted').map(({line, decision}) =>
		comment(`${line.key}: ${inUse(decision.row)}; ${contradictions[decision.by](line)}`),
	);
	return `${[
		...beginning(hardening),
		...part(
			'Added',
			chosen(lines, 'added').flatMap(({line, decision}) => lineWith(line, decision)),
		),
		...part(
			'Stricter than what is in use',
			chosen(lines, 'stricter').flatMap(({line, decision}) => lineWith(line, decision)),
		),
		...part('Left alone: as strict already, or stricter', left),
		...part('Contradicted by what was seen: newer than the log, or never looked up', contradicted),
		...part('No line', withoutLine(hardening)),
	].join('\n')}\n`;
}
