import test from 'ava';
import type {Suppressed} from '../../src/model/findings.ts';
import type {Summary} from '../../src/report/summary.ts';
import {checkText} from '../../src/report/text/check-text.ts';
import {asciiMarks, monochrome} from '../../src/report/text/layout.ts';
import {reportText} from '../../src/report/text/report-text.ts';
import {whatIfText} from '../../src/report/text/what-if-text.ts';
import type {Checked, Findings} from '../../src/report/verdict.ts';
import type {TriedRule} from '../../src/report/what-if-result.ts';
import {outbound, summary, verdict} from './sample-summary.ts';

const unsafe = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Clears the screen, hides a letter, reads backwards, and breaks the line. */
const hostile = '\x1b[2J\uFEFF\u202E\u2028';

/** Words of the program itself: reports look them up. */
const ownWords = new Set(['severity', 'verdict', 'seen', 'expected', 'lacks', 'tls', 'kind', 'version']);

/** The same value with a hostile tail at every text that is not a word of the program. */
function spoilt<Value>(value: Value, key = ''): Value {
	if (typeof value === 'string') return (ownWords.has(key) ? value : `${value}${hostile}`) as Value;
	if (Array.isArray(value)) return value.map(each => spoilt(each, key)) as Value;
	if (value === null || typeof value !== 'object') return value;
	const entries = Object.entries(value).map(([name, each]) => [
		key === 'observed' ? name + hostile : name,
		spoilt(each, name),
	]);
	return Object.fromEntries(entries);
}

const suppressed: Suppressed = {
	rule: 'min-version',
	severity: 'violation',
	hop: 'relay-out',
	port: 25,
	reason: 'the old relay',
	until: '2026-12-31',
	sessions: 1,
	messages: 1,
	peer_count: 1,
	last_seen: null,
};
const expired = {rules: [], domain: 'old.example', reason: 'gone', until: '2025-12-31'};
const inconclusive = {rule: 'weak-suite', severity: 'violation', hop: 'access', port: null, sessions: 2} as const;
const more: Pick<Findings, 'suppressed' | 'expired' | 'inconclusive'> = {
	suppressed: [suppressed],
	expired: [expired],
	inconclusive: [inconclusive],
};

const costs = {sessions: 2, messages: 1, last_seen: null, also_seen_allowed: true};
const broken: TriedRule['breaks'][number] = {
	...costs,
	hop: 'relay-in',
	peer_ip: '192.0.2.1',
	peer_host: 'a.example',
	username: 'ana',
	usernames: ['ana', 'bo'],
	probe: false,
	reasons: ['TLSv1'],
};
const result: TriedRule = {
	nothing: null,
	partial: false,
	rule: {min_version: 'TLSv1.2', ban: ['RC4'], policy: 'ours', at: null},
	breaks: [broken, {...broken, probe: true}],
	users: [{...costs, hops: ['submission'], peers: 1, username: 'ana'}],
	domains: [{...costs, hops: ['relay-out'], peers: 1, domain: 'a.example'}],
	remains: [{hop: 'access', port: null, sessions: 3, breaks: 1, unknown: 1, remains: 1, remaining_messages: 1}],
};

const texts = {
	report: reportText(spoilt<Summary>({...summary, ...more, outbound}), monochrome, asciiMarks),
	'report without a session': reportText(
		spoilt<Summary>({...summary, hops: [], verdict: 'nothing-read', nothing: 'empty'}),
		monochrome,
		asciiMarks,
	),
	check: checkText(spoilt<Checked>({...verdict, ...more, known: 1}), monochrome, asciiMarks),
	'undecided check': checkText(spoilt<Checked>({...verdict, verdict: 'undecided'}), monochrome, asciiMarks),
	whatif: whatIfText(spoilt(result), monochrome),
	'whatif without a session': whatIfText(spoilt<TriedRule>({...result, nothing: 'empty'}), monochrome),
};

for (const [name, text] of Object.entries(texts))
	test(`no column and no sentence of the ${name} lets an unsafe character through`, t => {
		for (const line of text.split('\n')) t.notRegex(line, unsafe);
		t.true(text.includes('\uFFFD'));
	});
