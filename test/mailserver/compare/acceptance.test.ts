import test from 'ava';
import {acceptance} from '../../../src/mailserver/compare/acceptance.ts';
import type {Protocol} from '../../../src/tls/version.ts';

const asked = (accepted: readonly Protocol[], refused: readonly Protocol[], untried: readonly Protocol[] = []) => ({
	target: 'mail.example.org:465',
	problem: null,
	results: [
		...accepted.map(version => ({version, accepted: true})),
		...refused.map(version => ({version, accepted: false})),
		...untried.map(version => ({version, accepted: null})),
	],
});
const modern = ['TLSv1.2', 'TLSv1.3'] as const;

test('a server that accepts what is intended and allowed agrees', t => {
	const found = acceptance(asked(['TLSv1.2', 'TLSv1.3'], ['TLSv1', 'TLSv1.1'], ['SSLv3']), modern, modern);
	t.like(found, {verdict: 'agrees', refused: ['TLSv1', 'TLSv1.1'], untried: ['SSLv3']});
});

test('an old version that is accepted differs from the intention, though the files allow it', t => {
	const all = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
	t.is(acceptance(asked(all, []), modern, all).verdict, 'differs');
	t.is(acceptance(asked(all, []), null, all).verdict, 'agrees', 'nobody said what he wants');
});

test('what is accepted and not allowed shows that other files are in force', t => {
	t.is(acceptance(asked(['TLSv1.2'], []), null, ['TLSv1.3']).verdict, 'differs');
});

test('a version that is allowed and refused is the doing of the library', t => {
	const all = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
	t.is(acceptance(asked(modern, ['TLSv1', 'TLSv1.1']), null, all).verdict, 'agrees');
});

test('a server that accepts nothing of what is allowed differs; one that could not be asked is unknown', t => {
	t.is(acceptance(asked([], modern), modern, modern).verdict, 'differs');
	const away = {...asked([], []), problem: 'connection refused'};
	t.is(acceptance(away, modern, modern).verdict, 'unknown');
	t.is(
		acceptance(asked([], [], ['TLSv1']), null, ['TLSv1']).verdict,
		'agrees',
		'what cannot be offered proves nothing',
	);
});
