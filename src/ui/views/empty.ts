import {plain} from '../../text/plain.ts';
import {folded} from '../../text/width.ts';
import {bindings, type Command, keyWord} from '../keymap.ts';
import type {Snapshot} from '../poller.ts';
import {isPartial} from '../screen-data.ts';
import {current, type State} from '../state.ts';
import type {Look} from '../table-view.ts';
import {allTime, spanTitle} from '../typing/span.ts';

/** The key of a command, as people call it. */
function keyOf(command: Command, {theme}: Look): string {
	return keyWord(bindings.find(binding => binding.command === command)?.keys[0] ?? '', theme.glyphs);
}

const isTimed = ({span}: State): boolean =>
	span.since !== allTime.since || span.until !== allTime.until || span.last !== allTime.last;

/** All that leaves rows out, each with the key that lifts it. */
function limits(state: State, look: Look): string[] {
	const page = current(state);
	const said: string[] = [];
	if (state.filter.text !== '') {
		const esc = state.pages.length === 1 ? `, ${keyOf('back', look)} drops it` : '';
		said.push(`filter ${state.filter.text}: ${keyOf('filter', look)} changes it${esc}`);
	}
	if (isTimed(state)) said.push(`time ${spanTitle(state.span, look.moments)}: ${keyOf('span', look)} chooses another`);
	if (page.scope.length > 0) {
		const path = state.pages.slice(1).map(({title}) => title);
		said.push(`only ${path.join(', ')}: ${keyOf('back', look)} goes back`);
	}
	if (page.view === 'peers' && page.group !== 'all')
		said.push(`only ${page.group}: ${keyOf('left', look)} and ${keyOf('right', look)} choose other peers`);
	if (state.hops.length > 0) said.push(`hop ${state.hops.join(', ')}: given by --hop when tlsaudit was started`);
	return said;
}

/**
 * Why a list has no rows: nothing is there yet, or what is there is left out by what was chosen, each named with its key. Of
 * violations the policy is named, which has none of them. Of an input that was read in part there may be some all the same.
 */
export function emptyLines(empty: string, state: State, snapshot: Snapshot, look: Look, width: number): string[] {
	const {view} = current(state);
	const {sessions, progress} = snapshot;
	const left = view === 'coverage' ? [] : limits(state, look);
	// What is chosen, or a log that ended, has no more to come.
	const over = left.length > 0 || progress.phase === 'ended' ? empty.replace(' yet.', '.') : empty;
	const lines = [isTimed(state) && over.startsWith('No ') ? over.replace(/\.$/, ' in this time.') : over];
	// The page of lines says itself what is lacking.
	if (isPartial(progress))
		lines.push(`The input was read in part${view === 'coverage' ? '' : ': 8 says what is lacking'}.`);
	if (view === 'violations')
		left.push(`policy ${snapshot.query?.by.policy ?? state.policy.name}: ${keyOf('policy', look)} chooses another`);
	const title = view === 'violations' ? 'What is asked for:' : 'What leaves rows out:';
	if (left.length > 0) lines.push('', title, ...left.map(each => `${look.theme.glyphs.marked} ${each}`));
	else if (view !== 'coverage' && (sessions ?? 0) === 0)
		lines.push(
			'',
			progress.phase === 'ended' ? '8 shows what the lines that were read are.' : 'Rows come as lines are read.',
		);
	return lines.flatMap(line => folded(plain(line), width - 4)).map(line => `  ${line}`.trimEnd());
}
