import {Text} from 'ink';
import type {ReactElement} from 'react';

/** One row of the screen. The text is painted, fits already, and holds nothing but what may stand on a terminal. */
export function Line({children = ''}: {readonly children?: string}): ReactElement {
	// Ink gives an empty text no row.
	return <Text wrap="truncate-end">{children === '' ? ' ' : children}</Text>;
}

/** Rows of the screen, filled up with empty ones to `height`. */
export function Lines({of, height}: {readonly of: readonly string[]; readonly height?: number}): ReactElement {
	const rows = height === undefined ? of : [...of, ...new Array<string>(Math.max(0, height - of.length)).fill('')];
	return (
		<>
			{rows.slice(0, height ?? rows.length).map((row, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: rows are places on the screen.
				<Line key={index}>{row}</Line>
			))}
		</>
	);
}
