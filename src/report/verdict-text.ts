import {count, many} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import {isUndecided, type PlaceEvidence, type Verdict} from '../tls/verdict.ts';
import {placeWords} from './missing-text.ts';

/** What a verdict hangs on, as far as people are to read of it. */
export type VerdictWords = {
	readonly verdict: Verdict;
	readonly policy: string;
	/** Sessions that break rules, a session once per rule. */
	readonly counted: number;
	/** As many may. */
	readonly max: number;
	readonly places: readonly PlaceEvidence[];
	readonly maxUndecided: number;
	/** Why there is no session to judge. */
	readonly nothing: string | null;
};

/** Places named in the sentence; the table of hops has all. */
const mostPlaces = 3;

/** How many sessions do not say what the policy asks, of how many that it asks about; null where all say it. */
function lackingWords(places: readonly PlaceEvidence[]): string | null {
	const undecided = places.reduce((sum, place) => sum + place.undecided, 0);
	const asked = places.reduce((sum, place) => sum + place.decided + place.undecided, 0);
	return undecided === 0 ? null : `in ${count(undecided)} of ${many(asked, 'session')} the log lacks what it asks for`;
}

function undecidedSentence({policy, places, maxUndecided}: VerdictWords): string {
	const named = places
		.filter(place => isUndecided(place, maxUndecided))
		.map(
			({undecided, decided, ...place}, index) =>
				`${count(undecided)} of ${count(decided + undecided)}${index === 0 ? ' sessions' : ''} on ${placeWords(place)}`,
		);
	const rest = named.length - mostPlaces;
	const where = [...named.slice(0, mostPlaces), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
	const what = `the log lacks what policy ${plain(policy)} asks for in ${where === '' ? 'every session' : where}`;
	return `Undecided: ${what}; no violation is seen.`;
}

/** The verdict as the first sentence of whatever is printed of a log. */
export function verdictSentence(words: VerdictWords): string {
	const {verdict, counted, max, places} = words;
	const policy = `policy ${plain(words.policy)}`;
	const lacking = lackingWords(places);
	switch (verdict) {
		case 'nothing-read':
			return `Nothing read: ${words.nothing ?? 'there is no session to judge'}.`;
		case 'undecided':
			return undecidedSentence(words);
		case 'fail':
			return `Fail: ${many(counted, 'violation')} of ${policy}${lacking === null ? '' : `; ${lacking}`}.`;
		case 'pass': {
			const used = places.some(({decided}) => decided > 0);
			const broken =
				counted === 0
					? `no session breaks ${policy}`
					: `${many(counted, 'violation')} of ${policy}, at most ${count(max)}`;
			const more = lacking ?? (used || counted > 0 ? null : 'none is of a kind that it asks about');
			return `Pass: ${broken}${more === null ? '' : `; ${more}`}.`;
		}
	}
}
