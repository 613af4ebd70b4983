/** `submission 465`, or the hop alone where no port is logged. */
export const placeWords = ({hop, port}: {readonly hop: string; readonly port: number | null}): string =>
	port === null ? hop : `${hop} ${port}`;

/** `11-16`, or `55` where one line says it all; null where the log's lines are not known. */
export function lineRange(first: number | null, last: number | null): string | null {
	if (first === null) return null;
	return last === null || last === first ? String(first) : `${first}-${last}`;
}

/** `lines 11 to 16`, or `line 55`; null where they are not known. */
export function lineWords(first: number | null, last: number | null): string | null {
	if (first === null) return null;
	return last === null || last === first ? `line ${first}` : `lines ${first} to ${last}`;
}
