import {recipientDomain} from '../../../model/deliveries.ts';
import {type ResultFacts, resultOfSession} from '../../../model/failure/tls-result.ts';
import type {Filter} from '../../../model/filter.ts';
import type {HeldReason} from '../../../model/outbound.ts';
import {
	isTlsResult,
	type PolicyType,
	type TlsResult,
	type TlsResultRow,
	type TlsResults,
} from '../../../model/tls-reports.ts';
import {condition} from '../../filter.ts';
import type {Store} from '../../store.ts';
import {timesSessions, weightColumn} from '../../tally/weight.ts';
import {heldCondition} from './outbound.ts';

/** Connections that agree in all that decides the row they count in. */
type Connections = ResultFacts & {
	readonly day: string | null;
	readonly domain: string;
	/** What TLSRPT said; `''` where it said nothing. */
	readonly result: string;
	readonly reason: string;
	readonly tls_level: string | null;
	readonly peer_host: string | null;
	readonly peer_ip: string | null;
	readonly count: number;
};

/** A session that TLSRPT lines speak of counts as they say, once for each; any other once for each domain of its recipients. */
const connections = (
	store: Store,
	where: string,
): string => `select strftime(began, '%Y-%m-%d') as day, split_part(part, ' ', 1) as domain,
		case when reported then split_part(part, ' ', 2) else '' end as result,
		case when reported then split_part(part, ' ', 3) else '' end as reason,
		outcome, failure, alert, trust, tls_level, peer_host, peer_ip,
		sum(${timesSessions(store, `case when reported then split_part(part, ' ', 4)::integer else 1 end`)})::double as count
	from (select coalesce(s.started_at, s.ended_at) as began, h.outcome, h.failure, h.alert, h.trust, h.tls_level, s.peer_host, s.peer_ip,
			s.tls_reports is not null as reported${weightColumn(store)},
			unnest(string_split(coalesce(s.tls_reports, s.deliveries, ''), ',')) as part
		from judged_rows s join handshakes h using (handshake) where h.hop = 'relay-out' and ${where}) s
	group by all order by all`;

/** Levels at which Postfix found TLSA records: without any it says `may`, or makes no connection (smtp/smtp_tls_policy.c). */
const daneLevel = /^!?(?:dane|dane-only|halfdane)\b/;

/** Results that RFC 8460, section 4.3.2, has for one kind of policy only; that DANE is required says that there is none. */
const policyByResult: ReadonlyMap<TlsResult, PolicyType> = new Map([
	['tlsa-invalid', 'tlsa'],
	['dnssec-invalid', 'tlsa'],
	['sts-policy-fetch-error', 'sts'],
	['sts-policy-invalid', 'sts'],
	['sts-webpki-invalid', 'sts'],
]);

/**
 * The policy that the log shows. A certificate that matches no TLSA record shows none: a fingerprint is one to Postfix, too
 * (smtp/smtp_tls_policy.c). Nor does the level `secure`, of a table or of MTA-STS.
 */
function policyOf(result: TlsResult, level: string | null): PolicyType {
	return policyByResult.get(result) ?? (daneLevel.test(level ?? '') ? 'tlsa' : 'no-policy-found');
}

function resultOf(row: Connections): {readonly result: TlsResult; readonly reason: string | null} | null {
	if (isTlsResult(row.result)) return {result: row.result, reason: row.reason === '-' ? null : row.reason};
	return resultOfSession(row);
}

/** An address in place of a domain has no policy. */
const policyDomain = (domain: string): string | null => {
	const named = recipientDomain(domain);
	return named === null || named.startsWith('[') ? null : named;
};

/** Mail held back before there was a connection, for what the destination's DNS or policy says; each message once a day. */
const heldReasons: Readonly<Partial<Record<HeldReason, readonly [TlsResult, PolicyType]>>> = {
	'no-dnssec': ['dane-required', 'no-policy-found'],
	'no-tlsa-records': ['dane-required', 'no-policy-found'],
	'tlsa-unusable': ['tlsa-invalid', 'tlsa'],
	// Whether there are records nobody knows.
	'tlsa-lookup-error': ['validation-failure', 'no-policy-found'],
	'mta-sts': ['validation-failure', 'sts'],
};

type Held = {
	readonly day: string | null;
	readonly domain: string | null;
	readonly reason: HeldReason;
	readonly count: number;
};

async function heldRows(store: Store, filter: Filter): Promise<TlsResultRow[]> {
	const {where, parameters} = heldCondition(filter);
	const rows = await store.all<Held>(
		`select strftime(l.seen_at, '%Y-%m-%d') as day, l.recipient_domain as domain, l.reason,
			count(distinct l.message)::double as count
		from held_messages l where not l.connected and ${where} group by all order by all`,
		parameters,
	);
	return rows.flatMap(({day, domain: logged, reason, count}) => {
		const found = heldReasons[reason];
		const domain = policyDomain(logged ?? '');
		if (found === undefined || domain === null || day === null) return [];
		const [result, policy] = found;
		return [{day, domain, policy, result, reason, mxHost: null, mxIp: null, count}];
	});
}

/** What TLS reports of a store would say (RFC 8460), by day in UTC and policy domain. The sessions are judged before. */
export async function tlsResults(store: Store, filter: Filter): Promise<TlsResults> {
	const {where, parameters} = await condition(store, filter);
	const rows: TlsResultRow[] = [];
	let nameless = 0;
	let untold = 0;
	for (const row of await store.all<Connections>(connections(store, where), parameters)) {
		const found = resultOf(row);
		const domain = policyDomain(row.domain);
		if (found === null) untold += row.count;
		else if (domain === null || row.day === null) nameless += row.count;
		else {
			const {day, peer_host: mxHost, peer_ip: mxIp, count} = row;
			rows.push({...found, day, domain, policy: policyOf(found.result, row.tls_level), mxHost, mxIp, count});
		}
	}
	return {rows: [...rows, ...(await heldRows(store, filter))], nameless, untold};
}
