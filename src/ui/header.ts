import {count} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import {fitted, shortened, width} from '../text/width.ts';
import {percent} from './format.ts';
import {shortTitleOf, titleOf, views} from './pages.ts';
import type {Snapshot} from './poller.ts';
import {type ChosenBy, chosenBy} from './query.ts';
import {spanTitle} from './span.ts';
import type {State} from './state.ts';
import type {Look} from './table-view.ts';
import type {Tone} from './theme.ts';

type HeaderParts = {
	readonly state: State;
	readonly snapshot: Snapshot;
	readonly look: Look;
	/** Which row of how many, where not all are on the screen. */
	readonly place: string;
	readonly width: number;
};

function whatIsRead({progress, rate}: Snapshot, between: string): string {
	const {phase, lines, share, sessions, source} = progress;
	const name = source === '-' ? '' : ` ${source}`;
	const doing =
		phase === 'reading'
			? `reading${name}${share === null ? '' : ` ${percent(share, 1) || '0%'}`}`
			: phase === 'live'
				? `live${name}`
				: 'all read';
	const speed = phase === 'ended' || rate === 0 ? '' : ` ${between} ${count(rate)} lines/s`;
	// A database that is only looked at has no lines.
	const read = lines === 0 && phase === 'ended' ? '' : ` ${between} ${count(lines)} lines`;
	return plain(`${doing} ${between} ${count(sessions)} sessions${read}${speed}`);
}

function tabs(state: State, look: Look, room: number): string {
	const {theme} = look;
	const first = state.pages[0]?.view;
	const wide = room >= 100;
	const names = views.map((view, index) => {
		const name = wide ? titleOf(view) : shortTitleOf(view);
		return view === first
			? theme.paint('chosen', `${index + 1} ${name}`)
			: `${theme.paint('dim', String(index + 1))} ${name}`;
	});
	return ` ${names.join(wide ? '   ' : ' ')}`;
}

const groupWords = {all: 'by address', clients: 'clients', destinations: 'destinations', users: 'users'} as const;

/** Path and filter: what chooses the rows below. */
function breadcrumbs({state, snapshot, look, place, width: room}: HeaderParts): string {
	const {theme} = look;
	if (snapshot.pausedAt !== null) {
		const behind = snapshot.progress.lines - snapshot.pausedAt;
		const words = ` PAUSED: this view does not move, reading goes on (${count(behind)} lines since). p goes on `;
		return theme.paint('banner', fitted(words, room));
	}
	const path = state.pages.map(({title}) => plain(title)).join(` ${theme.glyphs.crumb} `);
	const {filter} = shownBy(snapshot, state);
	const page = state.pages.at(-1);
	const group = page?.view === 'peers' ? `${theme.glyphs.left} ${groupWords[page.group]} ${theme.glyphs.right}` : '';
	const filtered = [filter === '' ? '' : `filter ${plain(filter)}`, group, place]
		.filter(part => part !== '')
		.join(` ${theme.glyphs.between} `);
	const kept = shortened(filtered, Math.floor(room / 2));
	const left = ` ${path}`;
	const space = Math.max(0, room - width(kept) - 2);
	// The end of a path says more than its beginning.
	const end = width(left) > space ? `…${left.slice(left.length - space + 1)}` : left;
	return `${theme.paint('strong', fitted(end, space))} ${theme.paint('accent', kept)} `;
}

/** By what the rows on the screen were chosen and judged; until there are any, by what they will be. */
const shownBy = ({result, query}: Snapshot, state: State): ChosenBy =>
	result === null || query === null ? chosenBy(state) : query.by;

/** Title, tabs and crumbs: the three rows on top of every view. */
export function headerLines(parts: HeaderParts): string[] {
	const {state, snapshot, look, width: room} = parts;
	const {theme} = look;
	const bad = snapshot.progress.problems.length;
	const tone: Tone = bad > 0 ? 'bad' : 'dim';
	const {between} = theme.glyphs;
	const by = shownBy(snapshot, state);
	const unread = bad > 0 ? `${bad} ${bad === 1 ? 'input' : 'inputs'} not read: see 8 ${between} ` : '';
	const policy = shortened(plain(by.policy), Math.floor(room / 4));
	const right = `${unread}policy ${policy} ${between} ${spanTitle(by.span, look.moments)} `;
	const left = ` tlsaudit  ${whatIsRead(snapshot, between)}`;
	const space = Math.max(0, room - width(right) - 1);
	const title = `${theme.paint('strong', fitted(left, space))} ${theme.paint(tone, right)}`;
	return [title, tabs(state, look, room), breadcrumbs(parts)];
}
