import type {Filter} from '../model/filter.ts';
import type {Inventory} from '../model/inventory.ts';
import type {Policy} from '../policy/policy.ts';
import {agreementGrade} from '../policy/suite-grade.ts';
import {agreedSignatures, agreedSuites} from '../store/queries/ciphers.ts';
import {deletedSessions} from '../store/retention/prune.ts';
import type {Store} from '../store/store.ts';
import {many} from '../text/number.ts';

/** The suites in use, graded by the policy. The sessions are judged before. */
export async function inventoryOf(store: Store, policy: Policy, filter: Filter): Promise<Inventory> {
	const suites = await agreedSuites(store, filter);
	const {sessions: deleted, until} = await deletedSessions(store);
	const isMeant = deleted > 0 && (filter.since === undefined || until === null || until >= filter.since);
	return {
		unit: 'suite',
		rows: suites.map(row => {
			const {protocol, cipher, group: keyExchange} = row;
			return {...row, grade: agreementGrade({protocol, cipher, keyExchange}, row.hop, policy)};
		}),
		signatures: await agreedSignatures(store, filter),
		notes: isMeant
			? [`${many(deleted, 'session')} that --keep deleted ${deleted === 1 ? 'is' : 'are'} not in the inventory`]
			: [],
	};
}
