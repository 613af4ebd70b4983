import test from 'ava';
import fc from 'fast-check';
import type {Handshake} from '../../src/model/session-parts.ts';
import {policyAt} from '../../src/policy/calendar.ts';
import {judge} from '../../src/policy/judge.ts';
import {destinationRule} from '../../src/policy/peer.ts';
import {parsePolicy, readPolicy} from '../../src/policy/policy-file.ts';
import {policyJsonSchema, policySchema} from '../../src/policy/policy-schema.ts';
import {handshake} from '../tls/handshake.ts';

const problems = (text: string) =>
	readPolicy(text).problems.map(({line, key, message}) => `${line} ${key}: ${message}`);
const rules = (text: string, fields: Partial<Handshake>) =>
	judge(handshake(fields), parsePolicy(text, 'policy.yaml')).map(({rule, severity}) => `${severity} ${rule}`);

const expectations = `# An administrator's table of expectations.
name: expectations
title: What we want
hops:
  submission:
    allow:
      - {port: 465, tls: implicit}
    min-version: TLS1.2
    best-version: TLSv1.3
    ban: [RC4, 3DES, aNULL]
    key-exchange: [ECDHE]
    min-rsa-bits: 2048
    groups: [X25519, P-256]
    digests: [SHA256, SHA384]
    server-key: [RSA, ECDSA]
    plaintext: violation
  relay-out:
    allow: [{port: 25, tls: starttls}]
    dane: true
    trust: trusted
    plaintext: weakness
    severity: weakness
  access:
    suites: [TLSv1.3, 'ECDHE-{RSA,ECDSA}-AES256-GCM-SHA384']
destinations:
  example.org: verified
  example.com: {trust: encrypted, severity: info}
severities:
  submission-groups: info
  submission-digests: off
exceptions:
  - rules: [submission-min-version]
    cidr: 192.0.2.0/24
    reason: printers on the third floor
    until: 2027-01-31
`;

test('a policy file says per hop what is allowed, and every key bites', t => {
	const good = {cipher: 'ECDHE-RSA-AES256-GCM-SHA384', protocol: 'TLSv1.3'} as const;
	t.deepEqual(rules(expectations, good), []);
	t.deepEqual(rules(expectations, {...good, port: 587, tlsMode: 'starttls'}), ['violation submission-allow']);
	t.deepEqual(rules(expectations, {...good, protocol: 'TLSv1.2'}), ['info submission-best-version']);
	t.deepEqual(rules(expectations, {...good, protocol: 'TLSv1.1'}), ['violation submission-min-version']);
	t.deepEqual(rules(expectations, {...good, cipher: 'ECDHE-RSA-RC4-SHA'}), ['violation submission-ban']);
	t.deepEqual(rules(expectations, {...good, cipher: 'AES256-GCM-SHA384'}), ['violation submission-key-exchange']);
	t.deepEqual(rules(expectations, {...good, cipher: 'ECDHE-PSK-CHACHA20-POLY1305'}), [
		'violation submission-key-exchange',
		'violation submission-server-key',
	]);
	t.deepEqual(rules(expectations, {...good, keyExchange: 'X448'}), ['info submission-groups']);
	t.deepEqual(rules(expectations, {...good, serverDigest: 'SHA1'}), []);
	t.deepEqual(rules(expectations, {...good, serverSignature: 'RSA-PSS (1024 bits)', serverDigest: 'SHA256'}), [
		'violation submission-min-rsa-bits',
	]);
	t.deepEqual(rules(expectations, {outcome: 'plaintext', protocol: null, cipher: null}), [
		'violation submission-plaintext',
	]);
	const out = {...good, hop: 'relay-out', direction: 'out', port: 25, tlsMode: 'starttls'} as const;
	t.deepEqual(rules(expectations, {...out, trust: 'Verified', tlsLevel: 'dane'}), []);
	t.deepEqual(rules(expectations, {...out, trust: 'Untrusted', tlsLevel: 'may'}), [
		'weakness relay-out-trust',
		'weakness relay-out-dane',
	]);
	t.deepEqual(rules(expectations, {hop: 'access', cipher: 'AES128-SHA'}), ['violation access-suites']);
	t.deepEqual(rules(expectations, {hop: 'access'}), []);
});

