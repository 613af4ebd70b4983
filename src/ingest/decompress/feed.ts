/** Packed bytes in pieces of a bounded size. */
export type Feed = {
	/** The next piece, or null at the end and where the bytes' source fails: see `damage`. */
	next(): Promise<Buffer | null>;
	/** The bytes come again. */
	putBack(rest: Buffer): void;
	/** Drops NULs; whether something else follows. */
	skipPadding(): Promise<boolean>;
	/** What the source threw, or null. */
	damage(): unknown;
	close(): Promise<unknown>;
};

/** One piece can grow to a thousand times its size (deflate packs at most 1032 to 1). */
const pieceSize = 65_536;

/** Cuts chunks for an unpacker. */
export function createFeed(chunks: AsyncGenerator<Buffer>): Feed {
	let held: Buffer = Buffer.alloc(0);
	let damage: unknown = null;

	async function next(): Promise<Buffer | null> {
		while (held.length === 0) {
			try {
				const chunk = await chunks.next();
				if (chunk.done === true) return null;
				held = chunk.value;
			} catch (error) {
				damage = error;
				return null;
			}
		}
		const piece = held.subarray(0, pieceSize);
		held = held.subarray(piece.length);
		return piece;
	}

	return {
		next,
		putBack(rest) {
			held = held.length === 0 ? rest : Buffer.concat([rest, held]);
		},
		async skipPadding() {
			for (;;) {
				const piece = await next();
				if (piece === null) return false;
				const from = piece.findIndex(byte => byte !== 0);
				if (from === -1) continue;
				this.putBack(piece.subarray(from));
				return true;
			}
		},
		damage: () => damage,
		close: () => chunks.return(undefined),
	};
}
