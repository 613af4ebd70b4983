import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcDay} from '../../text/time.ts';
import {shortened, width as widthOf} from '../../text/width.ts';
import {type TriedRule, totals, unlogged} from '../what-if-result.ts';
import {folded, type Style, table} from './layout.ts';
import {judgedBy} from './sentences.ts';

/** Rows shown of each list; JSON has all. */
const most = 20;
const right = (title: string) => ({title, right: true});

const yes = (value: boolean): string => (value ? 'yes' : 'no');

function withRest(lines: string[], all: number): string[] {
	return all > most ? [...lines, `and ${count(all - most)} more; --format json has all`] : lines;
}

/** Room is tight: a host's name says more than its address, which JSON has. */
function peerWord({peer_ip, peer_host}: TriedRule['breaks'][number], width: number): string {
	const ip = plain(peer_ip ?? '');
	const host = peer_host === null || peer_host === peer_ip ? '' : plain(peer_host);
	const both = host === '' ? ip : `${host}[${ip}]`;
	if (widthOf(both) <= width) return both;
	const room = width - widthOf(ip) - 2;
	return room < 6 ? shortened(both, width) : `${shortened(host, room)}[${ip}]`;
}

function peerLines(rows: TriedRule['breaks']): string[] {
	const headings = [{title: 'HOP'}, {title: 'PEER'}, {title: 'USER'}, right('SESS'), right('MAIL'), right('LAST SEEN')];
	const cells = rows
		.slice(0, most)
		.map(row => [
			row.hop,
			peerWord(row, 25),
			shortened(plain(row.username ?? ''), 12) + (row.usernames.length > 1 ? ` +${row.usernames.length - 1}` : ''),
			count(row.sessions),
			count(row.messages),
			utcDay(row.last_seen),
			yes(row.also_seen_allowed),
		]);
	return withRest(table([...headings, right('BETTER')], cells), rows.length);
}

function groupLines(
	title: string,
	rows: ReadonlyArray<TriedRule['users'][number] | TriedRule['domains'][number]>,
): string[] {
	const cells = rows
		.slice(0, most)
		.map(row => [
			shortened(plain('username' in row ? row.username : row.domain), 30),
			count(row.peers),
			count(row.sessions),
			count(row.messages),
			utcDay(row.last_seen),
			yes(row.also_seen_allowed),
		]);
	const headings = [{title}, right('PEERS'), right('SESS'), right('MAIL'), right('LAST SEEN'), right('BETTER')];
	return withRest(table(headings, cells), rows.length);
}

function remainLines(rows: TriedRule['remains']): string[] {
	const headings = [
		{title: 'HOP'},
		right('PORT'),
		right('SESSIONS'),
		right('BREAK'),
		right('REMAIN'),
		right('UNKNOWN'),
	];
	const cells = rows.map(row => [
		row.hop,
		row.port === null ? '-' : String(row.port),
		...[row.sessions, row.breaks, row.remains, row.unknown, row.remaining_messages].map(count),
	]);
	return table([...headings, right('MAIL REMAINS')], cells);
}

function ruleWords({min_version, ban, policy, at}: TriedRule['rule']): string {
	const words: string[] = [];
	if (min_version !== null) words.push(`${min_version} or later`);
	if (ban.length > 0) words.push(`none of ${ban.join(', ')}`);
	if (policy !== null) words.push(`policy ${judgedBy(policy, at)}`);
	return words.join(', ');
}

/** The outcome of `whatif` for people: who would be turned away, probes apart, and what remains. */
export function whatIfText(result: TriedRule, style: Style): string {
	const real = result.breaks.filter(({probe}) => !probe);
	const probes = result.breaks.filter(({probe}) => probe);
	const {peers, sessions, messages} = totals(real);
	const sections: string[][] = [[`${style('heading', 'What if')} ${plain(ruleWords(result.rule))}`]];
	if (result.nothing !== null)
		return `${[...(sections[0] ?? []), ...folded(`Nothing read: ${plain(result.nothing)}.`)].join('\n')}\n`;
	const dark = unlogged(result);
	const head =
		real.length === 0
			? dark.sessions === 0
				? style('pass', 'Nobody who sent mail or logged in would be turned away.')
				: 'No session of which the log says enough would break.'
			: `${style('violation', 'Would break')}: ${many(peers, 'peer')}, ${many(sessions, 'session')}, ${many(messages, 'message')}`;
	const cannot =
		dark.sessions === 0
			? []
			: folded(
					style(
						'weakness',
						`Unknown for ${count(dark.sessions)} of ${many(dark.of, 'session')}: the log does not show what the rule asks.`,
					),
				);
	sections.push([head, ...cannot, ...(real.length === 0 ? [] : peerLines(real))]);
	if (result.users.length > 0) sections.push(groupLines('USER', result.users));
	if (result.domains.length > 0)
		sections.push([
			...groupLines('RELAY DOMAIN', result.domains),
			...folded('Relays that find no TLS may send in plaintext, which is worse than old TLS (RFC 9325, section 5.2).'),
		]);
	if (probes.length > 0) {
		const sum = totals(probes);
		const title = `Without mail and login, so perhaps missed by nobody: ${many(sum.peers, 'peer')}, ${many(sum.sessions, 'session')}`;
		sections.push([...folded(title), ...peerLines(probes)]);
	}
	if (result.remains.length > 0) sections.push([style('heading', 'What remains'), ...remainLines(result.remains)]);
	if (result.breaks.length > 0)
		sections.push(folded('BETTER: the same peer was also seen with TLS that stays allowed, so it can agree on it.'));
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
