import {heldReasonWords, heldRemedy} from '../../model/failure/held-mail.ts';
import type {Filter, Term} from '../../model/filter.ts';
import {type DomainStory, deliveredTrust, type HeldRow, heldCanBe} from '../../model/outbound.ts';
import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {folded, shortened} from '../../text/width.ts';
import {counted, timed, versionShares, worst} from '../columns.ts';
import type {ShownDomains} from '../screen-data.ts';
import type {Look, Table} from '../table-view.ts';
import type {Tone} from '../theme.ts';
import {worstVersion} from '../version-bar.ts';
import {titled} from './detail-pane.ts';

/** Rows below the list: the domain, and what is known of it. */
export const domainNoteRows = 8;

const nameOf = ({recipient_domain, others}: Pick<DomainStory, 'recipient_domain' | 'others'>): string =>
	recipient_domain ?? (others === true ? '(other domains)' : '(no domain)');

const trustWord = (name: string): string => (name === 'unknown' ? 'not logged' : name);

/** How far the servers were trusted, the least first, with messages; empty where nothing went over TLS. */
const trustsOf = ({trust}: DomainStory): Array<readonly [string, number]> =>
	[...deliveredTrust].reverse().flatMap(name => {
		const messages = trust[name] ?? 0;
		return messages > 0 ? [[trustWord(name), messages] as const] : [];
	});

const counts = (parts: ReadonlyArray<readonly [string, number]>): string =>
	parts.map(([word, messages]) => `${word} ${count(messages)}`).join(', ');

const trustTone = (row: DomainStory): Tone => {
	const [least] = trustsOf(row)[0] ?? [];
	return least === 'Verified' ? 'good' : least === undefined || least === 'not logged' ? 'dim' : 'plain';
};

const heldOf = ({recipient_domain, others}: DomainStory, held: readonly HeldRow[]): HeldRow[] =>
	held.filter(row => row.recipient_domain === recipient_domain && row.others === others);

/** Reasons of held mail; where not all have room the first, and how many more there are. */
function reasonsIn(rows: readonly HeldRow[], width: number): string {
	const words = rows.map(({reason}) => heldReasonWords(reason));
	const all = words.join(', ');
	if (all.length <= width || words.length < 2) return all;
	const more = ` +${words.length - 1}`;
	return `${shortened(words[0] ?? '', width - more.length)}${more}`;
}

/** Why a domain opens nothing. */
function noSession(row: DomainStory, held: readonly HeldRow[]): string {
	if (row.deleted > 0)
		return `the sessions with mail to ${nameOf(row)} are deleted: sums of their mail by month were kept`;
	const connected = heldOf(row, held).some(({messages, before_connection: before}) => before < messages);
	return connected
		? `no session with mail to ${nameOf(row)} is among what is shown`
		: `mail to ${nameOf(row)} was held back before any connection: it has no session`;
}

/** Domains that mail goes to; the sessions that a row opens keep to the page's scope. What is written to a file has all columns. */
export function domainTable(
	{held, unnamed, rows, deleted, notes}: ShownDomains,
	scope: readonly Term[],
	isWritten = false,
): Table<DomainStory> {
	const anyUnknown = rows.some(({unknown}) => unknown > 0);
	return {
		columns: [
			{
				id: 'domain',
				ascends: true,
				title: 'DOMAIN',
				width: 17,
				least: 12,
				grow: 40,
				priority: 0,
				value: row => row.recipient_domain,
				text: nameOf,
			},
			counted('messages', 'MSGS', row => row.messages, {width: 5, priority: 0}),
			versionShares('VERSIONS', {width: 8, grow: 18, priority: 4}),
			worst(
				row => worstVersion(row.versions),
				() => true,
				{priority: 1},
			),
			counted('plaintext', 'PLAIN', row => row.plaintext, {bad: 'warn', width: 6, priority: 0}),
			counted('unknown', 'UNKNOWN', row => row.unknown, {priority: anyUnknown ? 2 : 9}),
			{
				id: 'trust',
				title: 'TRUST',
				width: 9,
				grow: 32,
				priority: 3,
				value: row => counts(trustsOf(row)),
				text(row, width) {
					const all = counts(trustsOf(row));
					return all.length <= width ? all : (trustsOf(row)[0]?.[0] ?? '');
				},
				tone: trustTone,
			},
			counted('held', 'HELD', row => row.held, {bad: 'warn', width: 5, priority: 0}),
			{
				id: 'reason',
				title: 'WHY HELD',
				width: 12,
				grow: 40,
				priority: 2,
				sorts: false,
				value: row =>
					counts(heldOf(row, held).map(({reason, messages}) => [heldReasonWords(reason), messages] as const)),
				text: (row, width) => reasonsIn(heldOf(row, held), width),
				tone: row => (heldOf(row, held).length > 0 ? 'warn' : 'plain'),
			},
			counted('delivered_later', 'SENT LATER', row => row.delivered_later, {priority: 7}),
			...(deleted > 0 || isWritten
				? [counted<DomainStory>('deleted', 'DELETED', row => row.deleted, {priority: 5})]
				: []),
			timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 6}),
		],
		// No name of a domain has a space.
		key: row => row.recipient_domain ?? (row.others === true ? ' ' : ''),
		opens: row =>
			row.sessions === 0
				? noSession(row, held)
				: {
						view: 'sessions',
						title: nameOf(row),
						scope: [
							...scope,
							{kind: 'same', column: 'hop', value: 'relay-out'},
							{kind: 'domain', domain: row.recipient_domain, below: false},
						],
						order: 'started',
					},
		violates: () => false,
		empty: [
			unnamed > 0
				? `No domain of a recipient is known: ${many(unnamed, 'session')} with other servers, and no delivery line of them (to=<…>, relay=…, status=…). What databases of format 6 and before hold has no domains.`
				: 'No mail to other servers is seen: no delivery line of Postfix (to=<…>, relay=…, status=…) to another host is among what is shown.',
			...notes.map(note => `${note}.`),
		].join(' '),
		order: null,
	};
}

