import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {HeldReason} from '../../src/model/outbound.ts';
import {type Destination, type Destinations, nextHop, startDestinations, taken} from './destinations.ts';
import {inject} from './inject.ts';
import {until} from './programs.ts';
import {createSite, type Site} from './site.ts';
import {framings} from './syslog.ts';
import {tlsaudit} from './tlsaudit.ts';

/** What `postqueue -j` says of one message (postqueue(1)). */
type Queued = {
	readonly queue_name: string;
	readonly queue_id: string;
	readonly recipients: ReadonlyArray<{readonly address: string; readonly delay_reason?: string}>;
};

type HeldRow = {
	readonly recipient_domain: string;
	readonly reason: HeldReason;
	readonly messages: number;
	readonly before_connection: number;
	readonly delivered_later: number;
};

type Report = {
	readonly domains: ReadonlyArray<{
		readonly recipient_domain: string;
		readonly messages: number;
		readonly held: number;
	}>;
	readonly held: readonly HeldRow[];
};

type ViewRow = Omit<HeldRow, 'before_connection'>;

/** One moment: what is in the queue, what the servers took and how often they were called, and what tlsaudit says of the log. */
type Moment = {
	readonly queue: readonly Queued[];
	readonly taken: ReadonlyMap<Destination, number>;
	readonly calls: ReadonlyMap<Destination, number>;
	readonly reports: ReadonlyMap<string, Report>;
	readonly views: ReadonlyMap<string, readonly ViewRow[]>;
};

/** Postfix's words for a reason in the queue file (smtp_tls_policy.c, smtp_proto.c). */
const words: Readonly<Partial<Record<HeldReason, RegExp>>> = {
	'no-dnssec': /non DNSSEC destination$/,
	'no-tlsa-records': /no TLSA records found$/,
	'tlsa-unusable': /TLSA records unusable$/,
	'tlsa-lookup-error': /TLSA lookup error for \S+$/,
	'tls-configuration': /client TLS configuration problem$/,
	'certificate-not-verified': /Server certificate not (?:verified|trusted)$/,
	'tls-required-not-offered': /TLS is required, but was not offered by host \S+$/,
	'starttls-refused': /TLS is required, but host \S+ refused to start TLS: 454 /,
	'tls-unavailable': /TLS is required, but our TLS engine is unavailable$/,
	'handshake-failed': /Cannot start TLS: handshake failure$/,
};

let site: Site;
let destinations: Destinations;
/** After the first attempt, and after the policies of `healed` were loosened and the queue was flushed. */
let first: Moment;
let second: Moment;
/** Destinations that are no longer held to TLS. */
let healed: ReadonlySet<Destination>;
/** Messages that were sent to a destination. */
const sent = new Map<Destination, number>();

async function readQueue(): Promise<Queued[]> {
	const text = await site.postfix.command('postqueue', ['-j']);
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line));
}

/** Waits until these have all their mail and everything else was put off, and nothing is logged any more. */
async function settled(arrived: readonly Destination[]): Promise<void> {
	await until(
		'mail has arrived or was put off',
		async () =>
			arrived.every(each => taken(each) === sent.get(each)) &&
			(await readQueue()).every(
				({queue_name, recipients}) =>
					queue_name === 'deferred' && recipients.every(({delay_reason}) => delay_reason !== undefined),
			),
		60_000,
	);
	await site.syslog.quiet();
}

async function json<Value>(...line: string[]): Promise<Value> {
	const {status, out, said} = await tlsaudit(...line);
	if (status !== 0) throw new Error(`tlsaudit ${line.join(' ')} ended with ${status}: ${said}`);
	return JSON.parse(out);
}

async function look(): Promise<Moment> {
	const reports = new Map<string, Report>();
	const views = new Map<string, readonly ViewRow[]>();
	for (const framing of framings) {
		const log = site.syslog.files[framing];
		reports.set(framing, await json('report', log, '--by', 'domain', '--format', 'json', '--timezone', 'UTC'));
		const ask = 'select recipient_domain, reason, messages, delivered_later from held';
		views.set(framing, await json('sql', ask, log, '--format', 'json', '--timezone', 'UTC'));
	}
	const each = <Value>(value: (one: Destination) => Value) => new Map(destinations.all.map(one => [one, value(one)]));
	return {queue: await readQueue(), taken: each(taken), calls: each(({sink}) => sink.seen.length), reports, views};
}

const named = (about: string): Destination => destinations.named(about);

