import type {Judge} from '../judgement.ts';
import {sameHandshake} from '../schema.ts';
import type {Store} from '../store.ts';

/** What the questions of the screens are put to. */
export type Screen = {
	readonly store: Store;
	/** Behind FROM: sessions with the column `handshake`, to be called `s`. */
	readonly sessions: string;
	readonly judge: Judge;
};

/** The sessions of a database file: each is joined to its handshake by what was agreed. */
export const storedSessions = `(select s.*, h.handshake from sessions s join handshakes h on ${sameHandshake})`;

/** The sessions of a live screen carry the number of their handshake; see `live-loader.ts`. */
export const liveSessions = 'live_sessions';
