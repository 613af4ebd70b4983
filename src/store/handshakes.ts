import type {Handshake} from '../model/session-parts.ts';
import {protocols} from '../tls/version.ts';
import {handshakeColumns} from './schema.ts';
import type {Parameters, Store} from './store.ts';

/** A handshake by its number. */
export type NumberedHandshake = {readonly handshake: number} & Handshake;

/** The columns of a handshake `h` by the names of its fields. */
export const handshakeFieldsOf = `h.handshake, ${handshakeColumns.map(({name, of}) => `h.${name} as "${of}"`)},
	h.carried_mail as "carriedMail", h.logged_in as "loggedIn"`;

/** The version of a handshake `h`, null where the word names none. */
export const namedVersion = `case when h.protocol in (${protocols.map(name => `'${name}'`)}) then h.protocol end`;

/** Numbers of handshakes that are read at a time. */
const mostAtOnce = 16_384;

/**
 * The handshakes of the store from a number on, those among them that a condition on `h` selects, some at a time: of millions of sessions only some hundreds differ in what
 * judging looks at, but peers may make up millions of versions, and these are not to be in memory all at once.
 */
export async function* handshakes(
	store: Store,
	least = 0,
	{where, parameters}: {readonly where: string; readonly parameters: Parameters} = {where: 'true', parameters: {}},
): AsyncGenerator<NumberedHandshake[]> {
	const [ends] = await store.all<{first: number | null; last: number | null}>(
		`select min(handshake)::double as first, max(handshake)::double as last from handshakes where handshake >= $least`,
		{least},
	);
	const {first = null, last = null} = ends ?? {};
	if (first === null || last === null) return;
	for (let from = first; from <= last; from += mostAtOnce)
		yield await store.all<NumberedHandshake>(
			`select ${handshakeFieldsOf} from handshakes h where h.handshake >= $from and h.handshake < $to and ${where}
			order by h.handshake`,
			{...parameters, from, to: from + mostAtOnce},
		);
}
