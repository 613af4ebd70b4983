import {type KeyExchangeKind, keyExchangeKind} from '../tls/group.ts';
import {protocols} from '../tls/version.ts';
import {handshakes} from './handshakes.ts';
import type {Store} from './store.ts';

/** Versions that decide alone. */
const old = protocols.filter(name => keyExchangeKind(name, null) === 'cannot').map(name => `'${name}'`);

/**
 * Returns the kind of the key exchange of a handshake `h` in SQL, null of what is not encrypted; see `keyExchangeKind`, which
 * decides. What is in none of the lists is not logged, so names that are none take no room.
 */
export async function kindOfKeyExchange(store: Store): Promise<string> {
	const numbers: Record<KeyExchangeKind, number[]> = {hybrid: [], could: [], cannot: [], 'not-logged': []};
	const where = `h.outcome = 'encrypted' and coalesce(h.protocol not in (${old}), true)`;
	for await (const some of handshakes(store, 0, {where, parameters: {}}))
		for (const {handshake, protocol, keyExchange} of some) {
			const kind = keyExchangeKind(protocol, keyExchange);
			if (kind !== 'not-logged') numbers[kind].push(handshake);
		}
	const listed = (['hybrid', 'could', 'cannot'] as const)
		.filter(kind => numbers[kind].length > 0)
		.map(kind => `when h.handshake in (${numbers[kind]}) then '${kind}'`);
	return `case when h.outcome is distinct from 'encrypted' then null when h.protocol in (${old}) then 'cannot'
		${listed.join(' ')} else 'not-logged' end`;
}
