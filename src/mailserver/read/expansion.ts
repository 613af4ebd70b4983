/** Whether a comparison holds, as the value it means: `true` or nothing; an error for a level that is none. */
type Holds = (left: string, right: string) => string | Error;

/** Numbers by size where both are, else by character (Postfix: util/mac_expand.c). */
function compare(left: string, right: string): number {
	const digits = /^[0-9]+$/;
	if (digits.test(left) && digits.test(right)) {
		const [a, b] = [BigInt(left), BigInt(right)];
		return a < b ? -1 : a > b ? 1 : 0;
	}
	return left < right ? -1 : left > right ? 1 : 0;
}

/** A compatibility level as one number: `3.6` is 3006000 (Postfix 3.6: global/compat_level.c); null for other text. */
function level(text: string): number | null {
	const found = /^\s*(\d{1,5})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?\s*$/.exec(text);
	return found === null ? null : Number(found[1]) * 1e6 + Number(found[2] ?? 0) * 1e3 + Number(found[3] ?? 0);
}

function compareLevels(left: string, right: string): number | Error {
	const [a, b] = [level(left), level(right)];
	return a === null || b === null ? new Error('malformed compatibility level') : a - b;
}

const signs: readonly (readonly [sign: string, holds: (difference: number) => boolean])[] = [
	['==', difference => difference === 0],
	['!=', difference => difference !== 0],
	['<', difference => difference < 0],
	['<=', difference => difference <= 0],
	['>=', difference => difference >= 0],
	['>', difference => difference > 0],
];

const outcomeOf = (difference: number | Error, holds: (difference: number) => boolean): string | Error =>
	difference instanceof Error ? difference : holds(difference) ? 'true' : '';

/** The operators by their signs, and with `level` behind them those for compatibility levels (postconf(5), 3.6). */
const comparisons: ReadonlyMap<string, Holds> = new Map(
	signs.flatMap(([sign, holds]) => [
		[sign, (left: string, right: string) => outcomeOf(compare(left, right), holds)] as const,
		[`${sign}level`, (left: string, right: string) => outcomeOf(compareLevels(left, right), holds)] as const,
	]),
);

type Choice = {
	/** The text where the value is not empty; null: none is given. */
	readonly whenSet: string | null;
	readonly whenEmpty: string | null;
};

/** What is behind a dollar sign. */
type Reference =
	| ({readonly kind: 'name'; readonly name: string} & Choice)
	| ({readonly kind: 'comparison'; readonly left: string; readonly right: string; readonly holds: Holds} & Choice)
	| {readonly kind: 'bad'; readonly problem: string};

const bad = (problem: string): Reference => ({kind: 'bad', problem});

/** Where the bracket that opened before `at` is closed, or -1. Only brackets of the same kind are counted. */
function closing(text: string, at: number, open: string, close: string): number {
	let depth = 1;
	for (let place = at; place < text.length; place += 1) {
		if (text[place] === open) depth += 1;
		if (text[place] === close) depth -= 1;
		if (depth === 0) return place;
	}
	return -1;
}

/**
 * Reads a reference whose dollar sign is before `at`; gives the place behind it. Postfix: util/mac_parse.c.
 */
function parseReference(text: string, at: number): readonly [reference: Reference, end: number] {
	const open = text[at];
	if (open !== '{' && open !== '(') {
		const name = /^[A-Za-z0-9_]*/.exec(text.slice(at, at + 300))?.[0] ?? '';
		const whole: Reference = {kind: 'name', name, whenSet: null, whenEmpty: null};
		return [name === '' ? bad('empty macro name') : whole, at + name.length];
	}
	const end = closing(text, at + 1, open, open === '{' ? '}' : ')');
	if (end < 0) return [bad('truncated macro reference'), text.length];
	if (end === at + 1) return [bad('empty macro name'), end + 1];
	return [inside(text.slice(at + 1, end)), end + 1];
}

/** What is between the brackets. Postfix: util/mac_expand.c. */
function inside(text: string): Reference {
	const head = /^\s*/.exec(text)?.[0].length ?? 0;
	if (text[head] === '{') return comparison(text, head);
	const found = /^\s*([A-Za-z0-9_]*)\s*(?:([?:])|$)/.exec(text);
	const name = found?.[1];
	if (found === null || name === undefined) return bad('attribute name syntax error');
	const choice = choices(text.slice(found[0].length), found[2]);
	return typeof choice === 'string' ? bad(choice) : {kind: 'name', name, ...choice};
}

function comparison(text: string, at: number): Reference {
	const left = braced(text, at);
	if (left === null) return bad('unbalanced {} in attribute expression');
	const operator = /^([<>!=?+\-*/~&|%]*)([A-Za-z0-9]*)\s*/.exec(left.rest);
	const holds = comparisons.get(`${operator?.[1]}${operator?.[2]}`);
	if (operator === null || holds === undefined) return bad('unknown operator in attribute expression');
	const after = left.rest.slice(operator[0].length);
	const right = after.startsWith('{') ? braced(after, 0) : null;
	if (right === null) return bad('"{expression}" expected');
	const mark = right.rest[0];
	if (mark !== undefined && mark !== '?' && mark !== ':') return bad('"?" or ":" expected');
	const choice = choices(right.rest.slice(1), mark);
	return typeof choice === 'string'
		? bad(choice)
		: {kind: 'comparison', left: left.inner, right: right.inner, holds, ...choice};
}

