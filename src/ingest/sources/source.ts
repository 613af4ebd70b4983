/** One thing to read. `path` is `null` for standard input, and where there is an `output`. */
export type Source = {
	/** As the user named it, or as it was found; `-` is standard input. */
	readonly name: string;
	readonly path: string | null;
	/** Last change in milliseconds since 1970; `null` when unknown (standard input). */
	readonly modified: number | null;
	/** Bytes as stored; `null` when unknown. */
	readonly size: number | null;
	/** Device and inode when it was listed, by which it is found again after a rotation; left out when unknown. */
	readonly identity?: string;
	/** Its bytes, where they come from neither a file nor standard input; until the signal. */
	readonly output?: (signal: AbortSignal) => AsyncGenerator<Buffer>;
	/** It is the journal: entries of a unit, or of all mail servers; those that are there, or also those to come. */
	readonly journal?: {readonly unit: string | null; readonly follow: boolean};
};

export const standardInput: Source = {name: '-', path: null, modified: null, size: null};
