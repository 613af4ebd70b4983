/** One thing to read. `path` is `null` for standard input. */
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
};

export const standardInput: Source = {name: '-', path: null, modified: null, size: null};
