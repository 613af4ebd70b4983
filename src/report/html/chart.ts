import {scaleLinear} from 'd3-scale';
import {count, many} from '../../text/number.ts';
import type {Chart, Series} from '../charts.ts';
import {number, word} from '../formats/document.ts';
import {markup} from '../formats/markup.ts';
import {grid} from './table.ts';

/** Sizes in units of the drawing: a bit less than a pixel where there is room for two charts side by side. */
const width = 480;
const time = {left: 46, right: 8, top: 8, height: 150, bottom: 22};
const place = {left: 122, right: 58, row: 26, bar: 16};
/** The narrowest that something which is there is drawn. */
const least = 1.5;
/** Room for the name of a period below the bars. */
const nameWidth = 98;
/** The widest bar: where there are few periods, they are no walls. */
const widest = 48;

const round = (value: number): number => Math.round(value * 10) / 10;
const short = (value: number): string => value.toLocaleString('en-US', {notation: 'compact'});

function rect(meaning: Series['meaning'], x: number, y: number, across: number, high: number): string {
	return `<rect class="m-${meaning}" x="${round(x)}" y="${round(y)}" width="${round(across)}" height="${round(high)}"/>`;
}

const valueAt = ({values}: Series, index: number): number => values[index] ?? 0;
const sumAt = ({series}: Chart, index: number): number => series.reduce((sum, each) => sum + valueAt(each, index), 0);

/** Lengths that sum to `whole`; whatever is there has `least` at least, which the longest one gives. */
function lengths(parts: readonly number[], whole: number): number[] {
	const sum = parts.reduce((total, part) => total + part, 0);
	if (sum === 0) return parts.map(() => 0);
	const found = parts.map(part => (part === 0 ? 0 : Math.max(least, (part * whole) / sum)));
	const over = found.reduce((total, part) => total + part, 0) - whole;
	const longest = found.indexOf(Math.max(...found));
	return found.map((part, index) => (index === longest ? part - over : part));
}

/** Bars that stand on a line of time, one on the other. */
function timeDrawing(chart: Chart): {height: number; drawing: string[]} {
	const {bars, series} = chart;
	const top = Math.max(1, ...bars.map((_, index) => sumAt(chart, index)));
	const y = scaleLinear([0, top], [time.top + time.height, time.top]).nice(4);
	const moments = bars.flatMap(({time: span}) => span ?? []);
	const x = scaleLinear([Math.min(...moments), Math.max(...moments)], [time.left, width - time.right]);
	const lines = y
		.ticks(4)
		.filter(Number.isInteger)
		.map(
			tick =>
				`<line class="grid" x1="${time.left}" x2="${width - time.right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text x="${time.left - 6}" y="${round(y(tick) + 4)}" text-anchor="end">${short(tick)}</text>`,
		);
	const names: string[] = [];
	let free = 0;
	const drawn = bars.flatMap(({name, time: span}, index) => {
		const [from, until] = span ?? [0, 0];
		const [left, right] = [x(from), x(until)];
		const room = right - left;
		const across = Math.min(widest, Math.max(least / 2, room - Math.min(2, room * 0.2)));
		// A name begins where its bar does, or ends there where the drawing does; one that has no room is left out.
		const isLate = left + nameWidth > width;
		const begin = isLate ? left + across - nameWidth : left;
		if (begin >= free) {
			const anchored = isLate ? `x="${round(left + across)}" text-anchor="end"` : `x="${round(left)}"`;
			names.push(`<text ${anchored} y="${time.top + time.height + 16}">${markup(name)}</text>`);
			free = begin + nameWidth;
		}
		let base = 0;
		return series.flatMap(each => {
			const value = each.values[index];
			if (value === null) return [rect('open', left, y(0) - 3, across, 3)];
			if (value === undefined || value === 0) return [];
			const [low, high] = [y(base), y(base + value)];
			base += value;
			return [rect(each.meaning, left, Math.min(high, low - least / 2), across, Math.max(least / 2, low - high))];
		});
	});
	return {height: time.top + time.height + time.bottom, drawing: [...lines, ...drawn, ...names]};
}

/** Bars that lie, each a whole, with its name before it and its number behind it. */
function placeDrawing(chart: Chart): {height: number; drawing: string[]} {
	const {bars, series} = chart;
	const drawing = bars.flatMap(({name}, index) => {
		const y = index * place.row + (place.row - place.bar) / 2;
		const parts = lengths(
			series.map(each => valueAt(each, index)),
			width - place.left - place.right,
		);
		let x = place.left;
		const drawn = parts.flatMap((length, at) => {
			const begin = x;
			x += length;
			const meaning = series[at]?.meaning;
			// A hair of paper parts one from the next.
			return length === 0 || meaning === undefined
				? []
				: [rect(meaning, begin, y, Math.max(1, length - 0.7), place.bar)];
		});
		const middle = y + place.bar / 2 + 4;
		return [
			`<text class="name" x="0" y="${middle}">${markup(name)}</text>`,
			...drawn,
			`<text x="${width}" y="${middle}" text-anchor="end">${count(sumAt(chart, index))}</text>`,
		];
	});
	return {height: bars.length * place.row, drawing};
}

/** What a chart shows, in sentences: for who does not see it. */
function description(chart: Chart): string {
	const {about, bars, series} = chart;
	const sums = series.map(
		each => `${each.name} ${count(each.values.reduce<number>((sum, value) => sum + (value ?? 0), 0))}`,
	);
	const [first, last] = [bars[0]?.name ?? '', bars.at(-1)?.name ?? ''];
	return `${about}. ${many(bars.length, 'bar')}, ${first} to ${last}. In all: ${sums.join(', ')}.`;
}

/** A chart as a figure: the drawing with its words, what the colours are, and its numbers as a table. */
export function figure(chart: Chart, anchor: string): string {
	const {title, about, of, bars, series, leftOut} = chart;
	const {height, drawing} = bars[0]?.time === null ? placeDrawing(chart) : timeDrawing(chart);
	const rest =
		leftOut === 0
			? ''
			: ` The ${bars[0]?.time === null ? 'largest' : 'latest'} ${bars.length} of ${bars.length + leftOut}.`;
	const isUnknown = series.some(({values}) => values.includes(null));
	const legend = [
		...series.map(({name, meaning}) => [name, meaning] as const),
		...(isUnknown ? [['not known', 'open'] as const] : []),
	].map(([name, meaning]) => `<li><span class="m-${meaning}"></span>${markup(name)}</li>`);
	const numbers = {
		title,
		headings: [of, ...series.map(({name}) => name)],
		rows: bars.map(({name}, index) => [
			{...word(name), whole: true},
			...series.map(({values}) => number(values[index] ?? null)),
		]),
	};
	return `<figure>
<figcaption><h2>${markup(title)}</h2><p>${markup(`${about}.${rest}`)}</p></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${anchor}-title ${anchor}-desc">
<title id="${anchor}-title">${markup(title)}</title>
<desc id="${anchor}-desc">${markup(description(chart))}</desc>
${drawing.join('\n')}
</svg>
<ul class="legend">${legend.join('')}</ul>
<details><summary>Numbers</summary>
${grid(numbers, `Numbers: ${title}`)}</details>
</figure>`;
}
