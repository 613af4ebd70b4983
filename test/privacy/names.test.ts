import {createHmac} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {createNames, type Kind, keyed, type Mode, numbers} from '../../src/privacy/names.ts';
import {runs} from '../runs.ts';

const key = Buffer.alloc(32, 7);
const masks = () => createNames('mask', numbers());
const pseudonyms = (by: Uint8Array = key) => createNames('pseudonym', keyed(by));
const both: ReadonlyArray<readonly [Mode, typeof masks]> = [
	['mask', masks],
	['pseudonym', pseudonyms],
];

const kinds: readonly Kind[] = ['address', 'network', 'host', 'domain', 'user', 'log', 'program'];
const saying = fc.tuple(
	fc.constantFrom(...kinds),
	fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.emailAddress(), fc.string({minLength: 1})),
);

test('a mask leaves the network of an address, and no more of any name', t => {
	const {name} = masks();
	t.is(name('address', '192.0.2.17'), '192.0.x.x#1');
	t.is(name('address', '192.0.99.1'), '192.0.x.x#2');
	t.is(name('address', '2001:db8:12:34::1'), '2001:db8:x:x#3');
	t.is(name('address', '::ffff:198.51.100.7'), '198.51.x.x#4');
	t.is(name('address', '::1'), '0:0:x:x#5');
	t.is(name('host', 'mail.example.org'), 'host-1.invalid');
	t.is(name('host', '192.0.2.17'), '192.0.x.x#1');
	t.is(name('address', 'no address'), 'host-2.invalid');
	t.is(name('user', 'ana@example.org'), 'user-1@domain-1.invalid');
	t.is(name('user', 'bo@example.org'), 'user-2@domain-1.invalid');
	t.is(name('user', 'ana'), 'user-3');
	t.is(name('domain', 'example.org'), 'domain-1.invalid');
	t.is(name('log', '/srv/acme/mail.log'), 'log-1');
	t.is(name('network', '192.0.2.0/24'), 'network-1');
	t.is(name('program', 'postfix-acme'), 'program-1');
});

test('a pseudonym is the beginning of an HMAC-SHA-256, which differs by key and kind', t => {
	const hmac = (kind: string, said: string): string =>
		createHmac('sha256', key).update(`${kind}\n${said}`).digest('hex').slice(0, 12);
	const {name} = pseudonyms();
	t.is(name('address', '192.0.2.17'), `ip4-${hmac('address', '192.0.2.17')}`);
	t.is(name('address', '2001:db8::1'), `ip6-${hmac('address', '2001:db8::1')}`);
	t.is(name('host', 'mail.example.org'), `host-${hmac('host', 'mail.example.org')}.invalid`);
	t.is(
		name('user', 'ana@example.org'),
		`user-${hmac('user', 'ana@example.org')}@domain-${hmac('domain', 'example.org')}.invalid`,
	);
	t.is(pseudonyms().name('user', 'ana'), name('user', 'ana'));
	t.not(pseudonyms(Buffer.alloc(32, 8)).name('user', 'ana'), name('user', 'ana'));
});

for (const [mode, names] of both)
	test(`${mode}: names that differ stay apart, the same one is the same, and each can be found again`, t => {
		fc.assert(
			fc.property(fc.array(saying), sayings => {
				const {name, said} = names();
				const shown = new Map<string, string>();
				for (const [kind, text] of sayings) {
					const given = name(kind, text);
					t.is(name(kind, text), given);
					t.is(shown.get(given) ?? text, text);
					shown.set(given, text);
				}
				for (const [given, text] of shown) t.is(said(given), text);
			}),
			{numRuns: runs(100)},
		);
	});

for (const [mode, names] of both)
	test(`${mode}: nothing of a name is in what stands for it`, t => {
		const letters = fc
			.stringMatching(/^[g-z]{4,12}$/)
			.filter(text => !/^(?:host|user|domain|invalid|program|network)$/.test(text));
		fc.assert(
			fc.property(fc.constantFrom(...kinds), letters, letters, (kind, one, other) => {
				for (const text of [one, `${one}@${other}.test`, `${one}.${other}.test`]) {
					const shown = names().name(kind, text);
					// A mark of six letters and more cannot be there by chance: digits and a to f are all that marks have.
					t.false(shown.split(/[^a-z]/).includes(one) || shown.includes(`${other}.test`), shown);
				}
			}),
			{numRuns: runs(100)},
		);
		fc.assert(
			fc.property(fc.ipV4(), address => {
				const [, , third, fourth] = address.split('.');
				t.notRegex(names().name('address', address), new RegExp(`\\.${third}\\.${fourth}`));
			}),
			{numRuns: runs(100)},
		);
	});

test('of many pseudonyms some are forgotten, which changes none', t => {
	const {name} = pseudonyms();
	const first = name('user', 'u0');
	for (let each = 1; each <= 100_001; each += 1) name('user', `u${each}`);
	t.is(name('user', 'u0'), first);
});
