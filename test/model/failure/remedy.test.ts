import test from 'ava';
import fc from 'fast-check';
import {alertText, tlsAlerts} from '../../../src/model/failure/alerts.ts';
import {causes} from '../../../src/model/failure/causes.ts';
import {libraryReasons} from '../../../src/model/failure/reasons.ts';
import {meaningOf, remedyOf} from '../../../src/model/failure/remedy.ts';
import {verificationReasons, verificationText} from '../../../src/model/failure/verification.ts';
import {failures} from '../../../src/model/session.ts';
import {runs} from '../../runs.ts';

const facts = {
	direction: 'in',
	failure: null,
	alert: null,
	encrypted: false,
	othersAgree: false,
	scanner: false,
} as const;

test('every remedy is one sentence that fits under a list, and names no setting that weakens without its cost', t => {
	for (const [name, {in: inbound, out}] of Object.entries(causes))
		for (const {remedy} of [inbound, out]) {
			t.regex(remedy, /^[A-Z][^.?!]*(?:\.(?:cnf|2|3)[^.?!]*)*\.$/, name);
			t.true(remedy.length <= 290, `${name}: ${remedy.length}`);
			t.notRegex(remedy, /security_level ?= ?(?:none|may)|SECLEVEL=0|protocols ?= ?!?SSL/, name);
			if (/lower (?:security )?level|wider|exception in|allow (?:this|an old)|demand none/.test(remedy))
				t.regex(remedy, /weak|would|lets in/, name);
		}
});

test('every alert and reason of the library has an owner, a remedy and a meaning on both sides', t => {
	const alert = fc.constantFrom(
		...tlsAlerts.map(each => [each.failure, alertText(each.number)] as const),
		...libraryReasons.map(each => [each.failure, `${each.words} (${each.number ?? 300})`] as const),
		...failures.map(failure => [failure, null] as const),
		['peer-alert', 'unknown alert (200)'] as const,
		['other', 'something new (999)'] as const,
	);
	fc.assert(
		fc.property(
			alert,
			fc.constantFrom('in', 'out'),
			fc.boolean(),
			fc.boolean(),
			([failure, words], direction, othersAgree, scanner) => {
				const {whose, remedy} = remedyOf({...facts, direction, failure, alert: words, othersAgree, scanner});
				t.true(['ours', 'theirs', 'scanner', 'unknown'].includes(whose));
				t.true(remedy.endsWith('.'));
				t.not(meaningOf(failure), '');
			},
		),
		{numRuns: runs(300)},
	);
});

test('an alert says that the peer refused, a reason of the library that we did', t => {
	const whoseOf = (part: Partial<Parameters<typeof remedyOf>[0]>): string => remedyOf({...facts, ...part}).whose;
	t.is(whoseOf({failure: 'peer-rejected-certificate', alert: 'unknown ca (48)'}), 'ours');
	t.is(whoseOf({failure: 'peer-rejected-certificate', alert: 'certificate expired (45)'}), 'ours');
	t.is(
		whoseOf({direction: 'out', failure: 'certificate-not-verified', alert: 'certificate verify failed (134)'}),
		'theirs',
	);
	t.is(whoseOf({failure: 'no-shared-cipher', alert: 'no shared cipher (193)'}), 'unknown');
	t.is(whoseOf({failure: 'no-shared-cipher', alert: 'no shared cipher (193)', othersAgree: true}), 'theirs');
	t.is(whoseOf({failure: 'no-shared-cipher', alert: 'no shared cipher'}), 'unknown');
	t.is(whoseOf({failure: 'not-tls', alert: 'http request (156)'}), 'scanner');
	t.is(whoseOf({failure: 'other', alert: 'no certificate set (179)', scanner: true}), 'ours');
	t.is(whoseOf({failure: 'no-shared-cipher', alert: 'no shared cipher (193)', scanner: true}), 'scanner');
	t.is(whoseOf({direction: 'out', failure: 'peer-alert', alert: 'handshake failure (40)'}), 'unknown');
	t.is(whoseOf({direction: 'out', failure: 'peer-alert', alert: 'internal error (80)'}), 'theirs');
	t.is(whoseOf({failure: 'other', alert: 'internal error (68)'}), 'ours');
	t.is(whoseOf({failure: 'peer-rejected-certificate', alert: 'bad certificate (42)', scanner: true}), 'ours');
	t.is(whoseOf({direction: 'out', failure: 'not-tls', alert: 'wrong version number (267)'}), 'unknown');
	t.is(whoseOf({failure: 'other', alert: 'constructor'}), 'unknown');
	t.is(whoseOf({failure: 'toString', alert: null}), 'unknown');
});

test('of a session that was encrypted nothing is said to have happened in the handshake', t => {
	for (const direction of ['in', 'out'] as const)
		for (const failure of ['lost-connection', 'timeout'] as const) {
			t.regex(remedyOf({...facts, direction, failure}).remedy, /handshake/);
			t.regex(remedyOf({...facts, direction, failure, encrypted: true}).remedy, /handshake is not at fault/);
			t.notRegex(meaningOf(failure), /handshake/);
		}
});

test('what Postfix gives as the reason in the end outweighs an alert of an earlier step', t => {
	const of = (failure: string, alert: string | null): string =>
		remedyOf({...facts, direction: 'out', failure, alert}).remedy;
	t.is(of('dane', 'certificate verify failed (134)'), of('dane', null));
	t.is(of('not-tls', 'unknown protocol (252)'), of('not-tls', null));
	t.not(of('peer-alert', 'handshake failure (40)'), of('peer-alert', null));
});

test('numbers are those of the documents: each alert and each reason once', t => {
	t.is(new Set(tlsAlerts.map(({number}) => number)).size, tlsAlerts.length);
	t.is(new Set(tlsAlerts.map(({name}) => name)).size, tlsAlerts.length);
	t.is(new Set(libraryReasons.map(({words}) => words)).size, libraryReasons.length);
	const numbers = libraryReasons.flatMap(({number}) => (number === null ? [] : [number]));
	t.is(new Set(numbers).size, numbers.length);
	t.true(tlsAlerts.every(({source}) => /^RFC \d+, section \d/.test(source)));
});

test('a certificate that does not verify has a remedy by its reason', t => {
	const of = (alert: string | null) =>
		remedyOf({...facts, direction: 'out', failure: 'certificate-not-verified', alert}).remedy;
	const remedies = ['hostname mismatch (62)', 'no matching DANE TLSA records (65)', 'certificate has expired (10)'].map(
		of,
	);
	t.is(new Set([...remedies, of('untrusted issuer'), of(null)]).size, 5);
	t.is(of('self-signed certificate (18)'), of('untrusted issuer'));
	t.is(of('something new (99)'), of(null));
	// The number tells it from an alert with like words.
	t.is(of('certificate revoked (23)'), of(null));
	t.is(new Set(verificationReasons.map(verificationText)).size, verificationReasons.length);
});
