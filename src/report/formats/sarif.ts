import type {PeerFinding} from '../../model/findings.ts';
import {counts, type Severity} from '../../model/severity.ts';
import {isUndecided} from '../../model/verdict.ts';
import {describeCheck} from '../../policy/describe-policy.ts';
import {destinationRule} from '../../policy/peer.ts';
import {citation, type Policy, type Source} from '../../policy/policy.ts';
import {count, many} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {missingText, peerFindingText, verdictSentence} from '../text/sentences.ts';
import type {Checked, PeerFindings} from '../verdict.ts';
import {jsonText} from './json.ts';

const levels: Readonly<Record<Severity, string>> = {violation: 'error', weakness: 'warning', info: 'note'};

/** Where a document that is on the web can be read. */
function helpUri({document, section}: Source): string | undefined {
	const [, number] = /^RFC (\d+)$/.exec(document) ?? [];
	if (number === undefined) return undefined;
	const [, part] = /section (\d+(?:\.\d+)*)/.exec(section) ?? [];
	return `https://www.rfc-editor.org/rfc/rfc${number}${part === undefined ? '' : `#section-${part}`}`;
}

function rulesOf({rules, destinations, name}: Policy): object[] {
	const all = rules.map(({id, severity, check, source}) => {
		const uri = helpUri(source);
		const what = plain(describeCheck(check));
		return {
			id,
			shortDescription: {text: what},
			help: {text: `${what} (${plain(citation(source))})`},
			...(uri === undefined ? {} : {helpUri: uri}),
			defaultConfiguration: {level: levels[severity]},
			properties: {reference: citation(source)},
		};
	});
	if (destinations.length === 0) return all;
	const text = 'the trust that the policy wants of this destination';
	return [
		...all,
		{
			id: destinationRule,
			shortDescription: {text},
			help: {text: `${text} (policy ${plain(name)}, destinations)`},
			properties: {reference: 'policy, destinations'},
		},
	];
}

/** A log's name as a URI reference (RFC 3986): an absolute path as a file URI, a relative one as it is. */
function artifactUri(source: string): string {
	if (source === '-') return 'stdin';
	const path = source.split('/').map(encodeURIComponent).join('/');
	return path.startsWith('/') ? `file://${path}` : path;
}

function locations({source, first_line, last_line}: PeerFinding): object[] {
	if (source === null) return [];
	const artifactLocation = {uri: artifactUri(source)};
	if (first_line === null || first_line < 1) return [{physicalLocation: {artifactLocation}}];
	const region = {startLine: first_line, endLine: Math.max(first_line, last_line ?? first_line)};
	return [{physicalLocation: {artifactLocation, region}}];
}

function result(finding: PeerFinding, ids: readonly string[]): object {
	const {rule, severity, hop, port, peer, sessions, messages, reference} = finding;
	return {
		ruleId: rule,
		ruleIndex: ids.indexOf(rule),
		level: levels[severity],
		message: {text: peerFindingText(finding)},
		locations: locations(finding),
		// The same for the same peer however often it comes: by this a viewer distinguishes old from new.
		partialFingerprints: {'rule-hop-port-peer/v1': plain([rule, hop, port ?? '-', peer].join(' '))},
		properties: {hop, port, peer, usernames: finding.usernames, sessions, messages, reference},
	};
}

/** Rules that the log leaves open in too many sessions of a hop and port: results of kind `open` (SARIF 2.1.0, 3.27.9). */
function openResults({inconclusive, failOn, places, maxUndecided}: Checked, ids: readonly string[]): object[] {
	return inconclusive
		.filter(
			({hop, port, severity}) =>
				counts(severity, failOn) &&
				places.some(place => place.hop === hop && place.port === port && isUndecided(place, maxUndecided)),
		)
		.map(({rule, hop, port, sessions}) => ({
			ruleId: rule,
			ruleIndex: ids.indexOf(rule),
			kind: 'open',
			level: 'none',
			message: {text: `${placeWords({hop, port})}: the log does not show it for ${many(sessions, 'session')}`},
			partialFingerprints: {'rule-hop-port-open/v1': plain([rule, hop, port ?? '-'].join(' '))},
			properties: {hop, port, sessions},
		}));
}

/**
 * The run's own word: an undecided check is a notification, one that read nothing has not run. What was not read is an error, as
 * results are incomplete by it (SARIF 2.1.0, 3.58.6): such a run was no success, and its exit status says the same.
 */
function invocation(checked: Checked, {findings, totals}: PeerFindings): object {
	const {verdict, policy, missing, partial, problems} = checked;
	const all = totals.reduce((sum, each) => sum + each.incidents, 0);
	const texts = [
		...(verdict === 'undecided' || verdict === 'nothing-read'
			? [verdictSentence({...checked, policy: policy.name})]
			: []),
		...missing.map(missingText),
		...(all > findings.length
			? [`${count(findings.length)} of ${count(all)} results are here: the gravest, with the most sessions`]
			: []),
	];
	const said = (level: 'error' | 'warning', text: string): object => ({level, message: {text: plain(text)}});
	return {
		executionSuccessful: verdict !== 'nothing-read' && !partial,
		toolExecutionNotifications: [
			...problems.map(text => said('error', text)),
			...texts.map(text => said(verdict === 'nothing-read' ? 'error' : 'warning', text)),
		],
		properties: {verdict},
	};
}

/**
 * The outcome of `check` as SARIF 2.1.0: one result per rule, hop, port and peer, at the raw lines of its latest session,
 * and one of kind `open` per rule, hop and port that the log does not decide.
 */
export function sarif(checked: Checked, found: PeerFindings, version: string): string {
	const rules = rulesOf(checked.policy);
	const ids = rules.map(rule => (rule as {id: string}).id);
	return jsonText({
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: {driver: {name: 'tlsaudit', version, rules}},
				columnKind: 'utf16CodeUnits',
				invocations: [invocation(checked, found)],
				results: [...found.findings.map(finding => result(finding, ids)), ...openResults(checked, ids)],
			},
		],
	});
}
