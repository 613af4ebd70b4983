import test from 'ava';
import {findPolicy} from '../../src/policy/policies.ts';
import {agreementGrade, suiteGrade} from '../../src/policy/suite-grade.ts';

const founding = findPolicy('founding');

test('what the policy forbids on the hop is forbidden, whatever the version was', t => {
	t.is(suiteGrade('RC4-SHA', ['submission'], founding), 'forbidden');
	t.is(suiteGrade('ADH-AES256-GCM-SHA384', ['access'], founding), 'forbidden');
	t.is(suiteGrade('RC4-SHA', ['relay-in'], founding), 'weak', 'a rule of lower severity');
	t.is(suiteGrade('RC4-SHA', ['relay-in', 'submission'], founding), 'forbidden', 'the gravest hop');
});

test('where the policy says nothing, RFC 9325 does', t => {
	t.is(suiteGrade('AES128-SHA', ['submission'], founding), 'weak', 'no forward secrecy');
	t.is(suiteGrade('RC4-SHA', ['internal'], founding), 'weak');
	t.is(suiteGrade('ECDHE-RSA-AES256-SHA', ['submission'], founding), 'fine');
	t.is(suiteGrade('TLS_AES_256_GCM_SHA384', ['submission', 'relay-out'], founding), 'fine');
});

test('anonymous suites may stay where other servers send to us', t => {
	t.is(suiteGrade('AECDH-AES256-SHA', ['relay-in'], founding), 'fine');
	// Its groups are what RFC 9325 section 4.1 advises against, not that it is anonymous.
	t.is(suiteGrade('ADH-AES256-GCM-SHA384', ['relay-in'], founding), 'weak');
	t.is(suiteGrade('ADH-AES256-GCM-SHA384', ['relay-out'], founding), 'weak');
});

test('a stricter policy forbids more', t => {
	t.is(suiteGrade('ECDHE-RSA-AES256-SHA', ['submission'], findPolicy('mozilla-modern')), 'forbidden');
});

test('a name that says nothing has no grade', t => {
	t.is(suiteGrade(null, ['submission'], founding), 'unknown');
	t.is(suiteGrade('MADE-UP-SHA', ['submission'], founding), 'unknown');
});

test('what RFC 9325 advises against is weak, by the same list as its preset', t => {
	for (const suite of ['DHE-RSA-AES256-SHA', 'AES256-SHA', 'RC4-SHA'])
		t.is(suiteGrade(suite, ['relay-in'], findPolicy('founding')), 'weak', suite);
	t.is(suiteGrade('ECDHE-RSA-AES256-GCM-SHA384', ['relay-in'], findPolicy('founding')), 'fine');
});

const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', keyExchange: 'x25519'};

test('version, suite and group together have the gravest grade', t => {
	t.is(agreementGrade(modern, 'submission', founding), 'fine');
	t.is(agreementGrade({...modern, protocol: 'TLSv1'}, 'submission', founding), 'forbidden');
	t.is(agreementGrade({...modern, protocol: 'TLSv1'}, 'relay-in', founding), 'weak');
	t.is(agreementGrade({...modern, protocol: 'TLSv1'}, 'internal', founding), 'weak', 'RFC 8996, where no rule speaks');
	t.is(agreementGrade({...modern, cipher: 'RC4-SHA'}, 'submission', founding), 'forbidden');
	t.is(agreementGrade({...modern, protocol: 'TLSv1.2', cipher: 'AES128-SHA'}, 'submission', founding), 'weak');
});

test('what lacks something that a rule asks for is not fine', t => {
	t.is(agreementGrade({...modern, protocol: null}, 'submission', founding), 'unknown');
	t.is(agreementGrade({...modern, cipher: null}, 'submission', founding), 'unknown');
	const bsi = findPolicy('bsi-tr-02102-2');
	t.is(agreementGrade({...modern, keyExchange: null}, 'submission', bsi), 'unknown');
	t.is(agreementGrade({...modern, keyExchange: 'x25519mlkem768'}, 'submission', bsi), 'fine');
	t.is(agreementGrade({...modern, protocol: 'TLSv1', keyExchange: null}, 'submission', bsi), 'forbidden');
});
