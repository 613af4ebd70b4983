import test from 'ava';
import {type Destinations, nextHop, startDestinations} from './destinations.ts';
import {type Hardened, hardened, nothingPutOff} from './hardened.ts';
import {createSite, type Site} from './site.ts';

let site: Site;
let destinations: Destinations;
let made: Hardened;

test.before(async () => {
	site = await createSite('harden-dane');
	destinations = await startDestinations(site, {level: 'dane'});
	made = await hardened(site, destinations, ['--postfix', site.postfix.configuration]);
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

test('where main.cf demands dane, destinations whose TLSA records matched get dane-only, those without records encrypt', t => {
	const {rows, second} = made;
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
	nothingPutOff(t, destinations, made);
});
