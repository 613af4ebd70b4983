import type {Filter, PageRequest, Term} from '../../../model/filter.ts';
import {type DomainPage, type DomainStory, deliveredTrust, heldCanBe} from '../../../model/outbound.ts';
import type {Calendar} from '../../../model/periods.ts';
import {protocols} from '../../../tls/version.ts';
import {type Condition, condition} from '../../filter.ts';
import type {Store} from '../../store.ts';
import {sessionsOf} from '../../tally/weight.ts';
import {keptMail} from './kept-mail.ts';
import {
	type CountedMail,
	formerlySent,
	heldByDomain,
	heldCondition,
	heldMail,
	mailRow,
	sent,
	sentSums,
} from './outbound.ts';
import {allOf, asked, type Bound, binding, isOfDomain, ofDomain} from './terms.ts';

/** Conditions on sessions `s` and on deliveries `d` of them, with the values that are bound in both. */
type SentCondition = {readonly where: string; readonly ofDomains: string; readonly parameters: Bound};

/** The terms about domains choose among the deliveries of a session, which may have several; all others choose sessions. */
async function sentCondition(store: Store, filter: Filter): Promise<SentCondition> {
	const {terms = []} = filter;
	const sessions = await condition(store, {...filter, terms: terms.filter(term => !isOfDomain(term))});
	const parameters: Bound = {...sessions.parameters};
	const bind = binding(parameters, 'domain');
	const tests = terms.filter(isOfDomain).map(term => asked(term, ofDomain('d.recipient_domain', term, bind)));
	return {where: sessions.where, ofDomains: allOf(tests), parameters};
}

/** The same of lines `l` about held mail; what is asked of a session they are not. */
function heldTerms(filter: Filter): {readonly where: string; readonly parameters: Bound} {
	const {where, parameters: bound} = heldCondition(filter);
	const parameters: Bound = {...bound};
	const bind = binding(parameters, 'held');
	function test(term: Term): string {
		if (isOfDomain(term)) return ofDomain('l.recipient_domain', term, bind);
		if (term.kind !== 'begun') return String(heldCanBe(term) === true);
		const {since, until} = term;
		return `(${allOf([
			...(since === null ? [] : [`l.seen_at >= make_timestamp(${bind(since * 1000)}::bigint)`]),
			...(until === null ? [] : [`l.seen_at < make_timestamp(${bind(until * 1000)}::bigint)`]),
		])})`;
	}
	const {terms = []} = filter;
	return {where: allOf([where, ...terms.map(term => asked(term, test(term)))]), parameters};
}

/** The place of the first of some columns that counts any. */
const firstOf = (columns: readonly string[]): string =>
	`case ${columns.map((column, place) => `when "${column}" > 0 then ${place}`).join(' ')} end`;

/** By what domains can be sorted. */
const orders: Readonly<Record<string, string>> = {
	/** What was held back and not seen to go out, and what went in plaintext: their own order. */
	concern: 'coalesce(held - delivered_later, 0) + coalesce(plaintext, 0)',
	domain: 'recipient_domain',
	messages: 'coalesce(messages, 0)',
	// Plaintext is worse than any version.
	worst: firstOf(['plaintext', ...protocols.map(name => `version ${name}`)]),
	plaintext: 'coalesce(plaintext, 0)',
	unknown: 'coalesce(unknown, 0)',
	held: 'coalesce(held, 0)',
	deleted: 'coalesce(deleted, 0) + coalesce(held_deleted, 0)',
	delivered_later: 'coalesce(delivered_later, 0)',
	// The least that mail was sent with.
	trust: firstOf([...deliveredTrust].reverse().map(name => `trust ${name}`)),
	last_seen: 'last_seen',
};

const momentOf = (value: number | string | null | undefined): number | null =>
	typeof value === 'number' ? value : null;

const storyOf = (row: CountedMail): DomainStory => ({
	...mailRow(row),
	sessions: Number(row.sessions ?? 0),
	delivered_later: Number(row.delivered_later ?? 0),
	last_plaintext: momentOf(row.last_plaintext),
	last_seen: momentOf(row.last_seen),
});

/** Sessions with other servers that name no domain of a recipient. */
async function unnamedSessions(store: Store, filter: Filter): Promise<number> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<{readonly sessions: number}>(
		`select ${sessionsOf(store)}::double as sessions from judged_rows s join handshakes h using (handshake)
		where h.hop = 'relay-out' and s.deliveries is null and ${where}`,
		parameters,
	);
	return row?.sessions ?? 0;
}