/** `{text}` and what follows it behind blanks. */
function braced(text: string, at: number): {readonly inner: string; readonly rest: string} | null {
	const end = closing(text, at + 1, '{', '}');
	return end < 0 ? null : {inner: text.slice(at + 1, end), rest: text.slice(end + 1).replace(/^\s+/, '')};
}

/** One branch: `{text}`, or everything to the end, as before Postfix 3.0. */
function branch(text: string): {readonly inner: string; readonly rest: string} | null {
	const trimmed = text.replace(/^\s+/, '');
	return trimmed.startsWith('{') ? braced(trimmed, 0) : {inner: text, rest: ''};
}

/** The texts behind `?` and `:`, or the problem with them. */
function choices(text: string, mark: string | undefined): Choice | string {
	if (mark === undefined) return {whenSet: null, whenEmpty: null};
	const first = branch(text);
	if (first === null) return 'unbalanced {} in attribute expression';
	if (mark === ':') return first.rest === '' ? {whenSet: null, whenEmpty: first.inner} : 'unexpected input';
	if (first.rest === '') return {whenSet: first.inner, whenEmpty: null};
	if (!first.rest.startsWith(':')) return '":" expected';
	const second = branch(first.rest.slice(1));
	if (second === null) return 'unbalanced {} in attribute expression';
	return second.rest === '' ? {whenSet: first.inner, whenEmpty: second.inner} : 'unexpected input';
}

/** A value with its references resolved. */
export type Expansion = {
	readonly text: string;
	/** Names that mean a value and are defined nowhere: nothing is in their place. */
	readonly undefinedNames: readonly string[];
	/** Why Postfix would refuse the value, where it would (`unreasonable macro call nesting`); then the text is a part. */
	readonly problem: string | null;
};

/** The unexpanded value of a name, null where it is defined nowhere. */
export type Lookup = (name: string) => string | null;

/** Postfix gives up at this depth (util/mac_expand.c); a value that refers to itself gets there. */
const deepest = 100;
/** More references or text than any configuration needs: values that double themselves at each level end here. */
const mostSteps = 20_000;
const longestText = 200_000;

class ExpansionError extends Error {}

/**
 * Resolves `$name`, `$(name)`, `${name}`, `${name?text}`, `${name:text}`, `${name?{text}:{text}}`,
 * `${{text} == {text} ? {text} : {text}}` and `$$`, in the values found too (postconf(5), Postfix: util/mac_expand.c).
 * Always ends, never throws.
 */
export function expand(value: string, lookup: Lookup): Expansion {
	const undefinedNames = new Set<string>();
	let steps = 0;
	let length = 0;

	const resolve = (text: string, depth: number): string => {
		let result = '';
		for (const part of parts(text)) {
			if (typeof part === 'string') {
				result += part;
				length += part.length;
			} else {
				steps += 1;
				if (depth >= deepest) throw new ExpansionError('unreasonable macro call nesting');
				result += referred(part, depth + 1);
			}
			if (steps > mostSteps || length > longestText) throw new ExpansionError('the value grows without end');
		}
		return result;
	};

	const referred = (reference: Reference, depth: number): string => {
		if (reference.kind === 'bad') throw new ExpansionError(reference.problem);
		const value =
			reference.kind === 'comparison'
				? reference.holds(resolve(reference.left, depth), resolve(reference.right, depth))
				: lookup(reference.name);
		if (value instanceof Error) throw new ExpansionError(value.message);
		const isSet = value !== null && value !== '';
		if (reference.whenSet !== null || reference.whenEmpty !== null)
			return resolve((isSet ? reference.whenSet : reference.whenEmpty) ?? '', depth);
		if (value === null && reference.kind === 'name') undefinedNames.add(reference.name);
		return isSet ? resolve(value, depth) : '';
	};

	try {
		return {text: resolve(value, 0), undefinedNames: [...undefinedNames], problem: null};
	} catch (error) {
		if (!(error instanceof ExpansionError)) throw error;
		return {text: '', undefinedNames: [...undefinedNames], problem: error.message};
	}
}

/** Literal text and references, in order. */
function* parts(text: string): Generator<string | Reference> {
	let at = 0;
	while (at < text.length) {
		const dollar = text.indexOf('$', at);
		if (dollar < 0) {
			yield text.slice(at);
			return;
		}
		if (dollar > at) yield text.slice(at, dollar);
		if (text[dollar + 1] === '$') {
			yield '$';
			at = dollar + 2;
			continue;
		}
		const [reference, end] = parseReference(text, dollar + 1);
		yield reference;
		at = end;
	}
}
