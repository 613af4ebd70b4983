import test from 'ava';
import type {Session} from '../../../src/model/session.ts';
import {makeVerdict, placesOf} from '../../../src/model/verdict.ts';
import {founding} from '../../../src/policy/founding.ts';
import type {Policy} from '../../../src/policy/policy.ts';
import {judgeByPolicy} from '../../../src/store/judgement.ts';
import {evidence} from '../../../src/store/queries/evidence.ts';
import type {Store} from '../../../src/store/store.ts';
import {session, storeOf} from '../sample-sessions.ts';

const now = Date.UTC(2026, 9, 12, 12);
const at = (minute: number): number => Date.UTC(2026, 9, 12, 8, minute);
const one = (minute: number, part: Partial<Session> = {}): Session =>
	session('submission', {
		...{port: 465, tlsMode: 'implicit', outcome: 'encrypted', protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'},
		...{logHost: 'mx', tag: 'postfix/smtps/smtpd', pid: minute, messages: 1, source: 'mail.log', firstLine: minute},
		...{startedAt: at(minute), endedAt: at(minute) + 1000, peerIp: '192.0.2.1', username: 'ana'},
		...part,
	});
const dark = {protocol: null, cipher: null} as const;

async function evidenceOf(sessions: readonly Session[], policy: Policy = founding) {
	const store: Store = await storeOf(sessions);
	await judgeByPolicy(store, policy, now);
	const rows = await evidence(store);
	await store.close();
	const places = placesOf(rows).map(({decided, undecided}) => [decided, undecided]);
	return {rows, places, verdict: makeVerdict({broken: false, evidence: rows, maxUndecided: 0.05})};
}

test('a session whose beginning lies before the log does not count', async t => {
	const {places, verdict, rows} = await evidenceOf([one(1, {...dark, startSeen: false}), one(30), one(50)]);
	t.deepEqual(places, [[2, 0]]);
	t.is(verdict, 'pass');
	t.is(rows.find(({cut}) => cut)?.sessions, 1);
	t.is((await evidenceOf([one(1, dark), one(30), one(50)])).verdict, 'undecided', 'its connect line is there');
});

test('neither does one that is open where the log ends', async t => {
	const open = one(59, {...dark, outcome: null, tlsMode: null, endedAt: null});
	t.is((await evidenceOf([one(1), one(30), open])).verdict, 'pass');
	t.is((await evidenceOf([one(1), {...open, startedAt: at(20)}, one(59)])).verdict, 'undecided', 'in the middle of it');
});

test('the second session of a process, and one later on, lack their lines for another reason', async t => {
	t.is((await evidenceOf([one(1, {pid: 7}), one(2, {...dark, pid: 7}), one(50)])).verdict, 'undecided');
	t.is((await evidenceOf([one(1), one(20, dark), one(50)])).verdict, 'undecided');
});

test('where a program logs no version at all, its sessions are not cut off but silent', async t => {
	const {verdict, places} = await evidenceOf([
		one(1, dark),
		one(2, {tag: 'postfix/submission/smtpd', port: 587}),
		one(3, dark),
	]);
	t.is(verdict, 'undecided');
	t.deepEqual(places, [
		[0, 2],
		[1, 0],
	]);
	// Each host for itself.
	t.is((await evidenceOf([one(1, {...dark, logHost: 'other'}), one(2)])).verdict, 'undecided');
});

test('an exception asks for nothing of its peer, and only of that', async t => {
	const policy = {
		...founding,
		exceptions: [{rules: [], user: 'ana', reason: 'old', until: '2026-12-31'}],
	};
	t.is((await evidenceOf([one(20, dark), one(30, {username: 'bo'})], policy)).verdict, 'pass');
	t.is((await evidenceOf([one(20, dark), one(30, {username: 'bo'})])).verdict, 'undecided');
	t.is((await evidenceOf([one(20, {...dark, username: 'bo'}), one(30)], policy)).verdict, 'undecided');
});

test('the trust of a destination that the log does not show is undecided', async t => {
	const policy = {
		...founding,
		destinations: [{domain: 'bank.example', trust: 'verified', severity: 'violation'} as const],
	};
	const out = (peerHost: string) =>
		session('relay-out', {
			...{port: 25, outcome: 'encrypted', protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', messages: 1},
			...{tag: 'postfix/smtp', peerHost, startedAt: at(20)},
		});
	t.is((await evidenceOf([out('mx.bank.example')], policy)).verdict, 'undecided');
	t.is((await evidenceOf([out('mx.other.example')], policy)).verdict, 'pass');
});
