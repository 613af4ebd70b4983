import test from 'ava';
import {type Destination, startDestinations} from './destinations.ts';
import {failuresOfLog, linesOfLog, linesOfServer} from './outbound-truth.ts';
import {createSite, type Site} from './site.ts';
import {framings} from './syslog.ts';
import {accountOf, type Row, sessionsOf} from './tlsaudit.ts';

let site: Site;
let destinations: readonly Destination[];

test.before(async () => {
	site = await createSite('outbound');
	const {all, send} = await startDestinations(site);
	destinations = all;
	await send();
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

for (const framing of framings) {
	test(`${framing}: sessions and messages of every destination are what its server saw`, async t => {
		const rows = (await sessionsOf(site.syslog.files[framing])).filter(row => row.direction === 'out');
		const of = (address: string): Row[] => rows.filter(row => row.peer_ip === address);
		const read = (lines: (it: Destination) => string[]) =>
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