test('destinations, severities and exceptions are taken over', t => {
	const policy = parsePolicy(expectations, 'policy.yaml');
	t.deepEqual(policy.destinations, [
		{domain: 'example.org', trust: 'verified', severity: 'violation'},
		{domain: 'example.com', trust: 'encrypted', severity: 'info'},
	]);
	t.deepEqual(policy.exceptions, [
		{
			rules: ['submission-min-version'],
			cidr: '192.0.2.0/24',
			reason: 'printers on the third floor',
			until: '2027-01-31',
		},
	]);
	t.false(policy.rules.some(rule => rule.id === 'submission-digests'));
	t.is(policy.title, 'What we want');
});

test('a file that extends a policy replaces what it says anew on a hop, adds its bans and keeps the rest', t => {
	const text = `name: stricter
extends: founding
hops:
  submission:
    min-version: TLSv1.3
    ban: [CHACHA20]
  relay-in:
    plaintext: off
severities:
  relay-min-version: violation
  ${destinationRule}: weakness
destinations:
  example.org: trusted
exceptions:
  - domain: example.net
    user: old
    reason: old phone
    until: 2027-02-01
`;
	t.deepEqual(rules(text, {protocol: 'TLSv1.2'}), ['violation submission-min-version']);
	t.deepEqual(rules(text, {protocol: 'TLSv1.3', cipher: 'TLS_CHACHA20_POLY1305_SHA256'}), ['violation submission-ban']);
	t.deepEqual(rules(text, {protocol: 'TLSv1.3', cipher: 'RC4-SHA'}), ['violation weak-suite']);
	t.deepEqual(rules(text, {hop: 'access', port: 993, protocol: 'TLSv1.1'}), ['violation min-version']);
	const plain = {outcome: 'plaintext', protocol: null, cipher: null, port: 25} as const;
	t.deepEqual(rules(text, {...plain, hop: 'relay-in'}), []);
	t.deepEqual(rules(text, {...plain, hop: 'relay-out', direction: 'out'}), ['violation relay-plaintext']);
	const policy = parsePolicy(text, 'policy.yaml');
	t.is(policy.destinations[0]?.severity, 'weakness');
	t.regex(policy.title, /^stricter, on the base of Submission by 465/);
	t.regex(policy.source, /RFC 8314/);
	t.is(policy.exceptions[0]?.user, 'old');
});

test('destination trust can be switched off as a whole', t => {
	const text = `name: x\ndestinations: {example.org: verified}\nseverities: {${destinationRule}: off}\n`;
	t.deepEqual(parsePolicy(text, 'x').destinations, []);
});

test('errors name line, key, what was expected and the nearest right word', t => {
	const text = `name: x
hops:
  submision:
    min-version: TLSv1.2
  submission:
    min-verson: TLSv1.2
    min-version: TSLv1.2
    ban: [RC5, 3DES]
    plaintext: violaton
    min-rsa-bits: 12
  access:
    allow:
      - {port: 993, tls: implict}
      - {prt: 993, tls: implicit}
      - {port: 99999, tls: implicit}
      - {port: 995}
destinations:
  example.org: verifed
  example.com: 7
  example.net: {trst: verified, trust: verified}
exceptions:
  - cidr: 192.0.2.0/40
    reason: ''
    until: 2027-02-30
  - reason: nobody is named
    until: 2027-02-20
    untill: 2027-02-20
extra: 1
`;
	const found = problems(text);
	const expected = [
		/^3 hops\.submision: unknown key; did you mean "submission"\? expected submission, relay-in/,
		/^6 hops\.submission\.min-verson: unknown key; did you mean "min-version"\? expected allow, plaintext/,
		/^7 hops\.submission\.min-version: "TSLv1\.2" is no TLS version; did you mean "TLSv1\.2"\?/,
		/^8 hops\.submission\.ban\.0: "RC5" is no cipher suite and no class of suites; did you mean "RC4"\?/,
		/^9 hops\.submission\.plaintext: "violaton" is not allowed; did you mean "violation"\? expected one of violation/,
		/^10 hops\.submission\.min-rsa-bits: 12 is too small; expected 512 or more/,
		/^13 hops\.access\.allow\.0\.tls: "implict" is not allowed; did you mean "implicit"\?/,
		/^14 hops\.access\.allow\.1\.prt: unknown key; did you mean "port"\? expected port, service, tls/,
		/^15 hops\.access\.allow\.2\.port: 99999 is too big; expected 65535 or less/,
		/^16 hops\.access\.allow\.3\.tls: missing; expected one of implicit, starttls/,
		/^18 destinations\.example\.org: "verifed" is not allowed; did you mean "verified"\? expected encrypted/,
		/^19 destinations\.example\.com: 7 is not allowed; expected encrypted, trusted, verified/,
		/^20 destinations\.example\.net\.trst: unknown key; did you mean "trust"\?/,
		/^22 exceptions\.0\.cidr: "192\.0\.2\.0\/40" is not right; expected a network such as/,
		/^23 exceptions\.0\.reason: "" is too small/,
		/^24 exceptions\.0\.until: "2027-02-30" is not right; expected a date as YYYY-MM-DD/,
		/^27 exceptions\.1\.untill: unknown key; did you mean "until"\?/,
		/^28 extra: unknown key; expected name, title, extends/,
	];
	for (const [index, pattern] of expected.entries()) t.regex(found[index] ?? '', pattern);
	t.is(found.length, expected.length);
});

