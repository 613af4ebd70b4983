import {readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import type {Ajv as AjvClass} from 'ajv';
import type {FormatsPlugin} from 'ajv-formats';
import test from 'ava';
import {programIn} from '../../program.ts';

// Both are CommonJS with a default export, which Node and TypeScript see differently.
const require = createRequire(import.meta.url);
const {Ajv} = require('ajv') as {Ajv: typeof AjvClass};
const addFormats = require('ajv-formats') as FormatsPlugin;

const schemaOf = (name: string): object =>
	JSON.parse(readFileSync(new URL(`schema/${name}.schema.json`, import.meta.url), 'utf8'));

const ajv = new Ajv({strict: false, allErrors: true});
addFormats(ajv);
// Formats that ajv-formats lacks; the documents have no such field.
for (const name of ['iri-reference', 'idn-email']) ajv.addFormat(name, () => false);
for (const name of ['spdx', 'jsf-0.82']) ajv.addSchema(schemaOf(name));
const isBom = ajv.compile(schemaOf('bom-1.6'));

const samples = fileURLToPath(new URL('../../../samples/', import.meta.url));
const run = programIn(samples);

type Property = {readonly name: string; readonly value: string};
type Suite = {
	readonly name: string;
	readonly algorithms?: readonly string[];
	readonly identifiers?: readonly string[];
};
type Component = {
	readonly 'bom-ref': string;
	readonly name: string;
	readonly cryptoProperties: {
		readonly assetType: string;
		readonly protocolProperties?: {
			readonly type: string;
			readonly version?: string;
			readonly cipherSuites?: readonly Suite[];
			readonly cryptoRefArray?: readonly string[];
		};
		readonly algorithmProperties?: Readonly<Record<string, string | number>>;
	};
	readonly properties: readonly Property[];
	readonly evidence?: {readonly occurrences: ReadonlyArray<{readonly location: string}>};
};
type Bom = {
	readonly metadata: {readonly timestamp: string; readonly properties: readonly Property[]};
	readonly components: readonly Component[];
	readonly dependencies: ReadonlyArray<{readonly ref: string; readonly dependsOn: readonly string[]}>;
};

/** The document of a log, which fits the schema and has no loose end. */
function bomOf(t: import('ava').ExecutionContext, ...words: string[]): Bom {
	const {status, out, err} = run(['report', ...words, '--format', 'cyclonedx', '--year', '2026']);
	t.true(status === 0 || status === 2, err);
	const bom: Bom = JSON.parse(out);
	t.true(isBom(bom), JSON.stringify(isBom.errors?.slice(0, 3)));
	const refs = bom.components.map(each => each['bom-ref']);
	t.is(new Set(refs).size, refs.length, 'refs are unique');
	const named = [
		...bom.components.flatMap(({cryptoProperties: {protocolProperties}}) => [
			...(protocolProperties?.cipherSuites ?? []).flatMap(({algorithms = []}) => algorithms),
			...(protocolProperties?.cryptoRefArray ?? []),
		]),
		...bom.dependencies.flatMap(({ref, dependsOn}) => [ref, ...dependsOn]),
	];
	t.deepEqual(
		named.filter(ref => !refs.includes(ref)),
		[],
		'every ref has its component',
	);
	return bom;
}

const textOf = (properties: readonly Property[], name: string): string | undefined =>
	properties.find(each => each.name === `tlsaudit:${name}`)?.value;
const numberOf = (properties: readonly Property[], name: string): number => Number(textOf(properties, name) ?? 0);
const protocolsOf = ({components}: Bom): Component[] =>
	components.filter(({cryptoProperties}) => cryptoProperties.assetType === 'protocol');
const named = ({components}: Bom, name: string): Component | undefined => components.find(each => each.name === name);

test('the schema refuses what is none', t => {
	t.false(isBom({bomFormat: 'CycloneDX', specVersion: '1.6', components: [{type: 'cryptographic-asset'}]}));
	t.false(
		isBom({
			bomFormat: 'CycloneDX',
			specVersion: '1.6',
			components: [
				{
					type: 'cryptographic-asset',
					name: 'x',
					cryptoProperties: {assetType: 'algorithm', algorithmProperties: {primitive: 'handshake'}},
				},
			],
		}),
	);
});

const logs = readdirSync(samples, {recursive: true, encoding: 'utf8'})
	.filter(name => /\.(?:log|maillog|jsonl)$/.test(name) && !name.includes('truth-'))
	.sort();

/** Those of real servers one by one, all others together: each run costs a start. */
const real = logs.filter(name => name.startsWith('real'));

test('the documents of all samples fit the schema, and their protocols count each encrypted session once', t => {
	t.true(real.length === 6 && logs.length > 90);
	for (const names of [...real.map(name => [name]), logs.filter(name => !real.includes(name))]) {
		const bom = bomOf(t, ...names);
		const {properties} = bom.metadata;
		const encrypted = protocolsOf(bom).reduce((sum, each) => sum + numberOf(each.properties, 'sessions'), 0);
		t.is(encrypted, numberOf(properties, 'encrypted'), names[0]);
		t.true(encrypted > 0, names[0]);
		const ends = ['encrypted', 'plaintext', 'failed', 'unknown'].map(word => numberOf(properties, word));
		t.is(
			ends.reduce((sum, each) => sum + each, 0),
			numberOf(properties, 'sessions'),
			names[0],
		);
	}
});

test('a protocol has its version, suites with their numbers, groups and places', t => {
	const bom = bomOf(t, 'founding-case.log');
	const tls13 = protocolsOf(bom).find(each => each['bom-ref'] === 'protocol:TLSv1.3:submission:465');
	t.deepEqual(tls13?.cryptoProperties.protocolProperties, {
		type: 'tls',
		version: '1.3',
		cipherSuites: [{name: 'TLS_AES_256_GCM_SHA384', algorithms: ['cipher:AES-256-GCM'], identifiers: ['0x13', '0x02']}],
		cryptoRefArray: ['group:x25519', 'signature:RSA-PSS (2048 bits) with SHA256'],
	});
	t.is(textOf(tls13?.properties ?? [], 'hop'), 'submission');
	t.is(textOf(tls13?.properties ?? [], 'port'), '465');
	t.is(textOf(tls13?.properties ?? [], 'suite:TLS_AES_256_GCM_SHA384:grade'), 'fine');
	const old = protocolsOf(bom).find(each => each['bom-ref'] === 'protocol:TLSv1:submission:465');
	t.like(old?.cryptoProperties.protocolProperties, {
		type: 'tls',
		version: '1.0',
		cipherSuites: [
			{
				name: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
				algorithms: ['cipher:AES-256-CBC'],
				identifiers: ['0xC0', '0x14'],
			},
		],
	});
	t.is(textOf(old?.properties ?? [], 'suite:TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA:grade'), 'forbidden');
	t.is(textOf(old?.properties ?? [], 'suite:TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA:logged_as'), 'ECDHE-RSA-AES256-SHA');
	t.is(numberOf(bom.metadata.properties, 'plaintext'), 4, 'plaintext is no asset and is not hidden');
	t.is(numberOf(bom.metadata.properties, 'plaintext:relay-in 25'), 1);
	t.is(numberOf(bom.metadata.properties, 'failed'), 1);
});

test('hybrids are combiners of a curve and ML-KEM, which has its category', t => {
	const bom = bomOf(t, 'real-3.12/a.maillog');
	t.deepEqual(named(bom, 'x25519mlkem768')?.cryptoProperties.algorithmProperties, {
		primitive: 'combiner',
		parameterSetIdentifier: 'x25519mlkem768',
	});
	t.deepEqual(named(bom, 'ML-KEM-768')?.cryptoProperties.algorithmProperties, {
		primitive: 'kem',
		parameterSetIdentifier: '768',
		nistQuantumSecurityLevel: 3,
	});
	t.like(named(bom, 'secp256r1')?.cryptoProperties.algorithmProperties, {
		primitive: 'key-agree',
		curve: 'secp256r1',
		nistQuantumSecurityLevel: 0,
	});
	t.deepEqual(bom.dependencies.find(({ref}) => ref === 'group:x25519mlkem768')?.dependsOn, [
		'group:x25519',
		'group:ML-KEM-768',
	]);
	t.like(named(bom, 'ML-DSA-65 with SHA512') ?? named(bom, 'ML-DSA-65'), {
		cryptoProperties: {
			algorithmProperties: {primitive: 'signature', parameterSetIdentifier: '65', nistQuantumSecurityLevel: 3},
		},
	});
});

test('the same log gives the same document but for the time of its making', t => {
	const [once, again] = [bomOf(t, 'founding-case.log'), bomOf(t, 'founding-case.log')];
	const timeless = ({metadata, ...rest}: Bom) => ({...rest, metadata: {...metadata, timestamp: ''}});
	t.deepEqual(timeless(once), timeless(again));
	t.true(Math.abs(Date.parse(once.metadata.timestamp) - Date.now()) < 600_000);
	t.false('serialNumber' in once);
});

test('a suite and a version that nobody knows stay as they are logged, and no number is made up', t => {
	const log = [
		'2026-01-31T08:40:05+00:00 mx postfix/smtpd[1]: connect from a.example[192.0.2.1]',
		'2026-01-31T08:40:05+00:00 mx postfix/smtpd[1]: Anonymous TLS connection established from a.example[192.0.2.1]: TLSv7 with cipher MADE-UP\u001b[2J (128/128 bits)',
		'2026-01-31T08:40:06+00:00 mx postfix/smtpd[1]: disconnect from a.example[192.0.2.1] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7',
	];
	const {out} = run(['report', '-', '--format', 'cyclonedx'], `${log.join('\n')}\n`);
	t.false(out.includes('\u001b'));
	const bom: Bom = JSON.parse(out);
	t.true(isBom(bom), JSON.stringify(isBom.errors));
	const [protocol] = protocolsOf(bom);
	t.is(protocol?.name, 'TLSv7');
	t.is(protocol?.cryptoProperties.protocolProperties?.type, 'unknown');
	const [suite] = protocol?.cryptoProperties.protocolProperties?.cipherSuites ?? [];
	t.true(suite?.name.startsWith('MADE-UP'));
	t.is(suite?.identifiers, undefined);
	t.is(suite?.algorithms, undefined);
});

test('what else a report may be split by has no room in the document', t => {
	for (const words of [
		['--by', 'day'],
		['--by', 'domain'],
		['--compare', 'yesterday'],
	]) {
		const {status, out, err} = run(['report', 'founding-case.log', '--format', 'cyclonedx', ...words]);
		t.is(status, 2);
		t.is(out, '');
		t.regex(err, /has no room for --(?:by|compare)/);
	}
	t.is(run(['report', 'founding-case.log', '--format', 'cyclonedx', '--by', 'suite']).status, 0);
});
