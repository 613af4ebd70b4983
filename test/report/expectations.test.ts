import test from 'ava';
import type {WayRow} from '../../src/model/summary.ts';
import type {PlaceEvidence} from '../../src/model/verdict.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import {readPolicy} from '../../src/policy/policy-file.ts';
import {expectations} from '../../src/report/expectations.ts';
import {expectationLines} from '../../src/report/text/expectations-text.ts';
import {asciiMarks, monochrome, unicodeMarks} from '../../src/report/text/layout.ts';
import {way} from './sample-summary.ts';

const founding = findPolicy('founding');

/** As if each session had carried mail and been asked about by a rule. */
function placesOf(seen: readonly WayRow[]): PlaceEvidence[] {
	return seen.map(({hop, port}) => {
		const here = seen.filter(each => each.hop === hop && each.port === port);
		const sum = (ways: readonly WayRow[]): number => ways.reduce((all, {sessions}) => all + sessions, 0);
		const known = here.filter(({outcome, protocol}) => outcome === 'plaintext' || protocol !== null);
		const unknown = here.filter(
			({outcome, protocol}) => outcome !== 'plaintext' && outcome !== 'failed' && protocol === null,
		);
		return {hop, port, decided: sum(known), undecided: sum(unknown), lacking: sum(unknown)};
	});
}

function lines(seen: readonly WayRow[], policy = founding): string[] {
	return expectationLines(expectations(policy, seen, placesOf(seen), 0.05), unicodeMarks, monochrome);
}
const line = (start: string, all: readonly string[]): string =>
	all.find(each => each.startsWith(start))?.replaceAll(/ +/g, ' ') ?? '';

test('every operation is shown with its ways in, whether the policy allows them, and what was seen in each', t => {
	const all = lines([
		way({sessions: 1204}),
		way({protocol: 'TLSv1.1', sessions: 2}),
		way({port: 587, tls_mode: 'starttls', protocol: 'TLSv1.2', sessions: 3}),
		way({hop: 'relay-in', port: 25, tls_mode: 'starttls', sessions: 4}),
		way({hop: 'relay-in', port: 25, tls_mode: null, outcome: 'plaintext', protocol: null, sessions: 5}),
		way({hop: 'access', port: 143, tls_mode: null, outcome: 'plaintext', protocol: null, sessions: 6}),
		way({outcome: 'failed', tls_mode: null, protocol: null, sessions: 7}),
	]);
	t.is(line('  465', all), ' 465 implicit TLS - allowed 1,204 - ✘ 2 - 7');
	t.is(line('  587', all), ' 587 STARTTLS ✔ allowed - 3 - - -');
	t.is(all.filter(each => each.startsWith('  25')).length, 3);
	t.is(line('  25 STARTTLS       - allowed         4', all), ' 25 STARTTLS - allowed 4 - - ✘ 5 -');
	t.is(line('  143', all), ' 143 STARTTLS ✘ weakness - - - ✘ 6 -');
	t.is(line('  993', all), ' 993 implicit TLS - allowed - - - - -');
	t.is(line('  110', all), ' 110 STARTTLS ✘ weakness - - - - -');
});

test('nothing has a tick where not all logs were read; what is unwanted stays so', t => {
	const seen = [way({sessions: 9}), way({hop: 'relay-in', port: 25, tls_mode: 'starttls', protocol: 'TLSv1'})];
	const all = (partial: boolean): string[] =>
		expectationLines(expectations(founding, seen, placesOf(seen), 0.05, partial), unicodeMarks, monochrome);
	t.is(line('  465', all(false)), ' 465 implicit TLS ✔ allowed 9 - - - -');
	t.is(line('  465', all(true)), ' 465 implicit TLS ? allowed 9 - - - -');
	t.is(line('  587', all(true)), ' 587 STARTTLS - allowed - - - - -');
	t.notRegex(all(true).join('\n'), /✔/);
	t.deepEqual(
		all(true)
			.filter(each => each.includes('✘'))
			.slice(0, -1),
		all(false)
			.filter(each => each.includes('✘'))
			.slice(0, -1),
	);
});