test('an exception that names nobody and a way in without a port are refused', t => {
	t.deepEqual(problems('name: x\nexceptions:\n  - reason: a\n    until: 2027-01-01\n'), [
		'3 exceptions.0: an exception needs cidr, domain or user',
	]);
	t.deepEqual(problems('name: x\nhops:\n  access:\n    allow:\n      - tls: implicit\n'), [
		'5 hops.access.allow.0: a way in needs port or service',
	]);
});

test('an unknown base, rule id or word of YAML is named with its line', t => {
	t.regex(
		problems('name: x\nextends: fouding\n')[0] ?? '',
		/^2 extends: No policy is called "fouding"; did you mean "founding"\?/,
	);
	const ids = problems(`name: x
extends: founding
severities:
  relay-plaintxt: weakness
exceptions:
  - rules: [min-version, min-versoin]
    user: a
    reason: old phone
    until: 2027-01-01
`);
	t.regex(
		ids[0] ?? '',
		/^4 severities\.relay-plaintxt: no rule is called "relay-plaintxt"; did you mean "relay-plaintext"\?/,
	);
	t.regex(ids[1] ?? '', /^6 exceptions\.0\.rules\.1: no rule is called "min-versoin"; did you mean "min-version"\?/);
	t.is(ids.length, 2);
	// With a wrong base only the base is blamed.
	t.is(problems('name: x\nextends: fouding\nseverities: {min-version: info}\n').length, 1);
	t.regex(problems('name: x\nhops: [\n')[0] ?? '', /^\d+ : /);
	t.regex(problems('name: a\nname: b\n')[0] ?? '', /^2 : Map keys must be unique/);
	t.deepEqual(problems(''), ['1 name: missing; expected a word']);
	t.regex(problems('- a\n')[0] ?? '', /^1 : .*expected|^1 : .*type object/);
	t.regex(problems('name: *nowhere\n')[0] ?? '', /^1 : /);
});

test('the thrown error names the file on every line', t => {
	t.throws(() => parsePolicy('nam: x\n', 'my.yaml'), {
		message: /^my\.yaml:1: name: missing; expected a word\nmy\.yaml:1: nam: unknown key; did you mean "name"\?/,
	});
	t.throws(() => parsePolicy('name: [\n', 'my.yaml'), {message: /^my\.yaml:\d+: \S/});
});

test('no text throws while it is read', t => {
	fc.assert(
		fc.property(fc.string({unit: fc.constantFrom(...'name: x\n-[]{}*&!|>#\'"%@`\t,')}), text => {
			const reading = readPolicy(text);
			t.is(reading.policy === null, reading.problems.length > 0);
		}),
	);
});

test('the JSON Schema knows every key of the file and forbids others', t => {
	const schema = policyJsonSchema() as {
		$schema: string;
		properties: Record<string, unknown>;
		additionalProperties: boolean;
	};
	t.regex(schema.$schema, /2020-12/);
	t.deepEqual(Object.keys(schema.properties), Object.keys(policySchema.shape));
	t.false(schema.additionalProperties);
	t.true(JSON.stringify(schema).includes('"min-rsa-bits"'));
});

test('a file that is nested without end, or that multiplies itself, is a problem and no fault', t => {
	const nested = `name: x\nhops: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`;
	const steps = `name: x\n${Array.from({length: 3000}, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')}`;
	for (const text of [nested, steps]) t.regex(readPolicy(text).problems[0]?.message ?? '', /nested too deeply/);
	const doubling = Array.from(
		{length: 12},
		(_, at) => `k${at}: &k${at} [${at === 0 ? 'x' : `*k${at - 1}, `.repeat(9)}]\n`,
	);
	t.is(readPolicy(`name: x\n${doubling.join('')}`).policy, null);
	t.is(readPolicy('name: x\nhops: &a {submission: *a}\n').policy, null);
});

