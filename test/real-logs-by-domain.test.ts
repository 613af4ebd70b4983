import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {deliveryLines, reasonOf, tlsReason, trustLines} from './log/fixture/delivery-lines.ts';
import {programIn} from './program.ts';
import {tally} from './tally.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tlsaudit = programIn(root);

type Report = {
	readonly domains: ReadonlyArray<{
		readonly recipient_domain: string;
		readonly messages: number;
		readonly plaintext: number;
		readonly unknown: number;
		readonly trust: Readonly<Record<string, number>>;
		readonly held: number;
	}>;
	readonly held: ReadonlyArray<{
		readonly recipient_domain: string;
		readonly reason: string;
		readonly messages: number;
		readonly before_connection: number;
		readonly delivered_later: number;
	}>;
};

/** Keys that are there, each once. */
const once = (keys: Iterable<string>): string[] => [...new Set(keys)];
const first = (key: string, words: number): string => key.split(' ').slice(0, words).join(' ');

for (const name of [
	'real/rfc3164.log',
	'real/rfc3339.log',
	'real/rfc5424.log',
	'real-3.12/a.maillog',
	'real-3.12/b.3339.log',
]) {
	const text = readFileSync(`${root}/samples/${name}`, 'utf8').trimEnd();
	const {out} = tlsaudit(['report', `samples/${name}`, '--by', 'domain', '--format', 'json', '--year', '2026']);
	const report: Report = JSON.parse(out);
	const lines = deliveryLines(text);
	/** A message that TLS held back for a reason, once for each reason. */
	const held = lines.filter(({status, said}) => status !== 'sent' && tlsReason.test(said));
	const message = ({domain, queueId}: {domain: string; queueId: string}) => `${domain} ${queueId}`;

	test(`${name}: report --by domain has the messages of the delivery lines, by trust`, t => {
		// Mail to our own port 25, and by LMTP to port 24, goes to no other domain's server.
		const sent = trustLines(text).filter(
			({key, relay}) => key.endsWith(' sent') && !/\[127\.0\.0\.1\]:|\]:24$/.test(relay),
		);
		t.true(sent.length > 50);
		t.deepEqual(
			tally(
				report.domains.flatMap(row => [
					...Object.entries(row.trust)
						.filter(([trust]) => trust !== 'unknown')
						.map(([trust, messages]) => [`${row.recipient_domain} ${trust}`, messages] as const),
					[`${row.recipient_domain} plaintext`, row.plaintext] as const,
					[`${row.recipient_domain} unknown`, row.unknown + (row.trust.unknown ?? 0)] as const,
				]),
			),
			tally(
				once(sent.map(({key, queueId, relay}) => `${first(key, 2)} ${queueId} ${relay}`)).map(key => [
					first(key, 2),
					1,
				]),
			),
		);
		for (const {messages, plaintext, unknown, trust, recipient_domain} of report.domains)
			t.is(
				plaintext + unknown + Object.values(trust).reduce((sum, count) => sum + count, 0),
				messages,
				recipient_domain,
			);
	});

	test(`${name}: report --by domain has the mail that the delivery lines say TLS held back, by reason`, t => {
		t.true(held.length > 40);
		t.deepEqual(
			tally(report.domains.map(({recipient_domain, held: messages}) => [recipient_domain, messages])),
			tally(once(held.map(message)).map(key => [first(key, 1), 1])),
		);
		const rows = (count: 'messages' | 'before_connection' | 'delivered_later') =>
			tally(report.held.map(row => [`${row.recipient_domain} ${row.reason}`, row[count]]));
		const counted = (some: typeof held) =>
			tally(
				once(some.map(each => `${each.domain} ${reasonOf(each.said)} ${each.queueId}`)).map(key => [first(key, 2), 1]),
			);
		t.deepEqual(rows('messages'), counted(held));
		t.deepEqual(rows('before_connection'), counted(held.filter(({connected}) => !connected)));
		const sent = lines.flatMap((each, index) => (each.status === 'sent' ? [{key: message(each), index}] : []));
		const later = held.filter(each =>
			sent.some(({key, index}) => key === message(each) && index > lines.indexOf(each)),
		);
		t.deepEqual(rows('delivered_later'), counted(later));
	});
}
