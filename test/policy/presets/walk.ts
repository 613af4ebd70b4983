import type {ExecutionContext} from 'ava';
import {hops} from '../../../src/model/session.ts';
import {policyAt} from '../../../src/policy/calendar.ts';
import {type Finding, judge} from '../../../src/policy/judge.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import type {Policy} from '../../../src/policy/policy.ts';
import {cipherFacts, knownCiphers} from '../../../src/tls/cipher.ts';
import {type Protocol, protocols} from '../../../src/tls/version.ts';
import {handshake} from '../../tls/handshake.ts';

/** A document's word about a version or a suite, as the reference states it. */
export type Word = 'good' | 'preferred-other' | 'phase-out' | 'insufficient';

/** What a document says, written down from its text and not from the code of the preset. */
export type Table = {
	preset: string;
	/** The day by whose calendar it is judged; without one no dated rule holds. */
	at?: string;
	/** Where the document speaks of versions and of suites, as the findings must cite it. */
	sections: {versions: string; suites: string};
	versions: Record<Protocol, Word>;
	suites: (name: string) => Word;
	relay: boolean;
};

const severityOf: Record<Word, readonly [users: string, relay: string, delivery: string]> = {
	good: ['none', 'none', 'none'],
	'preferred-other': ['info', 'info', 'info'],
	'phase-out': ['weakness', 'info', 'info'],
	insufficient: ['violation', 'weakness', 'info'],
};

/** All combinations of the lists, joined by hyphens; an empty word joins without one. */
export function names(...lists: ReadonlyArray<readonly string[]>): string[] {
	return lists.reduce<string[]>(
		(heads, tails) =>
			heads.flatMap(head => tails.map(tail => (head === '' || tail === '' ? head + tail : `${head}-${tail}`))),
		[''],
	);
}

function worst(findings: readonly Finding[], policy: Policy, kinds: readonly string[]): Finding | undefined {
	return findings.find(finding => {
		const rule = policy.rules.find(candidate => candidate.id === finding.rule);
		return rule !== undefined && kinds.includes(rule.check.kind);
	});
}

/** Walks all versions × suites × hops and compares every verdict with the table. */
export function walk(t: ExecutionContext, table: Table): void {
	const policy = policyAt(findPolicy(table.preset), table.at ?? '2026-11-30');
	let compared = 0;
	for (const hop of hops) {
		const column = hop === 'submission' || hop === 'access' ? 0 : hop === 'delivery' ? 2 : 1;
		const judged = hop !== 'internal' && (column === 0 || table.relay);
		for (const protocol of protocols) {
			for (const cipher of knownCiphers) {
				const direction = hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in';
				const findings = judge(handshake({hop, direction, protocol, cipher, loggedIn: true}), policy);
				const where = `${table.preset} ${hop} ${protocol} ${cipher}`;
				const versionWord = judged ? severityOf[table.versions[protocol]][column] : 'none';
				const suiteWord = judged ? severityOf[table.suites(cipher)][column] : 'none';
				const version = worst(findings, policy, ['min-version', 'best-version']);
				const suite = worst(findings, policy, ['suites', 'ban']);
				if ((version?.severity ?? 'none') !== versionWord)
					t.fail(`${where}: version ${version?.severity} not ${versionWord}`);
				if ((suite?.severity ?? 'none') !== suiteWord) t.fail(`${where}: suite ${suite?.severity} not ${suiteWord}`);
				if (version && !version.reference.includes(table.sections.versions))
					t.fail(`${where}: cites ${version.reference}`);
				if (suite && !suite.reference.includes(table.sections.suites)) t.fail(`${where}: cites ${suite.reference}`);
				compared += 1;
			}
		}
		const plain = {hop, outcome: 'plaintext', protocol: null, cipher: null, tlsMode: null} as const;
		const expected = !judged ? undefined : column === 2 ? 'info' : 'violation';
		t.is(
			judge(handshake({...plain, loggedIn: true}), policy)[0]?.severity,
			expected,
			`${table.preset} ${hop} plaintext`,
		);
	}
	t.is(compared, hops.length * protocols.length * knownCiphers.length);
	t.true(knownCiphers.every(name => cipherFacts(name) !== null));
}

/** Words for suites from lists; what is in none is insufficient. */
export function listed(lists: Partial<Record<Exclude<Word, 'insufficient'>, readonly string[]>>) {
	const words = new Map<string, Word>();
	for (const [word, list] of Object.entries(lists)) for (const name of list) words.set(name, word as Word);
	return (name: string): Word => words.get(name) ?? 'insufficient';
}

export const oldInsufficient = {
	SSLv2: 'insufficient',
	SSLv3: 'insufficient',
	TLSv1: 'insufficient',
	'TLSv1.1': 'insufficient',
} as const;

/** Groups as Postfix logs them: NIST's, Brainpool's, Bernstein's, finite fields, ML-KEM alone, hybrids of RFC 10024 and of drafts. */
export const classicGroups = [
	...['secp224r1', 'prime256v1', 'ECDHE (P-256)', 'secp384r1', 'secp521r1', 'X25519', 'X448'],
	...['brainpoolP256r1tls13', 'brainpoolP384r1tls13', 'brainpoolP512r1tls13'],
	...['ffdhe2048', 'DHE (3072 bits)', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'],
];
export const kems = ['MLKEM512', 'MLKEM768', 'MLKEM1024'];
export const hybridGroups = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024', 'x25519_kyber768'];

/** What a document says of groups, and where. */
export type GroupTable = {
	preset: string;
	at?: string;
	section: string;
	/** The word about a group of a version and suite, as the rules about groups have it. */
	groups: (group: string, version: Protocol) => Word;
};

/** Walks versions × suites × groups × hops and compares what is found about groups with the table. */
export function walkGroups(t: ExecutionContext, table: GroupTable): void {
	const policy = policyAt(findPolicy(table.preset), table.at ?? '2026-11-30');
	const suites = [
		'TLS_AES_256_GCM_SHA384',
		'TLS_CHACHA20_POLY1305_SHA256',
		'ECDHE-RSA-AES256-GCM-SHA384',
		'AES128-SHA',
	];
	const groups = [...classicGroups, ...kems, ...hybridGroups];
	let compared = 0;
	for (const hop of hops)
		for (const protocol of protocols)
			for (const cipher of suites)
				for (const keyExchange of groups) {
					const column = hop === 'submission' || hop === 'access' ? 0 : hop === 'delivery' ? 2 : 1;
					const direction = hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in';
					const seen = handshake({hop, direction, protocol, cipher, keyExchange, loggedIn: true});
					const found = worst(judge(seen, policy), policy, ['groups', 'hybrid']);
					const word = hop === 'internal' ? 'none' : severityOf[table.groups(keyExchange, protocol)][column];
					const where = `${table.preset} ${hop} ${protocol} ${cipher} ${keyExchange}`;
					if ((found?.severity ?? 'none') !== word) t.fail(`${where}: ${found?.severity} not ${word}`);
					if (found && !found.reference.includes(table.section)) t.fail(`${where}: cites ${found.reference}`);
					compared += 1;
				}
	t.is(compared, hops.length * protocols.length * suites.length * groups.length);
}
