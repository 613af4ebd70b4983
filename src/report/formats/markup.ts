import {plain} from '../../text/plain.ts';

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/**
 * Text of a log for XML and HTML, in elements and in quoted attributes. What XML cannot hold becomes a replacement
 * mark.
 */
export function markup(text: string): string {
	return plain(text)
		.replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
		.replaceAll(/[&<>"']/g, character => entities[character] ?? '');
}
