import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {inject} from './inject.ts';
import {type Sink, startSink} from './mail-sink.ts';
import {type OutboundCase, outboundCases} from './outbound-cases.ts';
import {outboundMain, outboundMaster} from './outbound-services.ts';
import {failuresOfLog, linesOfLog, linesOfServer} from './outbound-truth.ts';
import {until} from './programs.ts';
import {createSite, type Site} from './site.ts';
import {framings} from './syslog.ts';
import {accountOf, type Row, sessionsOf} from './tlsaudit.ts';

let site: Site;
const destinations: Array<{one: OutboundCase; sink: Sink}> = [];

/** The key under which Postfix looks a destination's policy up: the next hop as routed. */
function nextHop({domain, transport}: OutboundCase): string {
	const hop = transport.slice(transport.indexOf(':') + 1);
	return hop === '' ? domain.domain : hop;
}

test.before(async () => {
	site = await createSite('outbound');
	const {folder, postfix, authority} = site;
	const cases = await outboundCases(authority, join(folder, 'certificates'));
	for (const one of cases) {
		site.dns.add(one.domain);
		const sink = await startSink(one.sink);
		site.onEnd(() => sink.close());
		destinations.push({one, sink});
	}
	const policies = join(folder, 'policies');
	const transports = join(folder, 'transports');
	writeFileSync(policies, cases.map(one => `${nextHop(one)} ${one.policy}\n`).join(''));
	writeFileSync(transports, cases.map(one => `${one.domain.domain} ${one.transport}\n`).join(''));
	const client = await authority.issue('client', ['mx.example.org']);
	postfix.write(outboundMain(site, client, `texthash:${policies}`, `texthash:${transports}`), outboundMaster);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	await inject(cases.map(({domain, messages}) => ({domain: domain.domain, messages})));
	const taken = ({sink}: {sink: Sink}): number => sink.seen.reduce((sum, {messages}) => sum + messages, 0);
	await until(
		'all mail that can arrive has arrived',
		() => destinations.every(it => !it.one.arrives || taken(it) === it.one.messages),
		60_000,
	);
	await postfix.command('postsuper', ['-d', 'ALL']);
	await site.syslog.quiet();
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

for (const framing of framings) {
	test(`${framing}: sessions and messages of every destination are what its server saw`, async t => {
		const rows = (await sessionsOf(site.syslog.files[framing])).filter(row => row.direction === 'out');
		const of = (address: string): Row[] => rows.filter(row => row.peer_ip === address);
		const read = (lines: (it: {one: OutboundCase; sink: Sink}) => string[]) =>
			destinations.flatMap(it => lines(it).map(line => `${it.one.about}: ${line}`));
		t.deepEqual(
			read(({one}) => linesOfLog(of(one.sink.address))),
			read(({one, sink}) => linesOfServer(one, sink.seen)),
		);
		t.deepEqual(
			read(({one}) => failuresOfLog(of(one.sink.address))),
			read(({one: {failure}}) => (failure === null ? [] : [failure])),
		);
	});
}

for (const framing of framings) {
	test(`${framing}: every line is accounted for and no line about TLS is left over`, async t => {
		const {lines, understood, irrelevant, foreign, malformed, not_understood} = await accountOf(
			site.syslog.files[framing],
		);
		t.is(lines, site.syslog.read(framing).trimEnd().split('\n').length);
		t.is(understood + irrelevant + foreign + malformed, lines);
		t.is(malformed, 0);
		t.is(not_understood, 0);
	});
}
