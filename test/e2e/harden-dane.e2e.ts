import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {attempts, byTls, type Destinations, nextHop, startDestinations} from './destinations.ts';
import {policyRows} from './policy-rows.ts';
import {createSite, type Site} from './site.ts';
import {tlsaudit} from './tlsaudit.ts';

let site: Site;
let destinations: Destinations;
let rows: ReadonlyMap<string, string>;
/** What the log says of the mail that went out under main.cf alone, and under the new table. */
let first: string;
let second: string;

test.before(async () => {
	site = await createSite('harden-dane');
	destinations = await startDestinations(site, {level: 'dane'});
	await destinations.send();
	const table = join(site.folder, 'hardened');
	const few = ['--min-sessions', '1', '--min-days', '1'];
	const log = site.syslog.files.rfc3339;
	const {status, said} = await tlsaudit('harden', log, '--postfix', site.postfix.configuration, ...few, '-o', table);
	if (status !== 0) throw new Error(`tlsaudit harden ended with ${status}: ${said}`);
	rows = policyRows(readFileSync(table, 'utf8'));
	first = site.syslog.read('rfc3339');
	destinations.write(`texthash:${table}, texthash:${destinations.policies}`);
	await site.postfix.reload();
	// It throws where mail that went out before does not go out now.
	await destinations.send();
	second = site.syslog.read('rfc3339').slice(first.length);
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

test('where main.cf demands dane, destinations whose TLSA records matched get dane-only, those without records encrypt', t => {
	const got = destinations.all
		.filter(({one}) => one.policy === 'dane')
		.map(({one}) => `${one.about}: ${rows.get(nextHop(one)) ?? 'no line'}`);
	t.deepEqual(got, [
		'dane, TLSA matches: dane-only',
		'dane, TLSA does not match: no line',
		'dane, no TLSA: encrypt',
		'dane, no TLSA, plaintext only: no line',
		'dane, TLSA, plaintext only: no line',
		'dane, zone not signed: encrypt',
		'reuse, dane: dane-only',
		'dane, TLSA not answered: no line',
		'dane, TLSA unusable: encrypt',
		'dane, TLSA unusable, plaintext only: no line',
	]);
	for (const {one} of destinations.all.filter(({one}) => rows.get(nextHop(one)) === 'dane-only'))
		t.regex(second, new RegExp(`: Verified TLS connection established to ${one.domain.host}\\[`));
});

test('no mail that went out before is put off for the sake of TLS', t => {
	const calm = destinations.all.filter(each => !attempts(first, each).some(line => byTls.test(line)));
	t.true(calm.length > rows.size);
	for (const each of calm) {
		const lines = attempts(second, each);
		t.true(lines.length >= each.one.messages, each.one.about);
		t.deepEqual(
			lines.filter(line => byTls.test(line)),
			[],
			each.one.about,
		);
	}
});
