/** `message repeated N times: [ text]` (rsyslog): the text, which may itself end in a bracket, and how often it stands for. */
export function unfolded(text: string): {times: number; text: string} {
	if (text.charCodeAt(0) !== 109 || !text.startsWith('message repeated ')) return {times: 1, text};
	const match = /^message repeated (\d{1,6}) times: \[ ?/.exec(text);
	if (!match) return {times: 1, text};
	const end = text.endsWith(']') ? text.length - 1 : text.length;
	return {times: Number(match[1]), text: text.slice(match[0].length, end)};
}
