/** Least size the screens are made for. */
export const leastColumns = 40;
export const leastRows = 12;

export type Size = {readonly columns: number; readonly rows: number};

/** The rows of the window and what they are for. All heights are in rows. */
export type Layout = {
	readonly width: number;
	/** One row less than the window: Ink wipes the scrollback when a frame fills it. */
	readonly height: number;
	/** Between the header (title, tabs, breadcrumbs) and the footer. */
	readonly body: number;
};

/** Title, tabs and crumbs. */
export const headRows = 3;
const footRows = 1;

/** The layout of a window, or null when it is too small. */
export function layoutOf({columns, rows}: Size): Layout | null {
	if (columns < leastColumns || rows < leastRows) return null;
	return {width: columns, height: rows - 1, body: rows - 1 - headRows - footRows};
}

export type Measured = {
	/** The width it wants at least. */
	readonly width: number;
	/** How narrow it may become where room is short even for those that stay always; absent: it keeps its width. */
	readonly least?: number;
	/** How much wider it may become; 0 or absent: not at all. */
	readonly grow?: number;
	/** 0 stays always; the highest goes first when room is short. */
	readonly priority: number;
};

/**
 * Which columns fit into `room`, with their widths; with one blank between two. The least important go first, then those that
 * may become narrower do, and what is left over goes to those that may grow, evenly.
 */
export function fitColumns<C extends Measured>(
	columns: readonly C[],
	room: number,
): Array<{readonly column: C; readonly width: number}> {
	let kept = [...columns];
	const needed = (): number => kept.reduce((sum, {width}) => sum + width, 0) + kept.length - 1;
	while (needed() > room && kept.some(({priority}) => priority > 0)) {
		const last = Math.max(...kept.map(({priority}) => priority));
		const gone = kept.findLastIndex(({priority}) => priority === last);
		kept = kept.filter((_, index) => index !== gone);
	}
	const widths = kept.map(({width}) => width);
	let left = room - needed();
	while (left < 0) {
		const slack = kept.map(({width, least = width}, index) => (widths[index] ?? width) - least);
		const most = Math.max(...slack);
		if (most <= 0) break;
		const index = slack.indexOf(most);
		widths[index] = (widths[index] ?? 0) - 1;
		left += 1;
	}
	while (left > 0) {
		const growing = kept.flatMap((column, index) =>
			(widths[index] ?? 0) < column.width + (column.grow ?? 0) ? [index] : [],
		);
		if (growing.length === 0) break;
		for (const index of growing) {
			if (left === 0) break;
			widths[index] = (widths[index] ?? 0) + 1;
			left -= 1;
		}
	}
	return kept.map((column, index) => ({column, width: widths[index] ?? column.width}));
}

/** The first row shown, so that the chosen one is among `height` rows and no room is wasted at the end. */
export function topFor(selected: number, top: number, height: number, total: number): number {
	const least = Math.max(0, selected - height + 1);
	const most = Math.max(0, Math.min(selected, total - height));
	return Math.min(Math.max(top, least), Math.max(least, most));
}
