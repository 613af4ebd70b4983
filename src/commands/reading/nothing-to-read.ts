/**
 * One sentence when nothing is named and standard input brings nothing; `ways` is what else can be done, behind naming
 * files.
 */
export function nothingToRead(db: string | undefined, ways: string): Error {
	return new Error(
		db === undefined
			? `nothing to read; name log files${ways}`
			: `${db}: no such database; check the name, or name the log files to make it of`,
	);
}
