import {plain} from './plain.ts';
import type {Style} from './style.ts';
import type {Breach} from './summary.ts';
import {count, folded, shortened, tie} from './table.ts';

/** Peers named per rule; JSON has more, the view `violations` all. */
const mostPeers = 5;
/** Different things observed that are named per rule. */
const mostObserved = 4;

const indent = '    ';

const minute = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');

function many(value: number, one: string): string {
	return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}

function peerName({peer_ip, peer_host, username}: Breach['peers'][number]): string {
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

function breachText(breach: Breach, style: Style): string[] {
	const {rule, severity, hop, port, sessions, messages, peers, peer_count, first_seen, last_seen} = breach;
	const observed = Object.entries(breach.observed).map(([what, times]) => [plain(what), times] as const);
	const place = port === null ? hop : `${hop} ${port}`;
	const sizes = `${many(sessions, 'session')}, ${many(messages, 'message')}, ${many(peer_count, 'peer')}`;
	const who = peers.map(peer => [peerName(peer), peer.sessions] as const);
	const lines = [
		`${style(severity, severity)} ${rule}: ${place}: ${sizes}`,
		...folded(
			`seen ${listed(observed, observed.length, mostObserved)}; required ${breach.required} [${breach.reference}]`,
			indent,
		),
		...folded(`who ${listed(who, peer_count, mostPeers)}`, indent),
	];
	if (first_seen !== null && last_seen !== null)
		lines.push(`${indent}when ${minute(first_seen)} to ${minute(last_seen)} UTC`);
	return lines;
}

/** What breaks the policy, with who and how many; findings of severity `info` only as counts. */
export function breachLines(policy: string, breaches: readonly Breach[], style: Style): string[] {
	const shown = breaches.filter(({severity}) => severity !== 'info');
	const noted = breaches.filter(({severity}) => severity === 'info');
	const title = style('heading', `Policy ${plain(policy)}`);
	const lines = shown.length === 0 ? [`${title}: no violation`] : [title];
	for (const breach of shown) lines.push(...breachText(breach, style));
	for (const {rule, hop, port, sessions} of noted)
		lines.push(
			`${style('info', 'info')} ${rule}: ${port === null ? hop : `${hop} ${port}`}: ${many(sessions, 'session')}`,
		);
	return lines;
}

/** The outcome of `check` for people. */
export function checkText(policy: string, pass: boolean, breaches: readonly Breach[], style: Style): string {
	const verdict = pass ? style('pass', 'pass') : style('violation', 'fail');
	return `${[...breachLines(policy, breaches, style), verdict].join('\n')}\n`;
}
