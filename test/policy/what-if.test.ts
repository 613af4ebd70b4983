import test from 'ava';
import {findPolicy} from '../../src/policy/policies.ts';
import {whatIf} from '../../src/policy/what-if.ts';
import {handshake} from '../tls/handshake.ts';

const old = {protocol: 'TLSv1', cipher: 'ECDHE-RSA-AES256-SHA'} as const;
const plain = {outcome: 'plaintext', protocol: null, cipher: null, tlsMode: null} as const;

test('a higher least version breaks what is older, with or without mail', t => {
	const replay = whatIf({minVersion: 'TLS1.2'});
	t.deepEqual(replay(handshake(old)), {verdict: 'breaks', reasons: ['TLSv1 is older than TLSv1.2']});
	t.is(replay(handshake({...old, carriedMail: false})).verdict, 'breaks');
	t.is(replay(handshake()).verdict, 'stays');
});

test('plaintext stays plaintext under a version or a ban, and what failed cannot break', t => {
	const replay = whatIf({minVersion: 'TLSv1.3', ban: ['AES']});
	t.is(replay(handshake(plain)).verdict, 'stays');
	t.is(replay(handshake({...old, outcome: 'failed'})).verdict, 'stays');
});

test('what the log leaves out is unknown, unless something else breaks already', t => {
	const replay = whatIf({minVersion: 'TLSv1.2', ban: ['CBC']});
	t.is(replay(handshake({outcome: null})).verdict, 'unknown');
	t.deepEqual(replay(handshake({protocol: null, cipher: null})), {
		verdict: 'unknown',
		reasons: ['the protocol was not logged', 'the suite was not logged or is not known'],
	});
	t.is(replay(handshake({protocol: null, cipher: 'AES128-SHA'})).verdict, 'breaks');
});

test('bans go by class and by name', t => {
	t.deepEqual(whatIf({ban: ['RC4', 'cbc']})(handshake(old)).reasons, ['ECDHE-RSA-AES256-SHA is banned (CBC)']);
	t.deepEqual(whatIf({ban: ['ECDHE-RSA-AES256-SHA']})(handshake(old)).reasons, ['ECDHE-RSA-AES256-SHA is banned']);
	t.is(whatIf({ban: ['rsa-kx']})(handshake()).verdict, 'stays');
	t.is(whatIf({ban: []})(handshake()).verdict, 'stays');
});

test('a policy breaks what it calls a violation or a weakness, a probe too, plaintext with mail too', t => {
	const replay = whatIf({policy: findPolicy('mozilla-intermediate')});
	t.is(replay(handshake({...old, carriedMail: false})).verdict, 'breaks');
	t.true(replay(handshake(old)).reasons.includes('min-version: TLSv1, wanted TLSv1.2 or later'));
	t.is(replay(handshake(plain)).verdict, 'breaks');
	t.is(replay(handshake({...plain, carriedMail: false})).verdict, 'stays');
	t.is(replay(handshake()).verdict, 'stays');
	t.is(replay(handshake({cipher: 'NOT-KNOWN'})).verdict, 'unknown');
});

test('only violations break when asked so', t => {
	const way = {...old, hop: 'relay-in', port: 25, tlsMode: 'starttls'} as const;
	t.is(whatIf({policy: findPolicy('founding')})(handshake(way)).verdict, 'breaks');
	t.is(whatIf({policy: findPolicy('founding'), severity: 'violation'})(handshake(way)).verdict, 'stays');
});

test('a wrong version or suite is refused with the right words', t => {
	t.throws(() => whatIf({minVersion: 'TLSv1.9'}), {message: /is no TLS version/});
	t.throws(() => whatIf({ban: ['RC6']}), {message: /did you mean "RC4"\?/});
});
