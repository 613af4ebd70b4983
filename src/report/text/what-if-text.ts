import {count} from '../../text/number.ts';
import {utcDay} from '../../text/time.ts';
import {shortened} from '../../text/width.ts';
import type {TriedRule} from '../what-if-result.ts';
import {type Cell, folded, type Heading, type Page, paper, type Style, table} from './layout.ts';
import {cutPeer, hostAndAddress} from './peer-words.ts';
import {countWords, relayNote, unloggedSentence, whatIfSentence, whatIfTone} from './what-if-sentences.ts';

/** Rows of each list that a terminal shows. */
const most = 20;
const right = (title: string): Heading => ({title, right: true});

/** How the tone of a trial looks; see `Style`. */
const looks = {bad: 'violation', good: 'pass', open: 'weakness'} as const;

const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** The table of the first rows, and how many more there are; of all rows where the page is whole. */
function listed<Row>(
	headings: readonly Heading[],
	all: readonly Row[],
	cells: (row: Row) => readonly Cell[],
	page: Page,
): string[] {
	const shown = page.whole ? all : all.slice(0, most);
	const lines = table(headings, shown.map(cells), page);
	const rest = all.length - shown.length;
	return rest === 0 ? lines : [...lines, ...folded(`and ${count(rest)} more; --format csv has all`, '', page.width)];
}

function peerLines(rows: TriedRule['breaks'], page: Page): string[] {
	const headings = [
		{title: 'HOP'},
		{title: 'PEER', room: cutPeer, least: 24},
		{title: 'USER', room: shortened, least: 8},
		...[right('SESSIONS'), right('MESSAGES'), right('LAST SEEN'), right('BETTER')],
	];
	const user = ({username, usernames}: TriedRule['breaks'][number]): string => {
		if (page.whole) return usernames.join(', ');
		return (username ?? '') + (usernames.length > 1 ? ` +${usernames.length - 1}` : '');
	};
	return listed(
		headings,
		rows,
		row => [
			row.hop,
			hostAndAddress(row.peer_host, row.peer_ip),
			user(row),
			row.sessions,
			row.messages,
			utcDay(row.last_seen),
			yes(row.also_seen_allowed),
		],
		page,
	);
}

function groupLines(
	title: string,
	rows: ReadonlyArray<TriedRule['users'][number] | TriedRule['domains'][number]>,
	page: Page,
): string[] {
	const counts = [right('PEERS'), right('SESSIONS'), right('MESSAGES'), right('LAST SEEN'), right('BETTER')];
	return listed(
		[{title, room: shortened, least: 16}, ...counts],
		rows,
		row => [
			'username' in row ? row.username : row.domain,
			row.peers,
			row.sessions,
			row.messages,
			utcDay(row.last_seen),
			yes(row.also_seen_allowed),
		],
		page,
	);
}

/** Failed sessions are in none of the others. */
function remainLines(rows: TriedRule['remains'], page: Page): string[] {
	const counts = ['PORT', 'SESSIONS', 'BREAK', 'REMAIN', 'UNKNOWN', 'FAILED', 'MESSAGES REMAIN'].map(right);
	const cells = rows.map(row => [
		row.hop,
		row.port === null ? '-' : String(row.port),
		row.sessions,
		row.breaks,
		row.remains,
		row.unknown,
		row.sessions - row.breaks - row.remains - row.unknown,
		row.remaining_messages,
	]);
	return table([{title: 'HOP'}, ...counts], cells, page);
}

/**
 * The outcome of `whatif` for people: who would be turned away, probes apart, then what remains. Without a page it is for a
 * file, where nothing is left out.
 */
export function whatIfText(result: TriedRule, style: Style, page: Page = paper): string {
	const {breaks, users, domains, remains} = result;
	const {width} = page;
	const real = breaks.filter(({probe}) => !probe);
	const probes = breaks.filter(({probe}) => probe);
	const sections: string[][] = [];
	const section = (title: string, lines: readonly string[]): void => {
		sections.push([...folded(title, '', width).map(line => style('heading', line)), ...lines]);
	};
	const unlogged = unloggedSentence(result);
	const look = looks[whatIfTone(result)];
	sections.push([
		...folded(whatIfSentence(result), '', width).map(line => style(look, line)),
		...(unlogged === null ? [] : folded(unlogged, '', width).map(line => style('weakness', line))),
	]);
	if (real.length > 0) section(`With mail or a login: ${countWords(real)}`, peerLines(real, page));
	if (probes.length > 0)
		section(`Without mail and login, so perhaps missed by nobody: ${countWords(probes)}`, peerLines(probes, page));
	if (users.length > 0) section('Users', groupLines('USER', users, page));
	if (domains.length > 0)
		section('Relay domains', [...groupLines('RELAY DOMAIN', domains, page), ...folded(relayNote, '', width)]);
	if (breaks.length > 0)
		sections.push(
			folded('BETTER: the same peer was also seen with TLS that stays allowed, so it can agree on it.', '', width),
		);
	if (remains.length > 0) section('What remains, in sessions', remainLines(remains, page));
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
