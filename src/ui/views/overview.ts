import type {Histogram, News} from '../../model/summary.ts';
import {count} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {spanText} from '../../text/time.ts';
import {fitted, folded, shortened, width as widthOf} from '../../text/width.ts';
import {compact} from '../format.ts';
import type {Snapshot} from '../poller.ts';
import {barLabel} from '../query.ts';
import {isPartial, type Overview} from '../screen-data.ts';
import type {Look} from '../table-view.ts';
import type {Tone} from '../theme.ts';
import {versionLegend, versionName} from '../version-bar.ts';
import {adviceOf, adviceText} from './advice.ts';
import {severityTone} from './violations.ts';

/** Width from which the table of hops has its bars. */
const barsFrom = 60;

/** Counts as a row of bars, each so many columns thick; whatever is not zero can be seen. */
function bars(counts: readonly number[], heights: readonly string[], thick = 1): string {
	const most = Math.max(1, ...counts);
	const bar = (each: number): string =>
		each === 0 ? ' ' : (heights[Math.ceil((each / most) * heights.length) - 1] ?? heights[0] ?? '#');
	return counts.map(each => bar(each).repeat(thick)).join('');
}

function traffic(histogram: Histogram, look: Look, width: number): string[] {
	const {theme, moments} = look;
	const {from, to, width: step, sessions} = histogram;
	if (from === null || to === null || sessions.length === 0) return [];
	const room = width - barLabel - 8;
	const thick = Math.max(1, Math.min(8, Math.floor(room / sessions.length)));
	const row = (label: string, counts: readonly number[], tone: Tone): string => {
		const all = counts.reduce((sum, each) => sum + each, 0);
		const drawn = theme.paint(all === 0 ? 'dim' : tone, bars(counts, theme.glyphs.heights, thick));
		const blanks = ' '.repeat(Math.max(0, room - counts.length * thick));
		return `  ${label.padEnd(barLabel - 2)}${drawn}${blanks} ${compact(all, 6).padStart(6)}`;
	};
	const title = `Traffic, ${moments.full(from)} to ${moments.full(to)} ${moments.zone}, a bar is ${spanText(step)}`;
	return [
		theme.paint('dim', ` ${theme.glyphs.rule.repeat(2)} ${shortened(title, width - 6)}`),
		row('sessions', sessions, 'accent'),
		row('plaintext', histogram.plaintext, 'warn'),
		row('failed', histogram.failed, 'plain'),
		row('violate', histogram.violations, 'bad'),
	];
}

function newsLine(news: News, look: Look, width: number): string {
	const {theme, moments} = look;
	const place = placeWords(news);
	const what =
		news.outcome === 'encrypted'
			? [versionName(news.protocol) || 'TLS', news.cipher ?? '', news.failure ?? ''].join(' ').trim()
			: [news.outcome ?? 'outcome unknown', news.failure ?? ''].join(' ').trim();
	const {glyphs} = theme;
	const [mark, tone]: [string, Tone] =
		news.violations > 0 ? [glyphs.fail, 'bad'] : news.weaknesses > 0 ? [glyphs.weak, 'warn'] : [glyphs.between, 'dim'];
	const times = `${count(news.sessions)} ${news.sessions === 1 ? 'session' : 'sessions'}`;
	const when = `${fitted(moments.brief(news.first_seen, look.near), 11)} ${fitted(plain(place), 14)}`;
	// In a narrow window what was done says more than how often.
	const rest = width >= 68 ? `${fitted(plain(what), width - 48)} ${times.padStart(15)}` : plain(what);
	return `  ${theme.paint(tone, mark)}${shortened(` ${when} ${rest}`, width - 4)}`;
}

