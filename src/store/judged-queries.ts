import {createSessionJudge, type Judging, type SessionJudge} from './judgement.ts';
import type {Store} from './store.ts';

/** Runs queries on the sessions of a store that goes on being filled. */
export type JudgedQueries = {
	/**
	 * Judges what is new and runs a query, both on the sessions as they are at one moment; one query after the other. `ready` comes before, and
	 * gives whether the rows are others than before.
	 */
	readonly run: <T>(query: () => Promise<T>, ready?: () => Promise<boolean>) => Promise<T>;
	/** Judges all again before the next query: rows were deleted. */
	readonly reset: () => void;
	/** Judges otherwise from the next query on; those that were asked before are answered as they were asked. */
	readonly judgeBy: (judging: Judging) => void;
};

/** Makes the queries of a store, judged by a policy. */
export function createJudgedQueries(store: Store, judging: Judging): JudgedQueries {
	let judge = createSessionJudge(store, judging);
	let last: Promise<unknown> = Promise.resolve();

	async function next<T>(query: () => Promise<T>, by: SessionJudge, ready?: () => Promise<boolean>): Promise<T> {
		if ((await ready?.()) === true) by.reset();
		await store.read('begin transaction');
		try {
			await by.update();
			const result = await query();
			await store.read('commit');
			return result;
		} catch (error) {
			// What was judged goes with the transaction.
			by.reset();
			await store.read('rollback').catch(() => undefined);
			throw error;
		}
	}

	return {
		run(query, ready) {
			const by = judge;
			const running = last.then(() => next(query, by, ready));
			last = running.catch(() => undefined);
			return running;
		},
		reset: () => judge.reset(),
		judgeBy(other) {
			judge = createSessionJudge(store, other);
		},
	};
}
