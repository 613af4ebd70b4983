/**
 * services(5) as far as mail goes, with the second names that Debian's, Red Hat's and the BSDs' files have, for what
 * known_tcp_ports leaves out.
 */
const wellKnown: Readonly<Record<string, number>> = {
	smtp: 25,
	mail: 25,
	lmtp: 24,
	submission: 587,
	msa: 587,
	submissions: 465,
	smtps: 465,
	urd: 465,
	ssmtp: 465,
};

/** What known_tcp_ports says since Postfix 3.6 where nobody sets it. */
const usuallyKnown = 'lmtp=24, smtp=25, smtps=submissions=465, submission=587';

/**
 * The number of a port that is written as such or by name: first by known_tcp_ports (`smtps=submissions=465`, postconf(5), 3.6),
 * then by services(5). Null: not known here, since a host may have names of its own.
 */
export function portOf(word: string, known: string = usuallyKnown): number | null {
	if (/^\d+$/.test(word)) return Number(word) <= 65_535 ? Number(word) : null;
	for (const entry of known.split(/[\s,]+/)) {
		const words = entry.split('=');
		const port = Number(words.at(-1));
		if (words.length > 1 && words.slice(0, -1).includes(word) && Number.isInteger(port)) return port;
	}
	return Object.hasOwn(wellKnown, word) ? (wellKnown[word] ?? null) : null;
}
