import type {Gravest} from '../../model/findings.ts';
import type {OverviewRow} from '../../model/summary.ts';
import {count, many} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import {cipherFacts} from '../../tls/cipher.ts';
import {protocolOf} from '../../tls/version.ts';
import {type View, views} from '../pages.ts';
import type {Overview} from '../screen-data.ts';
import {versionName} from '../version-bar.ts';

/*
 * What to do next, in words: made from the rows that the overview shows, and naming the keys that lead on. Nothing is said that
 * no row carries.
 */

const keyOf = (view: View): string => String((views as readonly View[]).indexOf(view) + 1);

/** Two names at most: `TLS 1.0`, `TLS 1.0 or TLS 1.1`, `RC4-SHA or 3 others`. */
function someOf(names: readonly string[]): string {
	const [first = '', second] = names;
	if (second === undefined) return first;
	return names.length === 2 ? `${first} or ${second}` : `${first} or ${count(names.length - 1)} others`;
}

/** What the sessions do, as a verb: what was seen says more than the name of a rule. */
function deedOf({rule, observed}: Gravest): string {
	if (observed.every(each => protocolOf(each) !== null)) return `use ${someOf(observed.map(versionName))}`;
	if (observed.every(each => cipherFacts(each) !== null)) return `use ${someOf(observed)}`;
	if (observed.every(each => each.endsWith(' in plaintext')))
		return someOf(observed.map(each => each.replace(/^login/, 'carry a login').replace(/^mail/, 'carry mail')));
	return `break ${rule} (${someOf(observed)})`;
}

/** What is so, the keys that lead on, and what they show. */
export type Advice = {readonly fact: string; readonly keys: readonly string[]; readonly shows: readonly string[]};

function ofGravest(gravest: Gravest): Advice {
	const {severity, sessions, peer_count: peers} = gravest;
	const deed = deedOf(gravest);
	const verb =
		sessions === 1 ? deed.replace(/^(?:use|carry|break)/, verb => (verb === 'carry' ? 'carries' : `${verb}s`)) : deed;
	return {
		fact: `${many(sessions, 'session')} of ${many(peers, 'peer')} ${verb} on ${placeWords(gravest)}`,
		keys: [keyOf('violations'), 'Enter'],
		shows: [severity === 'violation' ? 'violations' : 'weak spots', 'peers'],
	};
}

/** Handshakes that failed, and where, if at least half of them did on one port; null when none did. */
function ofFailures(rows: readonly OverviewRow[]): Advice | null {
	const failed = rows.reduce((sum, row) => sum + row.failed, 0);
	const most = rows.reduce<OverviewRow | null>((worst, row) => (row.failed > (worst?.failed ?? 0) ? row : worst), null);
	if (most === null) return null;
	const part = most.failed === failed ? ' on' : `, ${count(most.failed)} of them on`;
	const where = most.failed * 2 < failed ? '' : `${part} ${placeWords(most)}`;
	return {fact: `${many(failed, 'handshake')} failed${where}`, keys: [keyOf('failures')], shows: ['reasons']};
}

/** One or two things that lead on from the overview, the most urgent first; none before there is a session. */
export function adviceOf(
	{rows, gravest, verdict, missing}: Pick<Overview, 'rows' | 'gravest' | 'verdict' | 'missing'>,
	partial: boolean,
): Advice[] {
	if (rows.length === 0) return [];
	const failures = ofFailures(rows);
	const urgent = [...(gravest === null ? [] : [ofGravest(gravest)]), ...(failures === null ? [] : [failures])];
	if (urgent.length > 0) return urgent;
	if (partial) return [{fact: 'not all of the input was read', keys: [keyOf('coverage')], shows: ['problems']}];
	if (verdict === 'pass' && rows.some(({judged}) => judged > 0))
		return [{fact: 'a stricter rule can be tried', keys: [keyOf('what-if')], shows: ['peers that it would lose']}];
	if (missing.length > 0)
		return [{fact: 'the log says too little', keys: [keyOf('coverage')], shows: ['settings that say more']}];
	return [{fact: 'there is no finding to show', keys: [keyOf('sessions')], shows: ['sessions one by one']}];
}

/** An advice as a sentence; the short form says first what to press. */
export function adviceText({fact, keys, shows}: Advice, short: boolean): string {
	if (short) return `${keys.join(', ')}: ${fact}.`;
	const steps = keys.map((key, index) => `${index === 0 ? 'press' : 'then'} ${key} for the ${shows[index] ?? ''}`);
	return `${fact}: ${steps.join(', ')}.`;
}
