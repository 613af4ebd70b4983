import type {FindingGroup, Inconclusive, Suppressed} from '../../model/findings.ts';
import type {Exception} from '../../policy/policy.ts';
import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcMinute} from '../../text/time.ts';
import {shortened} from '../../text/width.ts';
import {countNames} from '../summary.ts';
import {folded, type Style, tie} from './layout.ts';
import {expiredText, placeWords} from './sentences.ts';

/** Peers named per rule; JSON has more, the view `violations` all. */
const mostPeers = 5;
/** Different things observed that are named per rule. */
const mostObserved = 4;

const indent = '    ';
const expiredWord = 'expired';

function peerName({peer_ip, peer_host, username}: FindingGroup['peers'][number]): string {
	const address = plain(peer_ip ?? 'address not logged');
	const where = peer_host === null || peer_host === peer_ip ? address : `${plain(peer_host)}[${address}]`;
	return username === null ? where : `${plain(username)} from ${where}`;
}

/** `TLSv1 (4), TLSv1.1 (5) and 3 more`, each entry kept in one piece. */
function listed(entries: ReadonlyArray<readonly [name: string, times: number]>, all: number, most: number): string {
	const shown = entries
		.slice(0, most)
		.map(([name, times]) => `${shortened(name, 60)} (${count(times)})`.replaceAll(' ', tie));
	return shown.join(', ') + (all > shown.length ? ` and${tie}${count(all - shown.length)}${tie}more` : '');
}

/** Where the busiest peer's latest session is in the logs: `see mail.log, lines 11 to 16`. */
function placeLines(peer: FindingGroup['peers'][number] | undefined): string[] {
	if (peer === undefined || peer.source === null || peer.first_line === null) return [];
	const {source, first_line, last_line} = peer;
	const lines =
		last_line === null || last_line === first_line ? `line ${first_line}` : `lines ${first_line} to ${last_line}`;
	return folded(`see ${source === '-' ? 'standard input' : plain(source)}, ${lines}`, indent);
}

function findingGroupText(group: FindingGroup, style: Style): string[] {
	const {rule, severity, hop, port, sessions, messages, peers, peer_count, first_seen, last_seen} = group;
	const observed = Object.entries(group.observed).map(([what, times]) => [plain(what), times] as const);
	const place = plain(placeWords({hop, port}));
	const sizes = `${many(sessions, 'session')}, ${many(messages, 'message')}, ${many(peer_count, 'peer')}`;
	const who = peers.map(peer => [peerName(peer), peer.sessions] as const);
	const lines = [
		`${style(severity, severity)} ${plain(rule)}: ${place}: ${sizes}`,
		...folded(
			`seen ${listed(observed, countNames(Object.keys(group.observed)), mostObserved)}; required ${group.required} [${group.reference}]`,
			indent,
		),
		...folded(`who ${listed(who, peer_count, mostPeers)}`, indent),
		...placeLines(peers[0]),
	];
	if (first_seen !== null && last_seen !== null)
		lines.push(`${indent}when ${utcMinute(first_seen)} to ${utcMinute(last_seen)} UTC`);
	return lines;
}

/** What an exception lets pass, with its reason and last day; then exceptions past their date. */
function suppressedLines(suppressed: readonly Suppressed[], expired: readonly Exception[], style: Style): string[] {
	const lines: string[] = [];
	for (const {rule, severity, hop, port, sessions, messages, peer_count, reason, until} of suppressed)
		lines.push(
			`${style('info', 'suppressed')} ${plain(`${severity} ${rule}: ${placeWords({hop, port})}`)}: ${many(sessions, 'session')}, ${many(messages, 'message')}, ${many(peer_count, 'peer')}`,
			...folded(`until ${until}: ${plain(reason)}`, indent),
		);
	for (const exception of expired) {
		const [first = '', ...rest] = folded(`${expiredWord} ${expiredText(exception)}`);
		lines.push(`${style('weakness', expiredWord)}${first.slice(expiredWord.length)}`, ...rest);
	}
	return lines;
}

/** Rules the log cannot decide are not passed: they are named with the number of sessions. */
function inconclusiveLines(inconclusive: readonly Inconclusive[]): string[] {
	const sums = new Map<string, number>();
	for (const {rule, sessions} of inconclusive) sums.set(rule, (sums.get(rule) ?? 0) + sessions);
	if (sums.size === 0) return [];
	const rules = [...sums].map(([rule, sessions]) => `${rule} (${count(sessions)})`.replaceAll(' ', tie));
	return folded(`not decided, since the log does not show it: ${rules.join(', ')}`);
}

/** What is said of a policy: what is broken, what is let pass, and what could not be decided. */
export type PolicyFindings = {
	readonly policy: string;
	readonly violations: readonly FindingGroup[];
	readonly suppressed: readonly Suppressed[];
	readonly expired: readonly Exception[];
	readonly inconclusive: readonly Inconclusive[];
};

/** What breaks the policy, with who and how many; findings of severity `info` only as counts. */
export function findingGroupLines(
	{policy, violations, suppressed, expired, inconclusive}: PolicyFindings,
	style: Style,
): string[] {
	const shown = violations.filter(({severity}) => severity !== 'info');
	const noted = violations.filter(({severity}) => severity === 'info');
	const title = style('heading', `Policy ${plain(policy)}`);
	const lines = shown.length === 0 ? [`${title}: no violation seen`] : [title];
	for (const group of shown) lines.push(...findingGroupText(group, style));
	for (const {rule, hop, port, sessions} of noted)
		lines.push(
			`${style('info', 'info')} ${plain(`${rule}: ${placeWords({hop, port})}`)}: ${many(sessions, 'session')}`,
		);
	return [...lines, ...suppressedLines(suppressed, expired, style), ...inconclusiveLines(inconclusive)];
}