/** What is counted of each domain; of all, or of those that `only` selects of a table with its name. What nobody reads is not counted. */
const countedDomains = (
	store: Store,
	sums: {sent: SentCondition; held: string; kept: string},
	only: (table: string) => string,
): string =>
	`with d as (
		select * from (
			select * from (${sent(store, sums.sent.where)}) d where ${sums.sent.ofDomains} union all by name ${formerlySent(sums.kept)}) d
		where ${only('d')}),
	sent as (select d.recipient_domain, d.others, ${sentSums}, ${sessionsOf(store, 'not d.deleted', 'd')}::double as sessions,
		max(d.last_seen) as last_sent,
		epoch_ms(max(d.last_seen) filter (d.outcome = 'plaintext' and d.sent > 0 and not d.deleted))::double as last_plaintext
		from d group by d.recipient_domain, d.others),
	held as (${heldByDomain(`${sums.held} and ${only('l')}`, `${sums.kept} and ${only('k')}`)}),
	counted as (
		select sent.* exclude (recipient_domain, others, last_sent), held.held, held.held_deleted, held.delivered_later,
			epoch_ms(greatest(sent.last_sent, held.last_held))::double as last_seen,
			coalesce(sent.recipient_domain, held.recipient_domain) as recipient_domain,
			coalesce(sent.others, held.others)::integer as others
		from sent full join held on sent.recipient_domain is not distinct from held.recipient_domain and sent.others = held.others)`;

/** Messages of deleted sessions, sent and held back; of sums `k` that a condition selects. A second window beside `total` makes DuckDB fail within. */
async function deletedMail(store: Store, {where, parameters}: Condition): Promise<number> {
	const [row] = await store.all<{readonly messages: number}>(
		`select coalesce(sum(messages), 0)::double as messages from (
			select sum(k.sent) as messages from monthly_deliveries k where ${where}
			union all select sum(k.held) from monthly_held k where ${where})`,
		parameters,
	);
	return row?.messages ?? 0;
}

const keyOf = ({recipient_domain, others}: {recipient_domain: string | null; others?: unknown}): string =>
	JSON.stringify([recipient_domain, Boolean(others)]);

/**
 * A page of the domains that mail goes to, counted as `outbound` counts them for the report, with what a person asks next of each;
 * with a calendar also the mail of deleted sessions, as far as their sums know what the filter asks. First who is on the page is
 * asked, then all about those few. The sessions are judged before.
 */
export async function domainPage(
	store: Store,
	filter: Filter,
	request: PageRequest,
	calendar: Calendar | null = null,
): Promise<DomainPage> {
	const {parameters: own, ...conditions} = await sentCondition(store, filter);
	const held = heldTerms(filter);
	const former = await keptMail(store, filter, calendar);
	const sums = {sent: {...conditions, parameters: own}, held: held.where, kept: former.where};
	const parameters = {...own, ...held.parameters, ...former.parameters};
	const page = await store.all<CountedMail & {readonly total: number}>(
		`${countedDomains(store, sums, () => 'true')}
		select recipient_domain, others, (count(*) over ())::double as total
		from counted
		order by others, ${orders[request.order] ?? orders.concern} ${request.descending ? 'desc' : 'asc'} nulls last,
			coalesce(messages, 0) desc, held desc nulls last, recipient_domain nulls last
		limit ${Math.trunc(request.limit)} offset ${Math.trunc(request.offset)}`,
		parameters,
	);
	const [first] = page;
	if (first === undefined) {
		const total = request.offset > 0 ? request.offset : 0;
		const unnamed = total === 0 ? await unnamedSessions(store, filter) : 0;
		return {rows: [], total, held: [], unnamed, deleted: 0, kept: former.kept};
	}
	const names = page.flatMap(({recipient_domain: name}) => name ?? []);
	const onPage = (table: string): string =>
		`(${table}.recipient_domain is null or ${table}.recipient_domain in (select unnest(string_split($page, chr(10)))))`;
	const bound = {...parameters, page: names.join('\n')};
	const counted = await store.all<CountedMail>(`${countedDomains(store, sums, onPage)} select * from counted`, bound);
	const byKey = new Map(counted.map(row => [keyOf(row), row]));
	const keys = new Set(page.map(keyOf));
	const whole = await heldMail(store, `${held.where} and ${onPage('l')}`, `${former.where} and ${onPage('k')}`, {
		...held.parameters,
		...former.parameters,
		page: bound.page,
	});
	return {
		rows: page.map(row => storyOf(byKey.get(keyOf(row)) ?? row)),
		total: first.total,
		held: whole.filter(row => keys.has(keyOf(row))),
		unnamed: 0,
		deleted: former.kept === null ? 0 : await deletedMail(store, former),
		kept: former.kept,
	};
}
