import {Box, Text, useInput} from 'ink';
import {type ReactElement, useSyncExternalStore} from 'react';
import {Foot} from './foot.tsx';
import {count} from './format.ts';
import {Head} from './head.tsx';
import {keyNames} from './keymap.ts';
import {type Layout, leastColumns, leastRows} from './layout.ts';
import {Lines} from './line.tsx';
import {List} from './list.tsx';
import type {Frame, Screen} from './screen.ts';
import type {Look} from './sheet.ts';
import {current} from './state.ts';
import {problemLines, violationNote} from './views/below.ts';
import {accountLines} from './views/coverage.ts';
import {Help} from './views/help.tsx';
import {OverviewRest} from './views/overview.tsx';

type AppProps = {readonly screen: Screen; readonly policy: string; readonly look: Look};

function TooSmall({frame}: {readonly frame: Frame}): ReactElement {
	const {columns, rows} = frame.size;
	return (
		<Text wrap="truncate-end">{`This window is ${columns}×${rows}; tlsaudit needs ${leastColumns}×${leastRows}. q quits.`}</Text>
	);
}

function Body({
	frame,
	layout,
	look,
}: {
	readonly frame: Frame;
	readonly layout: Layout;
	readonly look: Look;
}): ReactElement {
	const {state, snapshot, sheet, text, top, height, selected} = frame;
	const {width, body} = layout;
	if (state.mode === 'help') return <Help look={look} width={width} height={body} top={state.helpTop} />;
	const {answer} = snapshot;
	if (answer === null) return <Lines of={['', '  …']} height={body} />;
	if (text !== null) return <Lines of={text.slice(top, top + body)} height={body} />;
	if (sheet === null) return <Lines of={[]} height={body} />;
	const list = <List sheet={sheet} selected={selected} top={top} height={height} width={width} look={look} />;
	const rest = body - height - 1;
	switch (answer.view) {
		case 'overview':
			return (
				<>
					{list}
					<OverviewRest overview={answer.overview} look={look} width={width} height={rest} />
				</>
			);
		case 'violations': {
			const key = sheet.keyAt(selected);
			const row = answer.rows.find(each => `${each.rule} ${each.severity} ${each.hop} ${each.port}` === key);
			return (
				<>
					{list}
					<Lines of={violationNote(row, look, width)} height={rest} />
				</>
			);
		}
		case 'coverage':
			return (
				<>
					<Lines
						of={[...accountLines(answer.coverage, look), ...problemLines(snapshot.progress, look, width)]}
						height={rest}
					/>
					{list}
				</>
			);
		default:
			return list;
	}
}

/** The whole screen. The only place that listens to keys. */
export function App({screen, policy, look}: AppProps): ReactElement | null {
	const frame = useSyncExternalStore(screen.subscribe, screen.get);
	useInput((input, key) => {
		for (const name of keyNames(input, key)) screen.press(name);
	});
	const {state, snapshot, layout} = frame;
	if (state.suspended) return null;
	if (layout === null) return <TooSmall frame={frame} />;
	const dated = {...look, near: newestOf(frame)};
	return (
		<Box flexDirection="column" width={layout.width} height={layout.height}>
			<Head state={state} snapshot={snapshot} policy={policy} look={look} place={placeOf(frame)} width={layout.width} />
			<Body frame={frame} layout={layout} look={dated} />
			<Foot state={state} problem={snapshot.problem} look={look} width={layout.width} />
		</Box>
	);
}

/** `12 of 340` where there is more than fits. */
function placeOf({sheet, text, selected, top, height}: Frame): string {
	const total = text?.length ?? sheet?.total ?? 0;
	if (total <= height) return '';
	return `${count(text === null ? selected + 1 : Math.min(total, top + height))} of ${count(total)}`;
}

/** The newest moment the page tells of: times of its day need no date. */
function newestOf({snapshot, state}: Frame): number | null {
	const {answer} = snapshot;
	const moments: Array<number | null> = [];
	if (answer?.view === 'overview') moments.push(answer.overview.histogram.to);
	else if (answer?.view === 'sessions')
		moments.push(...answer.rows.map(({started_at}) => (typeof started_at === 'number' ? started_at : null)));
	else if (answer !== null && 'rows' in answer)
		moments.push(
			...answer.rows.map(row => ('last_seen' in row && typeof row.last_seen === 'number' ? row.last_seen : null)),
		);
	const known = moments.filter(moment => moment !== null);
	return current(state).view === 'raw' || known.length === 0 ? null : Math.max(...known);
}
