import type {DovecotStatement} from '../../dovecot/configuration.ts';

/**
 * Lines for Dovecot's configuration, as its parser takes them: each block is opened and closed on a line of its own
 * (config-parser.c: "Garbage after '{'"). What is to be taken out is a comment, so that all of it can be pasted.
 */

/** A value in the form in which the parser gives it back: quotes where a blank, a `#`, `<` or `$` would be misread. */
function written(value: string): string {
	if (!/^[<$"'\s]|[#\s]$|#/.test(value)) return value;
	return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** `name = value`. */
export function setting(name: string, value: string): string {
	return `${name} = ${written(value)}`;
}

/** `name = <path`: the value is what the file holds. */
export function settingFromFile(name: string, path: string): string {
	return `${name} = <${path}`;
}

/** Lines within their blocks, the outermost first; one text. */
export function inBlocks(blocks: readonly string[], lines: readonly string[]): string {
	const indent = (depth: number): string => '  '.repeat(depth);
	return [
		...blocks.map((block, depth) => `${indent(depth)}${quotedBlock(block)} {`),
		...lines.map(line => `${indent(blocks.length)}${line}`),
		...blocks.map((_, depth) => `${indent(blocks.length - 1 - depth)}}`),
	].join('\n');
}

/** Lines that stand for themselves outside of blocks, and within one block together. */
export function inBlocksOrAlone(blocks: readonly string[], lines: readonly string[]): readonly string[] {
	return blocks.length === 0 ? lines : [inBlocks(blocks, lines)];
}

/** `mailbox "Sent Messages"`: a name with a blank has quotes. */
function quotedBlock(block: string): string {
	const [, name = block, argument = ''] = /^(\S+)\s+(.*)$/s.exec(block) ?? [];
	if (argument === '') return name;
	return `${name} ${/^[^\s"{}=#]+$/.test(argument) ? argument : `"${argument.replace(/["\\]/g, '\\$&')}"`}`;
}

/** The line that is to go, as a comment. */
export function deletion({name, value}: Pick<DovecotStatement, 'name' | 'value'>): string {
	return value === null ? `# delete the line ${name}` : `# delete: ${name} = ${value}`;
}
