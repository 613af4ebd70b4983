import type {Change, ChangeRow, ComparedSpan} from '../../model/change.ts';
import type {Periods} from '../../model/periods.ts';
import {isoDate} from '../../text/time.ts';
import {changeRule} from '../change.ts';

const spanJson = ({database, ...span}: ComparedSpan): object => ({
	since: isoDate(span.since),
	until: isoDate(span.until),
	from: isoDate(span.from),
	to: isoDate(span.to),
	sessions: span.sessions,
	...(database === null ? {} : {database}),
});

/** A row by the name of what it is about. */
function rowJson({kind, item, peer, severity, hop, port, of, before_of, first_seen, ...row}: ChangeRow): object {
	const counted = {sessions: row.sessions, before: row.before};
	const dated = {first_seen: isoDate(first_seen)};
	switch (kind) {
		case 'violation':
			return {change: row.change, rule: item, severity, hop, port, ...counted, of, before_of, ...dated};
		case 'peer':
			return {change: row.change, hop, peer_ip: peer?.ip ?? null, peer_host: peer?.host ?? null, ...counted, ...dated};
		case 'version':
			return {change: row.change, version: item, hop, port, ...counted, of, before_of};
		case 'outcome':
			return {change: row.change, outcome: item, hop, port, ...counted, of, before_of};
		case 'failure':
			return {change: row.change, reason: item, hop, port, ...counted, of, before_of, ...dated};
	}
}

/** What changed, as JSON; null where it was not asked for. */
export function changeJson(change: Change): object {
	const of = (kind: ChangeRow['kind']): object[] => change.rows.filter(row => row.kind === kind).map(rowJson);
	return {
		shown: spanJson(change.shown),
		before: spanJson(change.before),
		undecided: change.undecided,
		notes: change.notes,
		rule: changeRule,
		violations: of('violation'),
		peers: {...change.peers, rows: of('peer')},
		versions: of('version'),
		outcomes: of('outcome'),
		failures: of('failure'),
	};
}

/** The sessions by day, week or month, as JSON. */
export const periodsJson = ({unit, zone, rows, mail, notes}: Periods): object => ({
	unit,
	zone,
	rows: rows.map(row => ({...row, from: isoDate(row.from), until: isoDate(row.until)})),
	outbound: mail.map(row => ({...row, from: isoDate(row.from), until: isoDate(row.until)})),
	notes,
});
