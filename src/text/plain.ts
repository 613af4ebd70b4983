/**
 * Text from outside (logs, file names, policies, certificates, databases) as a terminal, a page or a table may show it.
 * All that is printed comes through here: screen, reports and error lines know no other way.
 */

/**
 * What a peer could put in its name to move the cursor, reach the clipboard, hide letters or make a line read backwards:
 * control characters (Cc), format characters such as marks of writing direction, zero-width ones and the byte order mark
 * (Cf, Default_Ignorable_Code_Point), line and paragraph separators (Zl, Zp), code points that mean nothing (Cn), and
 * halves of surrogate pairs (Cs). Classes of Unicode (UAX #44), not a list: the next such mark is in them.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** What nearly no text has: to look for it first takes a tenth of the time. */
const beyondAscii = /[^\u0020-\u007E]/;

const replacement = '\uFFFD';

/** A text on one line: a tab becomes a blank, each unsafe character a replacement mark, line breaks too. */
export function plain(text: string): string {
	if (!beyondAscii.test(text)) return text;
	return text.replaceAll(unsafe, character => (character === '\t' ? ' ' : replacement));
}

/** The same for a text whose line breaks are its own, such as a stack. */
export function plainLines(text: string): string {
	return text.split('\n').map(plain).join('\n');
}

/** JSON text with the same characters written as escapes: nothing is lost, and a terminal is safe. */
export function escaped(json: string): string {
	if (!beyondAscii.test(json)) return json;
	return json.replaceAll(unsafe, character => {
		// Line breaks and tabs that indent JSON are outside strings, where a raw one cannot be.
		if (character === '\n' || character === '\t') return character;
		return character
			.split('')
			.map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
			.join('');
	});
}
