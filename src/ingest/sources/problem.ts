const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'no such file; check the name',
	EACCES: 'permission denied; run as a user who may read it',
	EPERM: 'permission denied; run as a user who may read it',
	EISDIR: 'is a directory; name the files in it',
	ENOTDIR: 'a part of the path is no directory; check the name',
	ELOOP: 'the symbolic links go in a circle; name the file itself',
	EIO: 'the system could not read it (input/output error); check the disk',
	EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** One sentence about a file that could not be read: what, where, what to do; `missing` says it of one that is not there. */
export function unreadable(name: string, error: unknown, missing: string | undefined = reasons.ENOENT): string {
	const {code, message} = error as NodeJS.ErrnoException;
	if (code === 'ENOENT' && name.includes('\uFFFD'))
		return `${name}: its name is no UTF-8, by which it cannot be opened; rename it, or pipe it in`;
	const reason = code === 'ENOENT' ? missing : reasons[code ?? ''];
	return `${name}: ${reason ?? `could not be read: ${message ?? String(error)}`}`;
}
