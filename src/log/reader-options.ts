/**
 * Where lines come from: `name` goes into the column `source`; `modified` (ms) bounds the year of stamps that lack one.
 * `line` > 0: so many lines of it were read before, by this reader or by the one whose state it has.
 */
export type SourceInfo = {name: string; modified: number | null; line?: number};

export type ReaderOptions = {
	/** IANA name of the zone of stamps without one; the system's by default. */
	zone?: string;
	/** Year of the first stamp without one. */
	year?: number;
	/** Where in a line its parts stand, for lines of no known shape; see `framing-pattern.ts`. */
	framing?: string;
	/** Ports of services by the operator's word. */
	ports?: ReadonlyMap<string, number>;
	/** Now, ms since 1970 UTC. */
	now: number;
};

/** A Buffer; its own `latin1Slice` is half again as fast as `toString` and lacks in the type declarations only. */
export type Bytes = Buffer & {latin1Slice(from: number, to: number): string};
