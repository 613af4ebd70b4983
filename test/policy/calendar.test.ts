import test from 'ava';
import {hops} from '../../src/model/session.ts';
import {dayAfter, dayOf, isStale, policyAt, staleText} from '../../src/policy/calendar.ts';
import {describePolicy} from '../../src/policy/describe-policy.ts';
import {founding} from '../../src/policy/founding.ts';
import {judge} from '../../src/policy/judge.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {evidenceOf} from '../../src/policy/policy-evidence.ts';
import {whatIf} from '../../src/policy/what-if.ts';
import {knownCiphers} from '../../src/tls/cipher.ts';
import {handshake} from '../tls/handshake.ts';

const everyPolicy = policies().map(({name}) => findPolicy(name));
const dayBefore = (day: string): string => dayOf(Date.parse(`${day}T00:00:00Z`) - 86_400_000);
const ids = (rules: Policy['rules']): string[] => rules.map(({id}) => id);

test('days are those of UTC, and the day after the last of a month is the first', t => {
	t.is(dayOf(Date.parse('2029-12-31T23:59:59.999Z')), '2029-12-31');
	t.is(dayAfter('2029-12-31'), '2030-01-01');
	t.is(dayAfter('2028-02-28'), '2028-02-29');
});

test('on every day exactly the rules hold whose date has passed, in every preset', t => {
	const dates = [...new Set(everyPolicy.flatMap(({later}) => later.map(({until}) => until)))].sort();
	t.deepEqual(dates, ['2029-12-31', '2031-12-31']);
	for (const policy of everyPolicy)
		for (const day of ['2026-11-30', ...dates.map(dayBefore), ...dates, ...dates.map(dayAfter), '2099-01-01']) {
			const due = policy.later.filter(({until}) => until < day);
			const then = policyAt(policy, day);
			t.deepEqual(ids(then.rules), [...ids(policy.rules), ...ids(due)], `${policy.name} ${day}`);
			t.deepEqual(
				ids(then.later),
				ids(policy.later).filter(id => !ids(due).includes(id)),
			);
			t.is(then === policy, due.length === 0);
		}
});

test('a later day adds only findings of rules whose date has passed, and takes away none but milder ones of the same step', t => {
	const policy = findPolicy('bsi-tr-02102-2');
	const now = (fields: Parameters<typeof handshake>[0], day: string) =>
		judge(handshake(fields), policyAt(policy, day)).map(({rule}) => rule);
	for (const cipher of knownCiphers) {
		const fields = {cipher, protocol: cipher.startsWith('TLS_') ? 'TLSv1.3' : 'TLSv1.2', keyExchange: 'secp256r1'};
		const today = now(fields, '2026-11-30');
		const in2030 = now(fields, '2030-01-01');
		const in2032 = now(fields, '2032-01-01');
		t.deepEqual(now(fields, '2029-12-31'), today, cipher);
		t.deepEqual(now(fields, '2031-12-31'), in2030, cipher);
		t.deepEqual(in2030.filter(rule => !['no-dhe', 'no-dsa'].includes(rule)).sort(), [...today].sort(), cipher);
		t.deepEqual(
			in2032.filter(rule => !['only-tls13', 'hybrid'].includes(rule)).sort(),
			in2030.filter(rule => rule !== 'best-version').sort(),
			cipher,
		);
	}
	const old = {protocol: 'TLSv1.2', cipher: 'DHE-DSS-AES256-GCM-SHA384'};
	t.deepEqual(now(old, '2030-01-01'), ['no-dhe', 'no-dsa', 'best-version']);
	t.deepEqual(now(old, '2032-01-01'), ['no-dhe', 'no-dsa', 'only-tls13', 'hybrid']);
});

test('whatif on a later day turns away whom the dated rules catch', t => {
	const replay = (day: string) => whatIf({policy: policyAt(findPolicy('bsi-tr-02102-2'), day)});
	const dhe = handshake({cipher: 'DHE-RSA-AES256-GCM-SHA384'});
	t.is(replay('2029-12-31')(dhe).verdict, 'stays');
	t.is(replay('2030-01-01')(dhe).verdict, 'breaks');
	const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'} as const;
	t.is(replay('2032-01-01')(handshake({...modern, keyExchange: 'X25519MLKEM768'})).verdict, 'stays');
	t.is(replay('2032-01-01')(handshake({...modern, keyExchange: 'secp256r1'})).verdict, 'breaks');
	t.is(replay('2032-01-01')(handshake(modern)).verdict, 'unknown', 'the group is not logged');
});

