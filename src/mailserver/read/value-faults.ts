import {parameterSince} from '../releases/defaults.ts';
import {isOtherParameter} from '../releases/parameter-names.ts';

/** Parameters whose values rightly hold `name=value`: environments and shell commands. */
const holdsAssignments = /^(?:import_environment|export_environment|debugger_command|mailbox_command)$/;

/** The names without an underscore; all other parameters have one. */
const shortName = /^(?:biff|myhostname|mydomain|myorigin|mydestination|mynetworks|relayhost)$/;
const longName = /^[a-z][a-z0-9]*(?:_[A-Za-z0-9]+)+$/;

function looksLikeParameter(name: string): boolean {
	return longName.test(name) || shortName.test(name);
}

/** How deep in braces the end of a text is; what is inside braces belongs to its own language. */
function depthOf(text: string): number {
	let depth = 0;
	for (const sign of text)
		if (sign === '{') depth += 1;
		else if (sign === '}' && depth > 0) depth -= 1;
	return depth;
}

/**
 * Where a continuation line of main.cf that looks like an assignment of its own begins in a value (after its blanks), or
 * -1: a line that was meant as a parameter and lost to the value before it by the blank at its beginning.
 */
export function swallowedAt(name: string, before: string, continuation: string): number {
	const found = /^[ \t\v\f\r]+([A-Za-z0-9_]+)[ \t]*=(?!=)/.exec(continuation);
	const inner = found?.[1];
	if (inner === undefined || holdsAssignments.test(name) || !looksLikeParameter(inner) || depthOf(before) > 0)
		return -1;
	return continuation.indexOf(inner);
}

function isKnown(name: string): boolean {
	return looksLikeParameter(name) && (parameterSince(name) !== null || isOtherParameter(name));
}

/**
 * Where another parameter, glued to a value without a blank, begins in it, or -1: `ipv4smtp_tls_security_level = may` is two
 * lines that became one when something was written behind a file without a line end. Only names that Postfix has are proof
 * enough.
 */
export function gluedAt(name: string, value: string): number {
	if (holdsAssignments.test(name)) return -1;
	for (const found of value.matchAll(/([A-Za-z0-9_]+)[ \t]*=(?!=)/g)) {
		const [, word = ''] = found;
		if (found.index + word.length < 2 || depthOf(value.slice(0, found.index)) > 0) continue;
		const before = value[found.index - 1] ?? ' ';
		// The line may have ended with a blank: only ` name = ` with its blanks is proof enough then.
		if (before === ' ' && /[ \t]=$/.test(found[0]) && isKnown(word)) return found.index;
		// Behind a sign that ends values the whole word is the name: `10.0.0.0/8`, `+`, `]`.
		for (let at = /[\s,;:{}$<>"'(=!]/.test(before) ? 1 : 0; at < word.length - 3; at += 1)
			if (isKnown(word.slice(at))) return found.index + at;
	}
	return -1;
}

/** The same in a value that postconf has folded to one line: only ` name = ` with its blanks is proof enough. */
export function swallowedInFolded(name: string, value: string): number {
	if (holdsAssignments.test(name)) return -1;
	for (const found of value.matchAll(/ ([A-Za-z0-9_]+) = /g))
		if (looksLikeParameter(found[1] ?? '') && depthOf(value.slice(0, found.index)) === 0) return found.index + 1;
	return -1;
}

/** Where a `#` that was meant to begin a comment is in a value, or -1. Postfix knows no comment behind a value. */
export function commentAt(name: string, value: string): number {
	if (holdsAssignments.test(name)) return -1;
	for (const found of value.matchAll(/(^|[ \t\v\f\r])#/g)) {
		const at = found.index + (found[1]?.length ?? 0);
		// A `#` alone is a value: recipient_delimiter.
		if (value.trim() !== '#' && depthOf(value.slice(0, at)) === 0) return at;
	}
	return -1;
}