/** What became of held mail afterwards, as far as the log says. */
function afterwards({messages, delivered_later: later}: HeldRow): string {
	if (later === 0) return 'not seen to go out later';
	return later === messages
		? later === 1
			? 'went out later'
			: 'all went out later'
		: `${count(later)} went out later`;
}

function heldSentences(row: HeldRow, {moments}: Look): Array<readonly [Tone, string]> {
	const {messages, before_connection: before, first_seen: first, last_seen: last} = row;
	const where =
		before === 0 ? '' : before === messages ? ', before any connection' : `, ${count(before)} before any connection`;
	const [from, to] = [moments.full(first).slice(0, 16), moments.full(last).slice(0, 16)];
	const when = from === '' ? '' : `, ${from === to ? from : `${from} to ${to}`} ${moments.zone}`;
	const said = `Held ${many(messages, 'message')}: ${heldReasonWords(row.reason)}${where}${when}; ${afterwards(row)}.`;
	// What went out needs nothing done.
	return [['warn', said], ...(row.delivered_later === messages ? [] : [['plain', heldRemedy(row.reason)] as const])];
}

function sentSentences(row: DomainStory, {moments}: Look): Array<readonly [Tone, string]> {
	const {messages, plaintext, unknown, last_plaintext: last} = row;
	if (messages === 0) return [['plain', 'Nothing is seen to be sent to it.']];
	const parts = [
		...trustsOf(row),
		...(plaintext > 0 ? [['plaintext', plaintext] as const] : []),
		...(unknown > 0 ? [['TLS or not is not logged', unknown] as const] : []),
	];
	const when = last === null ? '' : ` Plaintext last ${moments.full(last).slice(0, 16)} ${moments.zone}.`;
	return [
		['plain', `Sent ${many(messages, 'message')}: ${counts(parts)}.${when}`],
		...(plaintext > 0
			? [
					[
						'plain',
						'Where its server offers STARTTLS now (tlsaudit probe HOST:25 --starttls smtp), encrypt in smtp_tls_policy_maps ends that: mail that cannot go over TLS is then held back.',
					] as const,
				]
			: []),
		...(unknown > 0 ? [['plain', 'smtp_tls_loglevel = 1 logs TLS of what we send.'] as const] : []),
	];
}

/** What there is to say of the chosen domain: what TLS held back and what to do, how the rest went; and what a filter cannot choose. */
export function domainNote(
	row: DomainStory | undefined,
	{held, notes}: ShownDomains,
	{terms = []}: Filter,
	look: Look,
	width: number,
): string[] {
	if (row === undefined) return [];
	const isLeftOut = terms.some(term => term.not !== true && heldCanBe(term) === null);
	const said = [
		...(isLeftOut
			? [['accent', 'Held mail is left out: it has no session that this filter could choose.'] as const]
			: []),
		...heldOf(row, held).flatMap(each => heldSentences(each, look)),
		...sentSentences(row, look),
	];
	const lines = (tone: Tone, sentence: string): string[] =>
		folded(plain(sentence), width - 4).map(line => `  ${look.theme.paint(tone, line)}`);
	return [
		// Of all domains, not of the chosen one.
		...notes.flatMap(note => lines('accent', `${note}.`)),
		titled(nameOf(row), look, width),
		...said.flatMap(([tone, sentence]) => lines(tone, sentence)),
	];
}
