import {type DomainRow, deliveredTrust, type HeldRow, type Outbound} from '../../model/outbound.ts';
import {count} from '../../text/number.ts';
import {heldReasonWords} from '../text/held-words.ts';
import {type DocumentTable, log, moment, number, type TableCell} from './document.ts';

const domainCell = ({recipient_domain}: {readonly recipient_domain: string | null}): TableCell =>
	log(recipient_domain ?? '(no domain)');

/** Messages that went out over TLS, however far their servers were trusted. */
const overTls = ({trust}: Pick<DomainRow, 'trust'>): number =>
	deliveredTrust.reduce((sum, name) => sum + (trust[name] ?? 0), 0);

function trustTable({all}: Outbound): DocumentTable {
	const {unknown = 0, ...known} = all.trust;
	const columns: ReadonlyArray<readonly [string, number]> = [
		['Messages', all.messages],
		...(['Verified', 'Trusted', 'Untrusted', 'Anonymous'] as const).map(name => [name, known[name] ?? 0] as const),
		...(unknown > 0 ? [['TLS, trust not logged', unknown] as const] : []),
		['Plaintext', all.plaintext],
		...(all.unknown > 0 ? [['Not logged', all.unknown] as const] : []),
		['Held back', all.held],
	];
	return {
		title: 'Mail that went out, in messages',
		note: 'A message to several domains counts in each; held back is what TLS reasons put off or returned at least once.',
		headings: columns.map(([name]) => name),
		rows: all.messages === 0 && all.held === 0 ? [] : [columns.map(([, value]) => number(value))],
	};
}

function heldTable(held: readonly HeldRow[]): DocumentTable {
	return {
		title: 'Mail that TLS held back, in messages',
		note: 'Unconnected are those that were held back before there was a connection.',
		headings: ['Domain', 'Reason', 'Messages', 'Unconnected', 'Sent later', 'Last'],
		rows: held.map(row => [
			domainCell(row),
			log(heldReasonWords(row.reason)),
			number(row.messages),
			number(row.before_connection),
			number(row.delivered_later),
			moment(row.last_seen),
		]),
	};
}

function domainTable({all, domains, domainCount, byDomain}: Outbound): DocumentTable {
	const rest = domainCount - domains.length;
	return {
		title: 'By domain of recipients, in messages',
		...(rest > 0 ? {note: `${count(rest)} more domains are left out.`} : {}),
		headings: [
			'Domain',
			'Messages',
			'Verified',
			'Other TLS',
			'Plaintext',
			...(all.unknown > 0 ? ['Not logged'] : []),
			'Held back',
		],
		rows: byDomain
			? domains.map(row => [
					domainCell(row),
					number(row.messages),
					number(row.trust.Verified ?? 0),
					number(overTls(row) - (row.trust.Verified ?? 0)),
					number(row.plaintext),
					...(all.unknown > 0 ? [number(row.unknown)] : []),
					number(row.held),
				])
			: [],
	};
}

/** The tables about mail that goes out, the empty ones left out. */
export function outboundTables(outbound: Outbound): DocumentTable[] {
	return [trustTable(outbound), heldTable(outbound.held), domainTable(outbound)].filter(({rows}) => rows.length > 0);
}
