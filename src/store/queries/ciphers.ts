import type {Filter} from '../../model/filter.ts';
import type {CipherRow} from '../../model/sessions.ts';
import type {Store} from '../store.ts';
import {atOnce} from './steps.ts';
import {suites} from './summary.ts';

/** The smaller of two moments of which either may be unknown. */
const earlier = (a: number | null, b: number | null): number | null =>
	a === null ? b : b === null ? a : Math.min(a, b);
/** The greater of two moments of which either may be unknown. */
const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

/** Returns versions and ciphers of the encrypted sessions over all hops, the most frequent first. The sessions are judged before. */
export async function ciphers(store: Store, filter: Filter = {}): Promise<CipherRow[]> {
	const rows = new Map<string, CipherRow>();
	for (const {hop, port, ...suite} of await suites(store, filter, atOnce)) {
		const key = JSON.stringify([suite.protocol, suite.cipher]);
		const place = port === null ? hop : `${hop} ${port}`;
		const row = rows.get(key);
		rows.set(
			key,
			row === undefined
				? {...suite, places: {[place]: suite.sessions}}
				: {
						protocol: row.protocol,
						cipher: row.cipher,
						sessions: row.sessions + suite.sessions,
						messages: row.messages + suite.messages,
						violations: row.violations + suite.violations,
						weaknesses: row.weaknesses + suite.weaknesses,
						judged: row.judged + suite.judged,
						undecided: row.undecided + suite.undecided,
						places: {...row.places, [place]: (row.places[place] ?? 0) + suite.sessions},
						first_seen: earlier(row.first_seen, suite.first_seen),
						last_seen: later(row.last_seen, suite.last_seen),
					},
		);
	}
	return [...rows.values()].sort((a, b) => b.sessions - a.sessions);
}
