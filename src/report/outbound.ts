import type {KeptMail} from '../model/outbound.ts';
import {many} from '../text/number.ts';

/** Why months of sums are left out of a report whose span cuts them. */
export const cutMonths = 'of months that lie only partly in the span';

/** Why sums are left out of a screen whose filter chooses by more than time. */
export const unknownOfSums = 'of which the sums that were kept do not tell what the filter asks';

/**
 * What rests on the sums of deleted mail, and what is left out of them and why, without a full stop; `deleted` are the messages that
 * are counted by them.
 */
export function keptMailNotes(deleted: number, kept: KeptMail | null, why = cutMonths): string[] {
	if (kept === null) return [];
	const {leftOut} = kept;
	return [
		...(deleted === 0
			? []
			: [
					`${many(deleted, 'message')} of these ${deleted === 1 ? 'is' : 'are'} of deleted sessions and counted by monthly sums that were kept`,
				]),
		...(leftOut === 0
			? []
			: [`${many(leftOut, 'message')} of deleted sessions, ${why}, ${leftOut === 1 ? 'is' : 'are'} left out`]),
	];
}
