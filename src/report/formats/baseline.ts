import {z} from 'zod';
import type {KnownFinding} from '../../model/findings.ts';
import {escaped} from '../../text/plain.ts';

const schema = z.object({
	known: z.array(z.object({rule: z.string(), hop: z.string(), port: z.int().nullable(), peer: z.string()})),
});

/** Compares by character codes, so that the order is the same in every locale. */
function compare(a: string | number, b: string | number): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What is known as a file: JSON, sorted, one finding a line and no counts or times, so that a difference shows only what
 * came or went.
 */
export function baselineText(policy: string, known: readonly KnownFinding[]): string {
	const order = (entry: KnownFinding): Array<string | number> => [entry.rule, entry.hop, entry.port ?? -1, entry.peer];
	const sorted = known.toSorted((a, b) => {
		const other = order(b);
		return order(a).reduce<number>((found, value, index) => found || compare(value, other[index] ?? ''), 0);
	});
	const lines = sorted.map(({rule, hop, port, peer}) => `\t\t${JSON.stringify({rule, hop, port, peer})}`);
	const unique = [...new Set(lines)];
	const list = unique.length === 0 ? '[]' : `[\n${unique.join(',\n')}\n\t]`;
	return escaped(`{\n\t"policy": ${JSON.stringify(policy)},\n\t"known": ${list}\n}\n`);
}

/** The findings of a baseline's text. Throws one sentence that begins with the file when it is none. */
export function readBaseline(text: string, file: string): KnownFinding[] {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new Error(`${file}: is no JSON; write a baseline with --write-baseline`, {cause: error});
	}
	const read = schema.safeParse(value);
	if (read.success) return read.data.known;
	const issue = read.error.issues[0];
	const where = issue === undefined || issue.path.length === 0 ? 'baseline' : issue.path.map(String).join('.');
	throw new Error(`${file}: ${where}: ${issue?.message ?? 'is none'}; write a baseline with --write-baseline`);
}
