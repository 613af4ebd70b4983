/**
 * C0 and C1 control characters, the marks that reverse writing direction, and lone surrogates: what a peer could put in
 * its name to move the cursor, reach the clipboard, or make a line read backwards.
 */
const unsafe =
	/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text of a log as a terminal may see it: each unsafe character becomes a replacement mark. */
export function plain(text: string): string {
	return text.replaceAll(unsafe, '\uFFFD');
}

/** The same characters in JSON text, written as escapes: nothing is lost, and a terminal is safe. */
export function escaped(json: string): string {
	return json.replaceAll(unsafe, character => {
		// Line breaks of indented JSON stand outside strings, where a raw one cannot be.
		if (character === '\n') return character;
		return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
	});
}
