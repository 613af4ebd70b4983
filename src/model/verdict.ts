import type {EvidenceRow} from './evidence.ts';
import type {Hop} from './session.ts';

/**
 * What a log says about a policy. `pass`: nothing is broken, and the log carries that; `fail`: something is broken;
 * `undecided`: nothing is seen to be broken, but the log lacks what the policy asks for, or a part of it could not be read;
 * `nothing-read`: there is no session to judge.
 */
export type Verdict = 'pass' | 'fail' | 'undecided' | 'nothing-read';

/** The sessions of one hop and port that the rules ask about; those that the log cuts off are in neither number. */
export type PlaceEvidence = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly decided: number;
	readonly undecided: number;
	/** Those that lack anything at all, the undecided ones among them: such a session earns no tick. */
	readonly lacking: number;
};

/** Share of the sessions of a hop and port that may be undecided. */
export const usualShare = 0.05;

/** Whether the log lacks too much of a hop and port to say that nothing is broken there. */
export function isUndecided({decided, undecided}: Pick<PlaceEvidence, 'decided' | 'undecided'>, most: number): boolean {
	return undecided > 0 && undecided / (decided + undecided) > most;
}

/** Whether the log lacks too much of a hop and port to give it a tick; see `PlaceEvidence`. */
export function lacksTooMuch(
	{decided, undecided, lacking}: Omit<PlaceEvidence, 'hop' | 'port'>,
	most: number,
): boolean {
	return lacking > 0 && lacking / (decided + undecided) > most;
}

/** What the sessions of each hop and port show, in the order of the rows. */
export function placesOf(rows: readonly EvidenceRow[]): PlaceEvidence[] {
	const places = new Map<string, {-readonly [Key in keyof PlaceEvidence]: PlaceEvidence[Key]}>();
	for (const {hop, port, telling, lacks, cut, sessions} of rows) {
		const key = `${hop} ${port}`;
		const place = places.get(key) ?? {hop, port, decided: 0, undecided: 0, lacking: 0};
		places.set(key, place);
		if (telling === 'not-asked' || (cut && lacks !== null)) continue;
		place[telling] += sessions;
		if (telling === 'undecided' || lacks !== null) place.lacking += sessions;
	}
	return [...places.values()];
}

/** All that the verdict depends on. */
export type VerdictParts = {
	/** More sessions break rules than may. */
	readonly broken: boolean;
	readonly evidence: readonly EvidenceRow[];
	/** See `usualShare`. */
	readonly maxUndecided: number;
	/** Not all logs could be read to the end: what is broken may be in the rest. */
	readonly partial?: boolean;
};

/**
 * The one place where a verdict is made. A log in which no session decides anything, and some lack what would decide,
 * is undecided whatever share is allowed of a hop.
 */
export function makeVerdict({broken, evidence, maxUndecided, partial = false}: VerdictParts): Verdict {
	if (broken) return 'fail';
	if (evidence.length === 0) return 'nothing-read';
	const places = placesOf(evidence);
	if (places.some(place => isUndecided(place, maxUndecided))) return 'undecided';
	const silent = places.every(({decided}) => decided === 0) && evidence.some(({lacks}) => lacks !== null);
	return silent || partial ? 'undecided' : 'pass';
}
