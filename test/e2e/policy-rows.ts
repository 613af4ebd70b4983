/** The rows of a table for postmap(1), by their keys; throws where a key stands twice. */
export function policyRows(text: string): ReadonlyMap<string, string> {
	const rows = new Map<string, string>();
	for (const line of text.split('\n')) {
		if (line === '' || line.startsWith('#')) continue;
		const [key = '', ...words] = line.split(' ');
		if (rows.has(key)) throw new Error(`the table has two lines for ${key}`);
		rows.set(key, words.join(' '));
	}
	return rows;
}
