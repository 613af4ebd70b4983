import type {TlsResultRow} from '../../model/tls-reports.ts';
import type {Summary} from '../summary.ts';
import {ndjsonLine} from './json.ts';

/** In place of what a log does not know, and no receiver of a report may take for real. */
const nobody = 'preview by tlsaudit of what a log shows; not sent, and of no organization';

/** Rows by a key of theirs, keys in order. */
function groups<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Array<readonly [string, readonly Row[]]> {
	const found = new Map<string, Row[]>();
	for (const row of rows) {
		const key = keyOf(row);
		const group = found.get(key);
		if (group) group.push(row);
		else found.set(key, [row]);
	}
	return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

const sum = (rows: readonly TlsResultRow[]): number => rows.reduce((total, {count}) => total + count, 0);

/** Members without a value are left out: nothing is made up. */
const known = (members: Readonly<Record<string, string | number | null>>): object =>
	Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

/** Failures of one type with one server, the most first. */
function details(failed: readonly TlsResultRow[]): object[] {
	return groups(failed, ({result, mxHost, mxIp, reason}) => JSON.stringify([result, mxHost, mxIp, reason]))
		.map(([, alike]) => [sum(alike), alike[0]] as const)
		.sort(([a], [b]) => b - a)
		.map(([count, row]) =>
			known({
				'result-type': row?.result ?? null,
				'receiving-mx-hostname': row?.mxHost ?? null,
				'receiving-ip': row?.mxIp ?? null,
				'failed-session-count': count,
				'failure-reason-code': row?.reason ?? null,
			}),
		);
}

function policy(domain: string, type: string, rows: readonly TlsResultRow[]): object {
	const failed = rows.filter(({result}) => result !== 'success');
	return {
		policy: {'policy-type': type, 'policy-domain': domain},
		summary: {
			'total-successful-session-count': sum(rows) - sum(failed),
			'total-failure-session-count': sum(failed),
		},
		...(failed.length === 0 ? {} : {'failure-details': details(failed)}),
	};
}

/**
 * TLS reports as they would be sent (RFC 8460, section 4.4): one for each policy domain and day in UTC, each a line of JSON. A
 * log knows neither the sender's organization and address, nor the text of a policy, the patterns of its mail hosts and how the server
 * greeted: these are left out, or say that this is a preview.
 */
export function tlsReports({tlsResults}: Pick<Summary, 'tlsResults'>): string {
	return groups(tlsResults?.rows ?? [], ({day, domain}) => `${day} ${domain}`)
		.map(([id, report]) => {
			const [day = '', domain = ''] = id.split(' ');
			return ndjsonLine({
				'organization-name': nobody,
				'date-range': {'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z`},
				'contact-info': nobody,
				'report-id': `preview-${day}-${domain}`,
				policies: groups(report, ({policy: type}) => type).map(([type, rows]) => policy(domain, type, rows)),
			});
		})
		.join('');
}