const dated = `name: ours
hops:
  submission:
    min-version: TLSv1.2
    groups: [X25519, hybrid]
    dated:
      - {until: 2029-12-31, ban: [DHE], severity: weakness}
      - until: 2031-12-31
        min-version: TLSv1.3
        hybrid: true
severities:
  submission-hybrid-after-2031-12-31: info
`;

test('dated rules of a file hold from the day after their date on, and have ids of their own', t => {
	const on = (day: string, fields: Partial<Handshake>) =>
		judge(handshake(fields), policyAt(parsePolicy(dated, 'policy.yaml'), day)).map(f => `${f.severity} ${f.rule}`);
	const dhe = {cipher: 'DHE-RSA-AES256-GCM-SHA384'};
	t.deepEqual(on('2029-12-31', dhe), []);
	t.deepEqual(on('2030-01-01', dhe), ['weakness submission-ban-after-2029-12-31']);
	t.deepEqual(on('2032-01-01', dhe), [
		'violation submission-min-version-after-2031-12-31',
		'weakness submission-ban-after-2029-12-31',
		'info submission-hybrid-after-2031-12-31',
	]);
	const modern = {protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'} as const;
	t.deepEqual(on('2032-01-01', {...modern, keyExchange: 'X25519MLKEM768'}), []);
	t.deepEqual(on('2026-01-01', {...modern, keyExchange: 'X448'}), ['violation submission-groups']);
	t.regex(parsePolicy(dated, 'policy.yaml').later[0]?.source.section ?? '', /^hops\.submission\.dated\.ban$/);
});

test('a file keeps the dated rules of its base, but for those that it says anew on a hop', t => {
	const later = (text: string) =>
		parsePolicy(`name: x\nextends: bsi-tr-02102-2\n${text}`, 'policy.yaml').later.map(
			({id, hops, until}) => `${id} ${hops.join(',')} ${until}`,
		);
	const base = later('');
	t.true(base.includes('only-tls13 submission,access 2031-12-31'));
	const own = later('hops: {submission: {dated: [{until: 2028-12-31, min-version: TLSv1.3}]}}\n');
	t.true(own.includes('only-tls13 access 2031-12-31'));
	t.true(own.includes('submission-min-version-after-2028-12-31 submission 2028-12-31'));
	t.deepEqual(
		later('severities: {no-dhe: off}\n'),
		base.filter(entry => !entry.startsWith('no-dhe ')),
	);
	t.is(parsePolicy('name: x\nextends: bsi-tr-02102-2\n', 'policy.yaml').checked, '2026-11-30');
});

test('what is wrong with a dated rule is told by line and key', t => {
	const hop = 'name: x\nhops:\n  access:\n    dated:\n';
	t.deepEqual(problems(`${hop}      - min-version: TLSv1.3\n`), [
		'5 hops.access.dated.0.until: missing; expected a word',
	]);
	t.deepEqual(problems(`${hop}      - until: 2030-02-30\n        ban: [RC4]\n`), [
		'5 hops.access.dated.0.until: "2030-02-30" is not right; expected a date as YYYY-MM-DD',
	]);
	t.deepEqual(problems(`${hop}      - until: 2030-01-31\n`), [
		'5 hops.access.dated.0: a dated entry needs a rule, such as min-version',
	]);
	t.regex(
		problems(`${hop}      - until: 2030-01-31\n        hybird: true\n`)[0] ?? '',
		/^6 hops\.access\.dated\.0\.hybird: unknown key; did you mean "hybrid"\?/,
	);
	t.regex(
		problems(`${hop}      - {until: 2030-01-31, ban: [RC4]}\n      - {until: 2030-01-31, ban: [DHE]}\n`)[0] ?? '',
		/^6 hops\.access\.dated\.1: asks twice for the same thing from the same day on/,
	);
});

test('the JSON Schema knows dated rules and hybrids', t => {
	const {properties} = policyJsonSchema() as {properties: Record<string, {properties: Record<string, Schema>}>};
	type Schema = {properties: Record<string, {items: {required: string[]; properties: object}}>};
	const items = properties.hops?.properties.submission?.properties.dated?.items;
	t.deepEqual(items?.required, ['until']);
	t.true('hybrid' in (items?.properties ?? {}));
});
