import {comparisons, type Holds} from './comparison.ts';

type Choice = {
	/** The text where the value is not empty; null: none is given. */
	readonly whenSet: string | null;
	readonly whenEmpty: string | null;
};

/** What stands behind a dollar sign. */
export type Reference =
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
 * Reads a reference whose dollar sign stands before `at`; gives the place behind it. Postfix: util/mac_parse.c.
 */
export function parseReference(text: string, at: number): readonly [reference: Reference, end: number] {
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

/** What stands between the brackets. Postfix: util/mac_expand.c. */
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