/** Which rules are broken, how often, as many as fit; where none is, the verdict, if all was read. */
function brokenLine(overview: Overview, partial: boolean, look: Look, width: number): string {
	const {broken, verdict} = overview;
	const {theme} = look;
	const {fail, weak} = theme.glyphs;
	const worth = broken.filter(({severity}) => severity !== 'info');
	if (worth.length === 0) {
		if (verdict !== 'pass' || partial) return '';
		// A pass of sessions that the policy asks nothing of is none to be ticked.
		return overview.rows.some(({judged}) => judged > 0)
			? `  ${theme.paint('good', `${theme.glyphs.pass} no session shown breaks the policy`)}`
			: `  ${theme.paint('dim', 'no session is of a kind that the policy asks about')}`;
	}
	let line = ' ';
	let used = 1;
	for (const {rule, severity, sessions} of worth) {
		const mark = severity === 'violation' ? fail : weak;
		const words = `${mark} ${plain(rule)} ${compact(sessions, 7)}`;
		if (used + widthOf(words) + 2 > width - 3) {
			line += ' …';
			break;
		}
		line += `${used === 1 ? ' ' : '  '}${theme.paint(severityTone(severity), words)}`;
		used += widthOf(words) + 2;
	}
	return line;
}

/**
 * What keeps the screen from saying that all is well: the verdict, where the log does not carry a better one, and the first
 * setting to change. The page of lines shows them in full.
 */
function bannerLines(overview: Overview, {progress, sessions}: Snapshot, look: Look, width: number): string[] {
	const {theme} = look;
	const {verdict, missing} = overview;
	const lines: string[] = [];
	const banner = (text: string): string[] =>
		folded(plain(`${theme.glyphs.undecided} ${text}`), width - 6)
			.map((line, index, all) => (index === 1 && all.length > 2 ? `${line}…` : line))
			.slice(0, 2)
			.map(line => `  ${theme.paint('banner', ` ${line} `)}`);
	const isEarly = (sessions ?? 0) === 0 && progress.lines === 0 && progress.phase !== 'ended';
	if (verdict === 'nothing-read' && isEarly) return [];
	if (verdict === 'undecided' || verdict === 'nothing-read') lines.push(...banner(overview.sentence));
	const [first] = missing;
	if (first !== undefined) {
		const rest = missing.length === 1 ? '' : ` (+${missing.length - 1}, see 8)`;
		lines.push(
			`  ${theme.paint('warn', shortened(plain(`${theme.glyphs.undecided} ${first}`), width - 4 - rest.length) + rest)}`,
		);
	}
	return lines;
}

/** What to do next, the lines of each advice. */
function adviceLines(overview: Overview, partial: boolean, look: Look, width: number): string[][] {
	const {theme} = look;
	return adviceOf(overview, partial).map(advice => {
		const [first = '', ...more] = folded(plain(adviceText(advice, width < barsFrom)), width - 6);
		return [`  ${theme.paint('accent', theme.glyphs.right)} ${first}`, ...more.map(line => `    ${line}`)];
	});
}

/** Verdict, advice, broken rules, legend, traffic and news, below the table of hops; what matters less goes first. */
export function overviewLines(
	snapshot: Snapshot,
	overview: Overview,
	look: Look,
	width: number,
	height: number,
): string[] {
	const {theme} = look;
	const near = overview.histogram.to;
	// A problem may be there before the verdict that takes it into account.
	const partial = isPartial(snapshot.progress);
	const broken = brokenLine(overview, partial, look, width);
	const hasBar = width >= barsFrom && overview.rows.some(({encrypted, plaintext}) => encrypted + plaintext > 0);
	const blocks = [
		bannerLines(overview, snapshot, look, width),
		...adviceLines(overview, partial, look, width),
		broken === '' ? [] : [broken],
		hasBar ? [`  ${versionLegend(theme, width - 4)}`] : [],
		traffic(overview.histogram, look, width),
	];
	const shown: string[] = [];
	for (const block of blocks) if (shown.length + block.length <= height) shown.push(...block);
	const room = height - shown.length - 1;
	const title = shortened(
		`${theme.glyphs.rule.repeat(2)} New: what each hop did for the first time, the latest first`,
		width - 2,
	);
	const news = overview.news.slice(0, Math.max(0, room)).map(each => newsLine(each, {...look, near}, width));
	return [...shown, ...(room > 0 && news.length > 0 ? [theme.paint('dim', ` ${title}`), ...news] : [])];
}