test.before(async () => {
	site = await createSite('held');
	// Nothing is tried again until it is asked for.
	destinations = await startDestinations(site, {retries: {backoff: '1h', scan: '1h'}});
	const {all, policies, write} = destinations;
	const several = ['dane-only, no TLSA', 'may, TLS 1.3', 'encrypt, TLS not offered'].map(named);
	await inject([
		...all.map(({one}) => ({domain: one.domain.domain, messages: one.messages})),
		// One message that goes out to one of its domains, and is held back for the two others by different reasons.
		{domain: several.map(({one}) => one.domain.domain), messages: 1},
	]);
	for (const each of all) sent.set(each, each.one.messages + (several.includes(each) ? 1 : 0));
	await settled(all.filter(({one}) => one.arrives && one.held === null));
	first = await look();

	const held = all.filter(({one}) => one.held !== null);
	healed = new Set(held.filter(({one}, index) => one.policy === 'may' || index % 2 === 0));
	const loose = join(site.folder, 'loose');
	writeFileSync(loose, [...healed].map(({one}) => `${nextHop(one)} may\n`).join(''));
	// Plaintext after a failed handshake is tried with mail that is older than the back-off (smtp.h).
	write(`texthash:${loose}, texthash:${policies}`, {backoff: '1s', scan: '1h'});
	await site.postfix.reload();
	await site.postfix.command('postqueue', ['-f']);
	await settled(all.filter(each => healed.has(each) || (each.one.arrives && each.one.held === null)));
	second = await look();
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

/** What the queue holds for a destination: the reason of each recipient. */
function waiting({queue}: Moment, {one}: Destination): string[] {
	return queue.flatMap(({recipients}) =>
		recipients
			.filter(({address}) => address === `info@${one.domain.domain}`)
			.map(({delay_reason}) => delay_reason ?? ''),
	);
}

const reasons = new Set<HeldReason>();

test('the queue says why each message waits, in the words of the reason that its destination is made for', t => {
	for (const each of destinations.all) {
		const {about, held, sink} = each.one;
		const said = waiting(first, each);
		if (held === null) {
			t.is(said.length, sink.closed ? (sent.get(each) ?? 0) : 0, about);
			for (const text of said) t.regex(text, / said: 450 /, about);
			continue;
		}
		reasons.add(held);
		t.is(said.length, sent.get(each) ?? 0, about);
		for (const text of said) t.regex(text, words[held] ?? /$^/, about);
	}
	t.deepEqual([...reasons].sort(), Object.keys(words).sort() as HeldReason[], 'a destination for each reason');
});

test('of the mail that was loosened nothing waits, of the rest everything', t => {
	for (const each of destinations.all)
		t.is(waiting(second, each).length, healed.has(each) ? 0 : waiting(first, each).length, each.one.about);
	t.true([...healed].length >= 10 && destinations.all.some(each => each.one.held !== null && !healed.has(each)));
});

/** Rows of held mail as text, so that a difference reads well. */
const lines = (rows: ReadonlyArray<readonly [domain: string, ...rest: Array<string | number>]>): string[] =>
	rows.map(row => row.join(' ')).sort();

function heldIs(t: ExecutionContext, moment: Moment, framing: string, later: (each: Destination) => number): void {
	const held = destinations.all.filter(({one}) => one.held !== null);
	t.deepEqual(
		lines(
			(moment.reports.get(framing)?.held ?? []).map(row => [
				row.recipient_domain,
				row.reason,
				row.messages,
				row.delivered_later,
			]),
		),
		lines(held.map(each => [each.one.domain.domain, each.one.held ?? '', waiting(first, each).length, later(each)])),
	);
}

for (const framing of framings) {
	test(`${framing}: held mail is that of the queue, by domain, reason and number`, t => {
		heldIs(t, first, framing, () => 0);
		// Each connection failed with one message; the others were put off unasked.
		t.deepEqual(
			lines((first.reports.get(framing)?.held ?? []).map(row => [row.recipient_domain, row.before_connection])),
			lines(
				destinations.all
					.filter(({one}) => one.held !== null)
					.map(each => [each.one.domain.domain, (sent.get(each) ?? 0) - (first.calls.get(each) ?? 0)]),
			),
		);
	});

	test(`${framing}: mail that went out later is marked so, and none else`, t => {
		heldIs(t, second, framing, each => (healed.has(each) ? (sent.get(each) ?? 0) : 0));
		for (const each of healed) t.is(second.taken.get(each), sent.get(each), each.one.about);
	});

	test(`${framing}: the view «held» has the mail that had no connection`, t => {
		for (const moment of [first, second]) {
			const rows = moment.reports.get(framing)?.held.filter(({before_connection}) => before_connection > 0) ?? [];
			const view = moment.views.get(framing) ?? [];
			t.deepEqual(
				lines(view.map(({recipient_domain, reason, messages}) => [recipient_domain, reason, messages])),
				lines(rows.map(row => [row.recipient_domain, row.reason, row.before_connection])),
			);
			for (const row of view) {
				const each = destinations.all.find(({one}) => one.domain.domain === row.recipient_domain);
				const went = moment === second && each !== undefined && healed.has(each);
				t.is(row.delivered_later, went ? row.messages : 0, row.recipient_domain);
			}
		}
	});

	test(`${framing}: each domain has the messages that its server took, and those that were held back`, t => {
		for (const moment of [first, second]) {
			// Delivery to a mailbox is no mail that goes out.
			const all = destinations.all.filter(({one}) => !one.transport.startsWith('lmtp'));
			t.deepEqual(
				lines((moment.reports.get(framing)?.domains ?? []).map(row => [row.recipient_domain, row.messages, row.held])),
				lines(
					all.map(each => [
						each.one.domain.domain,
						moment.taken.get(each) ?? 0,
						each.one.held === null ? 0 : (sent.get(each) ?? 0),
					]),
				),
			);
		}
	});
}