test('a group that is not logged is undecided where a hybrid is asked for, and nothing before', t => {
	const seen = handshake({protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'});
	const policy = findPolicy('bsi-tr-02102-2');
	t.like(evidenceOf(seen, policyAt(policy, '2031-12-31'), 'violation'), {telling: 'decided', lacks: null});
	t.like(evidenceOf(seen, policyAt(policy, '2032-01-01'), 'violation'), {telling: 'undecided', lacks: 'group'});
});

test('every policy says on which day it was checked', t => {
	for (const entry of policies()) {
		const {name} = entry;
		const checked = entry.checked ?? '';
		t.regex(checked, /^\d{4}-\d{2}-\d{2}$/, name);
		t.is(dayOf(Date.parse(`${checked}T00:00:00Z`)), checked, name);
		t.true(checked >= '2026-11-30', name);
		t.true(describePolicy(findPolicy(name)).includes(`Checked: ${checked}`), name);
	}
});

test('a policy is stale when 18 months have gone since the day it was checked', t => {
	const policy = {name: 'ours', checked: '2026-11-30'};
	t.false(isStale(policy, Date.parse('2028-05-30T23:59:59Z')));
	t.true(isStale(policy, Date.parse('2028-05-31T00:00:00Z')));
	t.false(isStale({checked: null}, Date.parse('2099-01-01T00:00:00Z')));
	t.is(staleText(policy, Date.parse('2027-01-01T00:00:00Z')), null);
	t.regex(
		staleText(policy, Date.parse('2029-01-01T00:00:00Z')) ?? '',
		/^policy ours was last checked on 2026-11-30, more than 18 months ago; look for a newer edition/,
	);
});

test('rules that are to come are told with the day from which on they hold', t => {
	const lines = describePolicy(findPolicy('bsi-tr-02102-2'));
	t.true(lines.includes('from 2030-01-01: submission, access'));
	t.true(lines.includes('  violation  no-dhe: none of DHE'));
	t.true(lines.some(line => /no suite and no group of 2025-01 is taken away/.test(line)));
	t.false(describePolicy(founding).some(line => line.startsWith('from ')));
});

/** As OpenSSL and its provider of the drafts (oqs) name them. */
const hybrids = [
	...[
		'X25519MLKEM768',
		'SecP256r1MLKEM768',
		'SecP384r1MLKEM1024',
		'curveSM2MLKEM768',
		'p384_mlkem768',
		'x448_mlkem768',
	],
	...['x25519_kyber768', 'p256_kyber768', 'p521_kyber1024', 'X25519Kyber768Draft00', 'SecP256r1Kyber768Draft00'],
];

test('a hybrid group is no finding of any preset on any day: its name adds nothing to what is found without it', t => {
	const modern = {
		protocol: 'TLSv1.3',
		serverDigest: 'SHA384',
		serverSignature: 'ECDSA (P-384)',
		loggedIn: true,
	} as const;
	for (const policy of everyPolicy)
		for (const day of ['2026-11-30', '2030-01-01', '2032-01-01', '2099-01-01'])
			for (const cipher of knownCiphers.filter(name => name.startsWith('TLS_')))
				for (const hop of hops) {
					const found = (keyExchange: string | null) =>
						judge(handshake({...modern, cipher, hop, keyExchange}), policyAt(policy, day));
					for (const group of hybrids) t.deepEqual(found(group), found(null), `${policy.name} ${day} ${hop} ${group}`);
				}
});

/** A handshake that a dated row of a preset catches, by the row, and that no other row of its kind does. */
const caught: Readonly<Record<string, Parameters<typeof handshake>[0]>> = {
	'no-dhe': {protocol: 'TLSv1.2', cipher: 'DHE-RSA-AES256-GCM-SHA384'},
	'no-dsa': {protocol: 'TLSv1.2', cipher: 'DH-DSS-AES256-GCM-SHA384'},
	'only-tls13': {protocol: 'TLSv1.2', cipher: 'ECDHE-RSA-AES256-GCM-SHA384'},
	hybrid: {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', keyExchange: 'secp384r1'},
};

test('each dated row finds nothing the day before its last and on it, and what it catches on the day after, on each of its hops', t => {
	const seen = new Set<string>();
	for (const policy of everyPolicy)
		for (const rule of policy.later) {
			const row = rule.id.replace(/^(?:relay|delivery)-/, '');
			const fields = caught[row];
			if (fields === undefined) return t.fail(`no handshake for ${rule.id}`);
			seen.add(row);
			for (const hop of rule.hops) {
				const direction = hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in';
				const one = handshake({...fields, hop, direction, loggedIn: true});
				const on = (day: string) => judge(one, policyAt(policy, day)).filter(({rule: id}) => id === rule.id);
				t.deepEqual(on(dayBefore(rule.until)), [], rule.id);
				t.deepEqual(on(rule.until), [], rule.id);
				const [finding] = on(dayAfter(rule.until));
				t.is(finding?.severity, rule.severity, `${policy.name} ${rule.id} ${hop}`);
				t.true(finding?.reference.includes(rule.source.section));
			}
		}
	t.deepEqual([...seen].sort(), Object.keys(caught).sort());
});
