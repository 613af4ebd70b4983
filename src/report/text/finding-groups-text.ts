import type {FindingGroup, Inconclusive, Suppressed} from '../../model/findings.ts';
import type {Exception} from '../../policy/policy.ts';
import {count, many} from '../../text/number.ts';
import {lineWords, placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {utcMinute} from '../../text/time.ts';
import {width as widthOf} from '../../text/width.ts';
import {countNames} from '../summary.ts';
import {folded, led, type Page, paper, type Style, tie} from './layout.ts';
import {cutPeer, hostAndAddress} from './peer-words.ts';
import {allPeers, expiredText} from './sentences.ts';

/** Peers, and different things observed, that a terminal shows of each rule. */
const most = {peers: 5, observed: 4};

const indent = '    ';

function peerName({peer_ip, peer_host, username}: FindingGroup['peers'][number]): string {
	const address = plain(peer_ip ?? 'address not logged');
	const where = hostAndAddress(peer_host === null ? null : plain(peer_host), address);
	return username === null ? where : `${plain(username)} from ${where}`;
}

/** A number of sessions in a list: the first says what is counted. */
const counted = (sessions: number, index: number): string =>
	index === 0 ? many(sessions, 'session') : count(sessions);

/** `TLSv1 (4 sessions), TLSv1.1 (5) and 3 more`, each entry kept in one piece; of `all` there are, a terminal shows the first. */
function listed(
	entries: ReadonlyArray<readonly [name: string, times: number]>,
	all: number,
	kind: keyof typeof most,
	{width, whole}: Page,
): string {
	const shown = entries.slice(0, whole ? entries.length : most[kind]).map(([name, times], index) => {
		const number = ` (${counted(times, index)})`;
		const room = width - 2 * indent.length;
		if (whole || widthOf(name + number) <= room) return `${name}${number}`.replaceAll(' ', tie);
		const words = name.split(' ').map(each => cutPeer(each, room - number.length));
		return words.join(' ') + number.replaceAll(' ', tie);
	});
	const rest = all - countNames(entries.slice(0, shown.length).map(([name]) => name));
	return shown.join(', ') + (rest > 0 ? ` and${tie}${count(rest)}${tie}more` : '');
}

/** How to see the peers that are not named; null where all are. */
function restWords(groups: readonly FindingGroup[], {whole}: Page): string | null {
	const named = (peers: number): number => (whole ? peers : Math.min(peers, most.peers));
	if (groups.every(({peers, peer_count}) => peer_count <= named(peers.length))) return null;
	return `all peers: ${allPeers}`;
}

/** Where the busiest peer's latest session is in the logs: `see mail.log, lines 11 to 16`. */
function placeLines(peer: FindingGroup['peers'][number] | undefined, {width}: Page): string[] {
	const lines = peer === undefined ? null : lineWords(peer.first_line, peer.last_line);
	const source = peer?.source ?? null;
	if (source === null || lines === null) return [];
	return folded(`see ${source === '-' ? 'standard input' : plain(source)}, ${lines}`, indent, width);
}

function findingGroupText(group: FindingGroup, style: Style, page: Page): string[] {
	const {rule, severity, hop, port, sessions, messages, peers, peer_count, first_seen, last_seen} = group;
	const observed = Object.entries(group.observed).map(([what, times]) => [plain(what), times] as const);
	const place = plain(placeWords({hop, port}));
	const sizes = `${many(sessions, 'session')}, ${many(messages, 'message')}, ${many(peer_count, 'peer')}`;
	const who = peers.map(peer => [peerName(peer), peer.sessions] as const);
	const lines = [
		...led(style, severity, `${severity} ${plain(rule)}: ${place}: ${sizes}`, '', page.width),
		...folded(
			`seen ${listed(observed, countNames(Object.keys(group.observed)), 'observed', page)}; required ${group.required} [${group.reference}]`,
			indent,
			page.width,
		),
		...folded(`who ${listed(who, peer_count, 'peers', page)}`, indent, page.width),
		...placeLines(peers[0], page),
	];
	if (first_seen !== null && last_seen !== null)
		lines.push(...folded(`when ${utcMinute(first_seen)} to ${utcMinute(last_seen)} UTC`, indent, page.width));
	return lines;
}

/** What an exception lets pass, with its reason and last day; then exceptions past their date. */
function suppressedLines(
	suppressed: readonly Suppressed[],
	expired: readonly Exception[],
	style: Style,
	{width}: Page,
): string[] {
	const lines: string[] = [];
	for (const {rule, severity, hop, port, sessions, messages, peer_count, reason, until} of suppressed) {
		const sizes = `${many(sessions, 'session')}, ${many(messages, 'message')}, ${many(peer_count, 'peer')}`;
		const text = `suppressed ${severity} ${rule}: ${placeWords({hop, port})}: ${sizes}`;
		lines.push(...led(style, 'info', text, '', width), ...folded(`until ${until}: ${plain(reason)}`, indent, width));
	}
	for (const exception of expired)
		lines.push(...led(style, 'weakness', `expired ${expiredText(exception)}`, '', width));
	return lines;
}

/** Rules the log cannot decide are not passed: they are named with the number of sessions. */
function inconclusiveLines(inconclusive: readonly Inconclusive[], {width}: Page): string[] {
	const sums = new Map<string, number>();
	for (const {rule, sessions} of inconclusive) sums.set(rule, (sums.get(rule) ?? 0) + sessions);
	if (sums.size === 0) return [];
	const rules = [...sums].map(([rule, sessions], index) =>
		`${rule} (${counted(sessions, index)})`.replaceAll(' ', tie),
	);
	return folded(`not decided, since the log does not show it: ${rules.join(', ')}`, '', width);
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
	page: Page = paper,
): string[] {
	const shown = violations.filter(({severity}) => severity !== 'info');
	const noted = violations.filter(({severity}) => severity === 'info');
	const title = `Policy ${plain(policy)}${shown.length === 0 ? ': no violation seen' : ''}`;
	const lines = folded(title, '', page.width).map(line => style('heading', line));
	for (const group of shown) lines.push(...findingGroupText(group, style, page));
	const rest = restWords(shown, page);
	if (rest !== null) lines.push(...folded(rest, '', page.width));
	for (const {rule, hop, port, sessions} of noted) {
		const text = `info ${rule}: ${placeWords({hop, port})}: ${many(sessions, 'session')}`;
		lines.push(...led(style, 'info', text, '', page.width));
	}
	return [...lines, ...suppressedLines(suppressed, expired, style, page), ...inconclusiveLines(inconclusive, page)];
}
