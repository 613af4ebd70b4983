/** DuckDB's reasons for not opening a file, as one sentence with what to do. */
export function openError(path: string, error: unknown, readOnly: boolean): Error {
	const message = error instanceof Error ? error.message : String(error);
	const holder = /lock is held in (.*?) ?\(PID (\d+)\)/i.exec(message);
	let sentence = `${path}: the database could not be opened: ${message.split('\n')[0]}`;
	if (holder !== null)
		sentence = `${path}: the database is in use by process ${holder[2]} (${holder[1]}); wait for it or stop it`;
	else if (/could not set lock/i.test(message))
		sentence = `${path}: the database is in use by another process; wait for it or stop it`;
	else if (/not a valid DuckDB database|Serialization Error|invalid.*header/i.test(message))
		sentence = `${path}: is no DuckDB database; name another file with --db`;
	else if (/No such file or directory/i.test(message))
		sentence = `${path}: the folder for the database does not exist; make it first`;
	else if (/Permission denied/i.test(message))
		sentence = readOnly
			? `${path}: permission denied; run it as a user who may read the database`
			: `${path}: permission denied; run it as a user who may write to the database, or choose another place with --db`;
	else if (/Read-only file system/i.test(message))
		sentence = `${path}: the disk is read-only; choose another place with --db`;
	return new Error(sentence, {cause: error});
}
