import {plain} from '../../text/plain.ts';
import {fitted, folded, shortened, width as widthOf} from '../../text/width.ts';
import {topFor} from '../layout.ts';
import type {State} from '../state.ts';
import type {Look} from '../table-view.ts';
import {spanPresets, spanTitle} from '../typing/span.ts';
import {typedRow} from './typed-line.ts';

type Offer = {readonly title: string; readonly hint: string; readonly holds: boolean};

/** A list to choose from, as many rows as fit, with the chosen one among them. */
function offers(of: readonly Offer[], at: number, height: number, {theme}: Look, width: number): string[] {
	const widest = Math.min(40, Math.max(...of.map(({title}) => widthOf(plain(title)))) + 2);
	const top = topFor(at, 0, Math.max(1, height), of.length);
	return of.slice(top, top + Math.max(1, height)).map(({title, hint, holds}, index) => {
		const isChosen = top + index === at;
		const mark = holds ? theme.glyphs.marked : ' ';
		const words = `${isChosen ? theme.glyphs.pointer : ' '} ${mark} ${fitted(plain(title), widest - 1)} `;
		const rest = shortened(plain(hint), Math.max(0, width - 5 - widest));
		return isChosen ? theme.paint('chosen', words + rest) : words + theme.paint('dim', rest);
	});
}

/** Entries that a list to choose from has at least, as far as the window has room for them. */
const leastOffers = 4;

/** What there is room for below such a list: all with a row between, else the first rows of it, the last one marked as cut. */
function belowOffers(lines: readonly string[], height: number): string[] {
	const room = Math.max(0, height - 1 - leastOffers);
	if (lines.length < room) return ['', ...lines];
	return lines.length === room
		? [...lines]
		: lines.slice(0, room).map((line, at) => (at === room - 1 ? `${line}…` : line));
}

/** The choice of a span: what can be chosen, and a line for dates with what they mean. */
export function spanLines({choosing, span}: State, look: Look, width: number, height: number): string[] {
	if (choosing === null) return [];
	const {theme, moments} = look;
	const {line, at, read, problem} = choosing;
	const now = spanTitle(span, moments);
	const isTyped = line.text !== '';
	const meaning =
		problem !== null
			? folded(plain(problem), width - 4).map(each => `  ${theme.paint('warn', each)}`)
			: read !== null
				? [`  ${theme.paint('accent', spanTitle(read, moments))} ${theme.paint('dim', moments.zone)}`]
				: folded(
						'such as 2 hours ago; since yesterday; 2026-01-31 08:00 to 2026-02-01; until 3 days ago',
						width - 4,
					).map(each => `  ${theme.paint('dim', each)}`);
	const typing = typedRow(' dates: ', line, look, width);
	// Examples give way to the list; what is said of typed dates does not, the list is not chosen from then.
	const hasRoom = 3 + meaning.length + leastOffers <= height;
	const below = hasRoom ? ['', typing, ...meaning] : [typing, ...(isTyped ? meaning : [])];
	const list = spanPresets.map(({title, hint, span: preset}) => ({
		title,
		hint,
		holds: preset !== null && spanTitle(preset, moments) === now,
	}));
	const shown = offers(list, isTyped ? -1 : at, height - 1 - below.length, look, width);
	return [
		theme.paint('strong', shortened(` The time that is shown; now ${now}, ${moments.zone}`, width)),
		...shown,
		...below,
	];
}

/** The choice of a policy. */
export function policyLines({offered, policy}: State, look: Look, width: number, height: number): string[] {
	if (offered === null) return [];
	const {policies, at} = offered;
	const chosen = policies[at];
	const list = policies.map(({name, title}, place) => ({title: name, hint: title, holds: place === policy.place}));
	const about = chosen === undefined ? '' : `${chosen.title}${chosen.source === null ? '' : `: ${chosen.source}`}`;
	const stale = chosen?.stale == null ? [] : folded(plain(chosen.stale), width - 4);
	const below = belowOffers(
		[
			...stale.map(line => `  ${look.theme.paint('warn', line)}`),
			...folded(plain(about), width - 5).map(line => `  ${line}`),
		],
		height,
	);
	const shown = offers(list, at, height - 1 - below.length, look, width);
	return [
		look.theme.paint('strong', shortened(` The policy that judges; now ${plain(policy.name)}`, width)),
		...shown,
		...below,
	];
}
