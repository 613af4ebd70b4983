import test from 'ava';
import fc from 'fast-check';
import {failureLabels, keyExchangeLabel, portLabels, versionLabel} from '../../src/metrics/labels.ts';
import {alertText, tlsAlerts} from '../../src/model/failure/alerts.ts';
import {whoses} from '../../src/model/failure/causes.ts';
import {remedyOf} from '../../src/model/failure/remedy.ts';
import {type Failure, failures} from '../../src/model/session.ts';
import type {Handshake} from '../../src/model/session-parts.ts';
import {session} from '../store/sample-sessions.ts';

const handshake = (part: Partial<Handshake>): Handshake => ({...session('relay-in'), carriedMail: false, ...part});

test('a port of mail or of the operator is itself, any other is one of the others', t => {
	const label = portLabels([10_025]);
	t.deepEqual([25, 4190, 10_025, 10_026, 0, null].map(label), ['25', '4190', '10025', 'other', 'other', 'not-logged']);
});

test('version and key exchange are said of encrypted sessions alone', t => {
	const labels = (part: Partial<Handshake>) => [versionLabel(handshake(part)), keyExchangeLabel(handshake(part))];
	const encrypted = {outcome: 'encrypted'} as const;
	t.deepEqual(labels({...encrypted, protocol: 'TLSv1.3', keyExchange: 'X25519MLKEM768'}), ['TLSv1.3', 'hybrid']);
	t.deepEqual(labels({...encrypted, protocol: 'TLSv1.3', keyExchange: 'X25519'}), ['TLSv1.3', 'could']);
	t.deepEqual(labels({...encrypted, protocol: 'TLSv1.2'}), ['TLSv1.2', 'cannot']);
	t.deepEqual(labels({...encrypted, protocol: 'TLSv1.3'}), ['TLSv1.3', 'not-logged']);
	t.deepEqual(labels({...encrypted, protocol: 'GQUIC'}), ['unknown', 'not-logged']);
	t.deepEqual(labels(encrypted), ['not-logged', 'not-logged']);
	for (const outcome of ['plaintext', 'failed', null] as const)
		t.deepEqual(labels({outcome, protocol: 'TLSv1.3', keyExchange: 'X25519'}), ['none', 'none']);
});

test('a session that did not fail has no failure, one that failed after the handshake has', t => {
	t.is(failureLabels(handshake({outcome: 'encrypted'})), null);
	t.deepEqual(failureLabels(handshake({outcome: 'failed'})), {reason: 'other', whose: 'unknown'});
	t.deepEqual(failureLabels(handshake({outcome: 'failed', failure: 'tls-unavailable'})), {
		reason: 'tls-unavailable',
		whose: 'ours',
	});
	t.is(failureLabels(handshake({outcome: 'encrypted', failure: 'certificate-not-verified'}))?.whose, 'theirs');
});

test('ours stays ours, whatever the peer proves to be and whatever others do', t => {
	const alerts = [
		null,
		...tlsAlerts.map(({number}) => alertText(number)),
		'http request (156)',
		'dh key too small (394)',
	];
	fc.assert(
		fc.property(
			fc.constantFrom<Failure[]>(...failures),
			fc.constantFrom(...alerts),
			fc.constantFrom('in', 'out' as const),
			fc.constantFrom('encrypted', 'failed' as const),
			fc.boolean(),
			fc.boolean(),
			(failure, alert, direction, outcome, othersAgree, scanner) => {
				const labels = failureLabels(handshake({failure, alert, direction, outcome}));
				t.true(whoses.some(whose => whose === labels?.whose));
				const facts = {direction, failure, alert, encrypted: outcome === 'encrypted', othersAgree};
				const {whose} = remedyOf({...facts, scanner: scanner && direction === 'in'});
				if (labels?.whose === 'ours') t.is(whose, 'ours');
				if (labels?.whose === 'theirs') t.true(whose === 'theirs' || whose === 'scanner');
			},
		),
		{numRuns: 2000},
	);
});
