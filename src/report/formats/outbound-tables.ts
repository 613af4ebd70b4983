import {heldReasonWords} from '../../model/failure/held-mail.ts';
import {type DomainRow, deliveredTrust, type HeldRow, type MailCounts, type Outbound} from '../../model/outbound.ts';
import {type Periods, unitNames} from '../../model/periods.ts';
import {count} from '../../text/number.ts';
import {keptMailNotes} from '../outbound.ts';
import {type DocumentTable, log, moment, number, type TableCell} from './document.ts';

const domainCell = ({recipient_domain, others}: Pick<DomainRow, 'recipient_domain' | 'others'>): TableCell =>
	log(recipient_domain ?? (others ? '(other domains)' : '(no domain)'));

/** Messages that went out over TLS, however far their servers were trusted. */
const overTls = ({trust}: Pick<DomainRow, 'trust'>): number =>
	deliveredTrust.reduce((sum, name) => sum + (trust[name] ?? 0), 0);

/** Columns that say how mail went out, those that only some rows need left out where no row does. */
function trustColumns(rows: readonly MailCounts[]): ReadonlyArray<readonly [string, (row: MailCounts) => number]> {
	const known = ['Verified', 'Trusted', 'Untrusted', 'Anonymous'] as const;
	return [
		['Messages', row => row.messages],
		...known.map(name => [name, (row: MailCounts) => row.trust[name] ?? 0] as const),
		...(rows.some(({trust}) => (trust.unknown ?? 0) > 0)
			? [['TLS, trust not logged', (row: MailCounts) => row.trust.unknown ?? 0] as const]
			: []),
		['Plaintext', row => row.plaintext],
		...(rows.some(({unknown}) => unknown > 0) ? [['Not logged', (row: MailCounts) => row.unknown] as const] : []),
		['Held back', row => row.held],
	];
}

const manner =
	'A message to several domains counts in each; held back is what TLS reasons put off or returned at least once';

function trustTable({all}: Outbound): DocumentTable {
	const columns = trustColumns([all]);
	return {
		title: 'Mail that went out, in messages',
		note: `${manner}.`,
		headings: columns.map(([name]) => name),
		rows: all.messages === 0 && all.held === 0 ? [] : [columns.map(([, value]) => number(value(all)))],
	};
}

/** The table of the mail that went out by day, week or month; it has no rows where none did. */
export function mailPeriodTable({unit, zone, mail}: Periods): DocumentTable {
	const columns = trustColumns(mail);
	return {
		title: `Mail that went out by ${unit} (${zone}), in messages`,
		note: `${manner}, in the ${unit} of the first time.`,
		headings: [unitNames[unit], ...columns.map(([name]) => name)],
		rows: mail.map(row => [{text: row.period, whole: true}, ...columns.map(([, value]) => number(value(row)))]),
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
	const remarks = {
		title: 'Mail that went out: remarks',
		headings: ['Remark'],
		rows: keptMailNotes(outbound.all.deleted, outbound.kept).map(text => [log(text)]),
	};
	return [trustTable(outbound), remarks, heldTable(outbound.held), domainTable(outbound)].filter(
		({rows}) => rows.length > 0,
	);
}
