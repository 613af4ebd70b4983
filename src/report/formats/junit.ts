import type {PeerFinding} from '../../model/findings.ts';
import type {Hop} from '../../model/session.ts';
import {counts} from '../../model/severity.ts';
import {isUndecided} from '../../model/verdict.ts';
import {destinationRule} from '../../policy/peer.ts';
import {citation, type Policy} from '../../policy/policy.ts';
import {many} from '../../text/number.ts';
import {partlyRead, peerFindingText, placeOf, verdictSentence} from '../text/sentences.ts';
import type {Checked, PeerFindings} from '../verdict.ts';
import {markup} from './markup.ts';

/** More peers of one rule say little in a list of tests; `check --format json` has more. */
const most = 100;

type Case = {readonly rule: string; readonly hop: Hop; readonly reference: string};

/** One test per rule and hop of the policy, so that what passed is seen too. */
function cases({rules, destinations}: Policy): Case[] {
	const all = rules.flatMap(({id, hops, source}) => hops.map(hop => ({rule: id, hop, reference: citation(source)})));
	if (destinations.length > 0) all.push({rule: destinationRule, hop: 'relay-out', reference: 'policy, destinations'});
	return all;
}

function lines(found: readonly PeerFinding[], all: number): string {
	const shown = found.slice(0, most).map(finding => {
		const place = placeOf(finding);
		return place === '' ? peerFindingText(finding) : `${peerFindingText(finding)} (${place})`;
	});
	const rest = all - shown.length;
	return [...shown, ...(rest > 0 ? [`and ${many(rest, 'more peer')}`] : [])].map(markup).join('\n');
}

type Result = {readonly text: string; readonly kind: 'passed' | 'failure' | 'error' | 'skipped'};

/** How many sessions of the hop do not decide the rule, and whether they are too many for the rule to have passed. */
function openOf({rule, hop}: Case, {inconclusive, failOn, places, maxUndecided}: Checked) {
	const open = inconclusive.filter(each => each.rule === rule && each.hop === hop);
	const silent = places.filter(place => place.hop === hop && isUndecided(place, maxUndecided));
	return {
		sessions: open.reduce((sum, each) => sum + each.sessions, 0),
		tooMany: open.some(({port, severity}) => counts(severity, failOn) && silent.some(place => place.port === port)),
	};
}

/**
 * Why a rule of which nothing was found has not passed all the same, although the log decides it; null where it has: no session
 * was there to keep it, or what was not read may break it.
 */
function unseenWords({hop}: Case, {policy, failOn, places, partial}: Checked): string | null {
	const here = places.filter(place => place.hop === hop);
	if (here.length === 0) return 'no session of this hop';
	// Places count by the rules that fail a check: where there is none for the hop, they say nothing of the others.
	const asks =
		policy.rules.some(({hops, severity}) => hops.includes(hop) && counts(severity, failOn)) ||
		(hop === 'relay-out' && policy.destinations.length > 0);
	if (asks && here.every(({decided, undecided}) => decided + undecided === 0))
		return 'no session of this hop is of a kind that the policy asks about';
	return partial ? partlyRead : null;
}

function testcase(one: Case, checked: Checked, {findings, totals}: PeerFindings): Result {
	const {rule, hop, reference} = one;
	const {policy, verdict, failOn, partial} = checked;
	const unknown = openOf(one, checked);
	const notDecided = `not decided for ${many(unknown.sessions, 'session')}: the log does not show it`;
	const found = findings.filter(each => each.rule === rule && each.hop === hop);
	const open = `\t\t<testcase classname="${markup(`${policy.name}.${hop}`)}" name="${markup(rule)}"`;
	if (found.length > 0) {
		const severity = found[0]?.severity ?? 'violation';
		const sums = totals.filter(each => each.rule === rule && each.hop === hop);
		const sessions = sums.reduce((sum, each) => sum + each.sessions, 0);
		const peers = sums.reduce((sum, each) => sum + each.incidents, 0);
		const said = `${severity}: ${many(sessions, 'session')}, ${many(peers, 'peer')} [${reference}]`;
		// Within --max-violations nothing has failed, and the status says so too.
		if (verdict === 'fail' && counts(severity, failOn))
			return {
				kind: 'failure',
				text: `${open}>\n\t\t\t<failure type="${severity}" message="${markup(said)}">${lines(found, peers)}</failure>\n\t\t</testcase>`,
			};
		if (unknown.tooMany)
			return {
				kind: 'error',
				text: `${open}>\n\t\t\t<error type="undecided" message="${notDecided}"/>\n\t\t</testcase>`,
			};
		const out = `<system-out>${markup(said)}\n${lines(found, peers)}</system-out>`;
		// What is tolerated or weak so far may fail by what was not read.
		if (partial)
			return {
				kind: 'skipped',
				text: `${open}>\n\t\t\t<skipped message="${partlyRead}"/>\n\t\t\t${out}\n\t\t</testcase>`,
			};
		return {kind: 'passed', text: `${open}>\n\t\t\t${out}\n\t\t</testcase>`};
	}
	if (unknown.tooMany)
		return {kind: 'error', text: `${open}>\n\t\t\t<error type="undecided" message="${notDecided}"/>\n\t\t</testcase>`};
	if (unknown.sessions > 0)
		return {kind: 'skipped', text: `${open}>\n\t\t\t<skipped message="${notDecided}"/>\n\t\t</testcase>`};
	const unseen = unseenWords(one, checked);
	if (unseen !== null)
		return {kind: 'skipped', text: `${open}>\n\t\t\t<skipped message="${unseen}"/>\n\t\t</testcase>`};
	return {kind: 'passed', text: `${open}/>`};
}

/** A log of which nothing was read, or not all, or in which no session decides anything, is an error of its own. */
function reading(checked: Checked): Result[] {
	const {verdict, policy, places, maxUndecided, partial, problems} = checked;
	const isExplained = verdict === 'undecided' && places.some(place => isUndecided(place, maxUndecided));
	if (!partial && (verdict === 'pass' || verdict === 'fail' || isExplained)) return [];
	const said = markup(verdictSentence({...checked, policy: policy.name}));
	const open = `\t\t<testcase classname="${markup(policy.name)}" name="log">`;
	const error = `<error type="${verdict}" message="${said}"`;
	const text = problems.length === 0 ? `${error}/>` : `${error}>${problems.map(markup).join('\n')}</error>`;
	return [{kind: 'error', text: `${open}\n\t\t\t${text}\n\t\t</testcase>`}];
}

/**
 * The outcome of `check` as JUnit XML: a rule that fails a check and that the log leaves open in too many sessions is an
 * error; one left open in few, of a hop without sessions, or of logs that were not read to the end is skipped, not passed.
 */
export function junitXml(checked: Checked, found: PeerFindings): string {
	const results = [...reading(checked), ...cases(checked.policy).map(each => testcase(each, checked, found))];
	const number = (kind: Result['kind']): number => results.filter(result => result.kind === kind).length;
	const sums = `tests="${results.length}" failures="${number('failure')}" errors="${number('error')}" skipped="${number('skipped')}"`;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="tlsaudit" ${sums}>`,
		`\t<testsuite name="${markup(`policy ${checked.policy.name}`)}" ${sums}>`,
		...results.map(({text}) => text),
		'\t</testsuite>',
		'</testsuites>',
		'',
	].join('\n');
}
