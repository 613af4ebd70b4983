import type {Host} from '../entry.ts';
import type {Connection} from './connections.ts';

/** Connections of each machine under a word they share: their twin text, or their end. */
export type ConnectionIndex = Map<Host, Map<string, Connection[]>>;

/** Files a connection under a word. */
export function fileUnder(index: ConnectionIndex, word: string, connection: Connection): void {
	let filed = index.get(connection.host);
	if (!filed) {
		filed = new Map();
		index.set(connection.host, filed);
	}
	const list = filed.get(word);
	if (list) list.push(connection);
	else filed.set(word, [connection]);
}

/** Takes a connection out again; false when it is not there. */
export function takeOut(index: ConnectionIndex, word: string, connection: Connection): boolean {
	const filed = index.get(connection.host);
	const list = filed?.get(word);
	const at = list?.indexOf(connection) ?? -1;
	if (!filed || !list || at < 0) return false;
	list.splice(at, 1);
	if (list.length === 0) filed.delete(word);
	if (filed.size === 0) index.delete(connection.host);
	return true;
}
