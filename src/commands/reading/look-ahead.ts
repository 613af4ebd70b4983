import {type Fingerprint, fingerprint} from '../../ingest/sources/fingerprint.ts';
import type {Source} from '../../ingest/sources/source.ts';

/** Files that are looked at together: as many as keep the system's threads for files busy. */
const most = 8;

/** Fingerprints of files in their order, some of them taken ahead. */
export type LookAhead = {
	fingerprintOf(index: number): Promise<Fingerprint | undefined>;
	/** The file before brought something: what was seen of the others may have changed meanwhile, and is looked at again. */
	brought(): void;
};

/**
 * Looks at the next files beside the one whose turn it is, the more the longer nothing new was found: of many small files nearly
 * all the time goes by with waiting for the system. `isKnown`: see `fingerprint`.
 */
export function createLookAhead(sources: readonly Source[], isKnown: (stored: string) => boolean): LookAhead {
	const seen = new Map<number, Promise<Fingerprint | undefined>>();
	let beside = 0;
	return {
		fingerprintOf(index) {
			for (const [place, source] of sources.slice(index, index + 1 + beside).entries())
				if (!seen.has(index + place)) seen.set(index + place, fingerprint(source, isKnown));
			const print = seen.get(index) ?? Promise.resolve(undefined);
			seen.delete(index);
			beside = Math.min(beside + 1, most - 1);
			return print;
		},
		brought() {
			seen.clear();
			beside = 0;
		},
	};
}
