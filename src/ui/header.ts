import {count, many} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import {fitted, padded, shortened, shortenedToEnd, width} from '../text/width.ts';
import {percent} from './format.ts';
import {shortTitleOf, titleOf, views} from './pages.ts';
import type {Snapshot} from './poller.ts';
import {type ChosenBy, chosenBy} from './query.ts';
import {isPartial} from './screen-data.ts';
import type {State} from './state.ts';
import type {Look} from './table-view.ts';
import type {Tone} from './theme.ts';
import {spanTitle} from './typing/span.ts';

type HeaderParts = {
	readonly state: State;
	readonly snapshot: Snapshot;
	readonly look: Look;
	/** Which row of how many, where not all are on the screen. */
	readonly place: string;
	readonly width: number;
};

/** What is read, as far as there is room: the rate goes first, then the lines, then the name of the source. */
function whatIsRead({progress, rate, sessions, result}: Snapshot, between: string, room: number): string {
	const {phase, share, source} = progress;
	// The parts of the page of lines sum to what was counted when they were asked for.
	const lines = result?.view === 'coverage' ? result.coverage.lines : progress.lines;
	const name = source === '-' ? '' : plain(source);
	const done = share === null ? '' : ` ${percent(share, 1) || '0%'}`;
	const ended = isPartial(progress) ? 'read in part' : 'all read';
	const doing = (of: string): string =>
		phase === 'ended' ? ended : `${phase}${of === '' ? '' : ` ${of}`}${phase === 'reading' ? done : ''}`;
	const counted = sessions === null ? [] : [many(sessions, 'session')];
	// A database that is only looked at has no lines.
	const read = lines === 0 && phase === 'ended' ? [] : [many(lines, 'line')];
	const speed = phase === 'ended' || rate === 0 ? [] : [`${count(rate)} lines/s`];
	const short = shortenedToEnd(name, 20);
	const forms = [
		[doing(name), ...counted, ...read, ...speed],
		[doing(short), ...counted, ...read, ...speed],
		[doing(short), ...counted, ...read],
		[doing(''), ...counted, ...read],
		[doing(''), ...counted],
		counted,
	].flatMap(parts => (parts.length === 0 ? [] : parts.join(` ${between} `)));
	return forms.find(form => width(form) <= room) ?? shortened(forms.at(-1) ?? '', room);
}

/** A tab and where it stands. */
export type Tab = {
	readonly view: (typeof views)[number];
	readonly digit: string;
	readonly name: string;
	readonly from: number;
};

/** The tabs of a window: where not all names have room, those beside the chosen one have theirs, and the others a digit. */
export function tabsOf(state: State, room: number): Tab[] {
	const first = state.pages[0]?.view ?? 'overview';
	const chosen = Math.max(0, (views as readonly string[]).indexOf(first));
	const placed = (names: readonly string[], between: number): Tab[] => {
		let from = 1;
		return views.map((view, index) => {
			const tab = {view, digit: String(index + 1), name: names[index] ?? '', from};
			from += tab.digit.length + (tab.name === '' ? 0 : tab.name.length + 1) + between;
			return tab;
		});
	};
	const fits = (tabs: readonly Tab[]): boolean => {
		const last = tabs.at(-1);
		return last === undefined || last.from + tabWidth(last) <= room;
	};
	const wide = placed(views.map(titleOf), 3);
	if (fits(wide)) return wide;
	const byDistance = views.map((_, index) => index).sort((a, b) => Math.abs(a - chosen) - Math.abs(b - chosen));
	let best = placed([], 1);
	for (let named = 1; named <= views.length; named += 1) {
		const shown = new Set(byDistance.slice(0, named));
		const next = placed(
			views.map((view, index) => (shown.has(index) ? shortTitleOf(view) : '')),
			1,
		);
		if (!fits(next)) break;
		best = next;
	}
	return best;
}

/** Columns that a tab takes. */
export const tabWidth = ({digit, name}: Tab): number => digit.length + (name === '' ? 0 : name.length + 1);

function tabLine(state: State, {theme}: Look, room: number): string {
	const first = state.pages[0]?.view;
	let line = '';
	let used = 0;
	for (const tab of tabsOf(state, room)) {
		const {view, digit, name, from} = tab;
		const words = name === '' ? digit : `${digit} ${name}`;
		const calm = name === '' ? theme.paint('dim', digit) : `${theme.paint('dim', digit)} ${name}`;
		line += ' '.repeat(from - used) + (view === first ? theme.paint('chosen', words) : calm);
		used = from + tabWidth(tab);
	}
	return line;
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
	const only = state.hops.length === 0 ? '' : `hop ${state.hops.join(', ')}`;
	const filtered = [filter === '' ? '' : `filter ${plain(filter)}`, only, group, place]
		.filter(part => part !== '')
		.join(` ${theme.glyphs.between} `);
	const kept = shortened(filtered, Math.floor(room / 2));
	const space = Math.max(0, room - width(kept) - 2);
	return `${theme.paint('strong', padded(shortenedToEnd(` ${path}`, space), space))} ${theme.paint('accent', kept)} `;
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
	const unread = bad > 0 ? `${bad} ${bad === 1 ? 'input' : 'inputs'} not read: see 8 ` : '';
	const policy = `policy ${plain(by.policy)} `;
	const span = spanTitle(by.span, look.moments);
	const name = ' tlsaudit  ';
	// What cannot be read is said first; the span goes before the policy where room is short.
	const forms = [
		[unread, policy, span].filter(part => part !== '').join(`${between} `),
		`${unread}${unread === '' ? '' : `${between} `}${policy}`,
		unread === '' ? policy : unread,
	].map(form => `${form.trimEnd()} `);
	const most = Math.max(Math.floor(room / 2), room - 26);
	const right = forms.find(form => width(form) <= most) ?? shortened(forms.at(-1) ?? '', most);
	const space = Math.max(0, room - width(right) - 1);
	const read = whatIsRead(snapshot, theme.glyphs.between, space - 1);
	// The counts say more than the name.
	const left = name.length + width(read) <= space ? name + read : ` ${read}`;
	const title = `${theme.paint('strong', fitted(left, space))} ${theme.paint(tone, right)}`;
	return [title, tabLine(state, look, room), breadcrumbs(parts)];
}