test('a tick needs sessions that the log says enough of', t => {
	const at465 = (...seen: WayRow[]): string => line('  465', lines(seen));
	t.is(at465(way({sessions: 96}), way({protocol: null, sessions: 4})), ' 465 implicit TLS ✔ allowed 96 - - - - 4');
	t.is(at465(way({sessions: 94}), way({protocol: null, sessions: 6})), ' 465 implicit TLS ? allowed 94 - - - - 6');
	t.is(at465(way({protocol: null})), ' 465 implicit TLS ? allowed - - - - - 1');
	t.is(at465(way({outcome: null, protocol: null, tls_mode: null})), ' 465 implicit TLS ? allowed - - - - - 1');
	t.is(
		at465(way({outcome: 'failed', protocol: null})),
		' 465 implicit TLS - allowed - - - - 1',
		'a failure shows nothing',
	);
	const probe = [way({protocol: 'TLSv1.3'})];
	t.is(
		line('  465', expectationLines(expectations(founding, probe, [], 0.05), unicodeMarks, monochrome)),
		' 465 implicit TLS - allowed 1 - - - -',
	);
});

test('a way that no list knows is shown when it was taken', t => {
	const all = lines([
		way({port: 2465, sessions: 8}),
		way({hop: 'relay-out', port: null, tls_mode: null, outcome: null, protocol: null, sessions: 9}),
		way({hop: 'delivery', port: 24, tls_mode: 'starttls', sessions: 10}),
		way({hop: 'internal', port: 10025, outcome: 'plaintext', protocol: null, sessions: 11}),
	]);
	t.is(line('  2465', all), ' 2465 implicit TLS ✘ weakness 8 - - - - -');
	t.is(line('  no port', all), ' no port - unknown - - - - - 9');
	t.is(line('  24 ', all), ' 24 STARTTLS - no rule 10 - - - - -');
	t.false(all.some(each => each.includes('10025')));
});

test('where a policy has no rule about ways in it is not called allowed', t => {
	const all = lines([way({protocol: 'TLSv1.2', sessions: 5})], findPolicy('mozilla-modern'));
	t.is(line('  465', all), ' 465 implicit TLS - no rule - ✘ 5 - - -');
});

test('the worst of the older versions decides, and DANE is shown where it is wanted', t => {
	const text = 'name: own\nhops:\n  submission:\n    min-version: TLSv1.1\n  relay-out:\n    dane: true\n';
	const {policy} = readPolicy(text);
	if (policy === null) return t.fail();
	const old = (protocol: string): string => line('  465', lines([way({protocol})], policy));
	t.is(old('TLSv1.1'), ' 465 implicit TLS - no rule - - 1 - -');
	t.is(old('SSLv3'), ' 465 implicit TLS - no rule - - ✘ 1 - -');
	t.true(lines([], policy).includes('relay out (DANE wanted)'));
});

test('without UTF-8 the marks are ASCII; the table fits a terminal with millions, and a file has them in full', t => {
	const seen = (['TLSv1.3', 'TLSv1.2', 'TLSv1', null] as const).map(protocol => way({protocol, sessions: 1_234_567}));
	const failed = way({outcome: 'failed', protocol: null, sessions: 7_654_321});
	const plain = way({
		hop: 'access',
		port: 143,
		outcome: 'plaintext',
		tls_mode: null,
		protocol: null,
		sessions: 1_234_567,
	});
	const operations = expectations(founding, [...seen, failed, plain], [], 0.05);
	for (const width of [40, 80, 100]) {
		const all = expectationLines(operations, asciiMarks, monochrome, {width, whole: false});
		t.notRegex(all.join('\n'), /[^\x20-\x7E\n]/);
		t.deepEqual(
			all.filter(each => each.length > width),
			[],
		);
	}
	t.regex(expectationLines(operations, asciiMarks, monochrome).join('\n'), / {2}x 1,234,567 {2}/);
});
