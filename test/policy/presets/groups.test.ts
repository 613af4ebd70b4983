import test from 'ava';
import {classicGroups, hybridGroups, kems, type Word, walkGroups} from './walk.ts';

/** Groups of a list and every hybrid are good; the rest is what the document calls it. */
const list = (word: Word, ...good: readonly string[]) => {
	const all = new Set([...good, ...hybridGroups]);
	return (group: string): Word => (all.has(group) ? 'good' : word);
};
const nist = ['prime256v1', 'ECDHE (P-256)', 'secp384r1'];
const brainpool = classicGroups.filter(name => name.startsWith('brainpool'));

test('bcp195-2026: RFC 9325 and RFC 10015 speak of no group of TLS 1.3', t => {
	walkGroups(t, {preset: 'bcp195-2026', section: 'none', groups: () => 'good'});
});

for (const preset of ['tlsref-modern', 'tlsref-intermediate'])
	test(`${preset}: tls_curves has X25519MLKEM768, X25519, P-256 and P-384`, t => {
		walkGroups(t, {preset, section: 'guidelines 6.0, tls_curves', groups: list('phase-out', 'X25519', ...nist)});
	});

const bsi = list('preferred-other', ...nist, 'secp521r1', ...brainpool, 'DHE (3072 bits)', 'ffdhe4096');

test('bsi-tr-02102-2: curves of NIST and Brainpool and finite fields of 3072 and 4096 bits until the end of 2031', t => {
	for (const at of ['2026-11-30', '2030-01-01', '2031-12-31'])
		walkGroups(t, {preset: 'bsi-tr-02102-2', at, section: '(2026-01), Diffie-Hellman groups', groups: bsi});
});

test('bsi-tr-02102-2 of 2032: no key agreement without a post-quantum part; of a group with one its list still speaks', t => {
	walkGroups(t, {
		...{preset: 'bsi-tr-02102-2', at: '2032-01-01', section: '(2026-01), '},
		groups: (group, version) => {
			if (version !== 'TLSv1.3' || classicGroups.includes(group)) return 'insufficient';
			return bsi(group);
		},
	});
});

test('cnsa-2.0: SecP384r1MLKEM1024 or ML-KEM-1024; smaller hybrids are no finding, classic groups and TLS 1.2 are', t => {
	walkGroups(t, {
		...{preset: 'cnsa-2.0', section: 'draft-becker-cnsa2-tls-profile-03, '},
		groups: (group, version) => {
			if (version !== 'TLSv1.3') return 'insufficient';
			return group === 'MLKEM1024' || hybridGroups.includes(group) ? 'good' : 'insufficient';
		},
	});
	t.is(kems.length, 3);
});
