import type {LintFinding} from '../../../model/lint-finding.ts';
import type {LintSubject} from '../checks/rule.ts';
import {type Change, changesOf, isIdle, standing} from './change.ts';
import {harmless, type Look} from './harmless.ts';

/**
 * Findings come in, gravest first, with the fix that each would like; findings go out whose commands can be run one after
 * another, and the installation as it is then. What a graver finding has set stays; what would do harm is handed to the
 * administrator as advice. Pure.
 */

/** What was decided of one parameter. */
type Settlement = {
	/** One, or two where a name that stood twice is taken out and written anew. Empty: taken back by a later round. */
	readonly changes: readonly Change[];
	/** Whom it serves. */
	readonly findings: readonly string[];
	readonly round: number;
	/** Made so that another change does no harm; a finding may replace it with something better. */
	readonly beside: boolean;
	/** All values that the parameter had, the first one before any change. */
	readonly values: readonly (string | null)[];
};

/** An installation, and what was decided on the way to it, by the keys of changes in their order. */
export type Settling = {
	readonly subject: LintSubject;
	/** The same before any change. */
	readonly origin: LintSubject;
	readonly settled: ReadonlyMap<string, Settlement>;
	readonly round: number;
	readonly look: Look;
};

/**
 * Whether a change may be made after what was settled before it: in one round never against it; later with a new value,
 * or once with the first one of all, which takes the change before it back.
 */
function isFree({key, edit}: Change, {settled, round}: Settling): boolean {
	const last = settled.get(key);
	if (last === undefined) return true;
	if (edit === null || last.changes.length === 0 || (last.round === round && !last.beside)) return false;
	const before = last.values.filter(value => value === edit.value).length;
	// What another change has put back, so that it did no harm, is set once more when that change is made.
	return last.values[0] === edit.value || before === 0 || (last.beside && before === 1);
}

/** Whether a name that stands twice is taken out and written anew with the value that it has. */
function isWrittenAnew([first, second]: readonly Change[], subject: LintSubject): boolean {
	if (!first?.edit || !second?.edit) return false;
	const {count, value} = standing(subject, first.edit);
	return first.edit.value === null && count > 1 && value === second.edit.value;
}

/** Whether it was settled before in the same words: the finding is mended by it all the same. */
function isSaid({key, line}: Change, {settled}: Settling): boolean {
	return settled.get(key)?.changes.some(change => change.line === line) === true;
}

function recorded(
	{settled, subject, round}: Settling,
	id: string,
	changes: readonly Change[],
	beside: readonly Change[],
): ReadonlyMap<string, Settlement> {
	const all = new Map(settled);
	const made = [...beside, ...changes];
	for (const key of new Set(made.map(change => change.key))) {
		const own = made.filter(change => change.key === key);
		const before = all.get(key);
		const edit = own[0]?.edit ?? null;
		const values = before?.values ?? [edit === null ? null : standing(subject, edit).value];
		const last = own.at(-1)?.edit?.value ?? null;
		const back = before?.changes.length === 1 && own.length === 1 && values[0] === last;
		// A name that stood twice is still to be taken out first.
		const first = before?.changes.length === 2 ? before.changes.slice(0, 1) : [];
		all.set(key, {
			changes: back ? [] : own.length > 1 ? own : [...first, ...own],
			findings: [...new Set([...(before?.findings ?? []), id])],
			round,
			beside: beside.includes(own[0] as Change),
			values: [...values, last],
		});
	}
	return all;
}

/** The lines of a fix that are left: as they were where nothing was left out of them, so that what belongs together stays. */
function linesOf(
	fix: readonly string[],
	changes: ReadonlyMap<string, readonly Change[]>,
	isKept: (change: Change) => boolean,
	instead: (line: string) => readonly string[],
): readonly string[] {
	return fix.flatMap(line => {
		const own = changes.get(line);
		if (own === undefined || own.every(isKept)) return [line];
		const kept = own.filter(isKept).map(change => change.line);
		return kept.length > 0 ? kept : instead(line);
	});
}

type Settled = {readonly finding: LintFinding; readonly settling: Settling};

/** The changes of a fix by its lines; lines that are advice have none. */
function changesIn(fix: readonly string[]): ReadonlyMap<string, readonly Change[]> {
	const changes = new Map<string, readonly Change[]>();
	// Half of what belongs together is not run: the other half cannot be pasted.
	if (fix.some(line => line.startsWith('postconf ') && changesOf(line) === null)) return changes;
	for (const line of fix) {
		const found = changesOf(line);
		if (found !== null) changes.set(line, found);
	}
	return changes;
}

/** One finding: its fix as it can be run now, and what is settled with it. */
function settleOne(settling: Settling, finding: LintFinding): Settled {
	const {fix, id, service} = finding;
	const {subject: now, origin, look} = settling;
	const changes = changesIn(fix);
	const all = [...changes.values()].flat();
	const lastOf = ({key}: Change) => all.findLast(change => change.key === key) as Change;
	const free = all.filter(change => {
		const last = lastOf(change);
		const own = all.filter(({key}) => key === change.key);
		return !isIdle(last, now) && (isFree(last, settling) || isWrittenAnew(own, now));
	});
	const isThere = (change: Change) => isSaid(change, settling) || isIdle(lastOf(change), now);
	const left = (isKept: (change: Change) => boolean, instead: (line: string) => readonly string[]): LintFinding => ({
		...finding,
		fix: linesOf(fix, changes, isKept, instead),
	});
	if (free.length === 0) return {finding: left(isThere, () => []), settling};
	const tryOut = (wanted: readonly Change[], instead: (line: string) => readonly string[]) => {
		const outcome = harmless({subject: now, origin, about: service, changes: wanted}, look);
		const {subject, beside, made, harms} = outcome;
		const rest = left(change => made.includes(change) || isThere(change), instead);
		const settled = recorded(settling, id, made, beside);
		const words = [...new Set(harms.map(one => one.words))].join(', ');
		const result: Settled = {
			finding: {...rest, fix: [...beside.map(({line}) => line), ...rest.fix]},
			settling: {...settling, subject, settled},
		};
		return {result, words};
	};
	const whole = tryOut(free, () => []);
	if (whole.words === '') return whole.result;
	const advice = (line: string) => [`decide yourself, since it ${whole.words}: ${line}`];
	// What says nothing can go all the same.
	const removals = free.filter(
		({key, edit}) => edit?.value === null && free.filter(one => one.key === key).length === 1,
	);
	const part = removals.length > 0 && removals.length < free.length ? tryOut(removals, advice) : null;
	return part?.words === '' ? part.result : {finding: left(() => false, advice), settling};
}

/** One round: every finding in turn, each on what the one before has left. */
export function settle(
	findings: readonly LintFinding[],
	start: Settling,
): {readonly findings: readonly LintFinding[]; readonly settling: Settling} {
	let settling = start;
	const settled = findings.map(finding => {
		const one = settleOne(settling, finding);
		settling = one.settling;
		return one.finding;
	});
	return {findings: settled, settling};
}
