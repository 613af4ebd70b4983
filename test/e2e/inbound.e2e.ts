import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {clientAddress} from './cast.ts';
import {selfSigned} from './certificates.ts';
import {startDovecot} from './dovecot-instance.ts';
import {inboundCases} from './inbound-cases.ts';
import {inboundMain, inboundMaster} from './inbound-services.ts';
import {expectedOf} from './inbound-truth.ts';
import {runMailClient} from './mail-client.ts';
import {runMailboxClient} from './mailbox-client.ts';
import {oddCases} from './odd-clients.ts';
import {createSite, type Site} from './site.ts';
import {framings} from './syslog.ts';
import {accountOf, type Row, sessionsOf} from './tlsaudit.ts';
import {differences} from './truth.ts';

let site: Site;
const wanted: Array<{about: string; from: string; rows: Row[]}> = [];

/** Runs `work` on all, eight at a time: sessions of several processes are mixed in the log. */
async function eightAtATime<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
	const rest = [...all];
	const worker = async (): Promise<void> => {
		for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one);
	};
	await Promise.all(Array.from({length: 8}, worker));
}

/** Where rsyslog cut the tag at the slash, odd services and those in which nobody logged in cannot be distinguished. */
function asCut(row: Row): Row {
	const isKnown = Number(row.port) < 2000 && (row.port !== 587 || row.username !== null);
	return isKnown ? row : Object.fromEntries(Object.entries(row).filter(([key]) => key !== 'port' && key !== 'hop'));
}

test.before(async () => {
	site = await createSite('inbound');
	const {folder, postfix, authority, rsa} = site;
	const sniMap = join(folder, 'sni');
	writeFileSync(sniMap, `imap.example.org ${rsa.key}, ${rsa.cert}\n`);
	postfix.write(inboundMain(site, `hash:${sniMap}`), inboundMaster);
	await postfix.command('postmap', ['-F', `hash:${sniMap}`]);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	const dovecot = await startDovecot(join(folder, 'dovecot'), {
		identity: rsa,
		queue: postfix.queue,
		openssl: site.openssl,
	});
	site.onEnd(() => dovecot.stop());
	const identities = {
		trusted: await authority.issue('client', ['client.example.com']),
		selfSigned: await selfSigned(folder, 'stranger', ['stranger.example.com']),
	};
	let number = 1;
	const address = (): string => clientAddress(number++);
	const proper = inboundCases(identities, address).map(one => ({
		about: one.about,
		from: 'mail' in one ? one.mail.from : one.mailbox.from,
		run: async () =>
			expectedOf(one, 'mail' in one ? await runMailClient(one.mail) : await runMailboxClient(one.mailbox)),
	}));
	await eightAtATime([...proper, ...oddCases(address, clientAddress(240))], async ({about, from, run}) => {
		wanted.push({about, from, rows: await run(from)});
	});
	await site.syslog.quiet();
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

for (const framing of framings) {
	test(`${framing}: every session is what its client saw`, async t => {
		const rows = await sessionsOf(site.syslog.files[framing]);
		const complaints = wanted.flatMap(({about, from, rows: want}) =>
			differences(
				about,
				rows.filter(row => row.peer_ip === from),
				framing === 'rfc5424' ? want.map(asCut) : want,
			),
		);
		t.deepEqual(complaints, []);
		t.true(wanted.length > 100);
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
