import {parseReference, type Reference} from './reference.ts';

/** A value with its references resolved. */
export type Expansion = {
	readonly text: string;
	/** Names that stand for a value and are defined nowhere: nothing stands in their place. */
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

class Refusal extends Error {}

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
				if (depth >= deepest) throw new Refusal('unreasonable macro call nesting');
				result += referred(part, depth + 1);
			}
			if (steps > mostSteps || length > longestText) throw new Refusal('the value grows without end');
		}
		return result;
	};

	const referred = (reference: Reference, depth: number): string => {
		if (reference.kind === 'bad') throw new Refusal(reference.problem);
		const value =
			reference.kind === 'comparison'
				? reference.holds(resolve(reference.left, depth), resolve(reference.right, depth))
				: lookup(reference.name);
		if (value instanceof Error) throw new Refusal(value.message);
		const isSet = value !== null && value !== '';
		if (reference.whenSet !== null || reference.whenEmpty !== null)
			return resolve((isSet ? reference.whenSet : reference.whenEmpty) ?? '', depth);
		if (value === null && reference.kind === 'name') undefinedNames.add(reference.name);
		return isSet ? resolve(value, depth) : '';
	};

	try {
		return {text: resolve(value, 0), undefinedNames: [...undefinedNames], problem: null};
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
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
