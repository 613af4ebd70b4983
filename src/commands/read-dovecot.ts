import {type DovecotConfiguration, readDoveconf} from '../config/doveconf-output.ts';
import type {ConfigSource} from '../ingest/config-source.ts';

/** More includes than any configuration has: a file that includes itself ends here. */
const mostFiles = 200;

/** `conf.d/*.conf` as the names in its directory that it matches, in their order (Dovecot: glob(3)). */
async function matching(source: ConfigSource, path: string): Promise<readonly string[]> {
	const slash = path.lastIndexOf('/');
	const [folder, name] = [path.slice(0, Math.max(slash, 0)) || '.', path.slice(slash + 1)];
	if (!/[*?]/.test(name)) return [path];
	const pattern = name
		.replace(/[.+^${}()|[\]\\]/g, '\\$&')
		.replaceAll('*', '[^/]*')
		.replaceAll('?', '[^/]');
	const names = await source.list(folder);
	return names.filter(one => new RegExp(`^${pattern}$`).test(one)).map(one => (slash < 0 ? one : `${folder}/${one}`));
}

/**
 * Dovecot's configuration from its files, in the directory itself or, in a tarball, in etc/dovecot; null where there is no
 * dovecot.conf. What is included and cannot be read is left out: the defaults of the release stand in its place.
 */
export async function readDovecotFiles(source: ConfigSource): Promise<DovecotConfiguration | null> {
	let files = 0;
	const whole = async (path: string): Promise<string | null> => {
		files += 1;
		const found = files > mostFiles ? null : await source.read(path).catch(() => null);
		if (found === null) return null;
		const folder = path.slice(0, path.lastIndexOf('/') + 1);
		const lines: string[] = [];
		for (const line of found.text.split(/\r?\n/)) {
			const named = /^\s*!include(?:_try)?\s+(\S+)/.exec(line)?.[1];
			if (named === undefined) lines.push(line);
			else
				for (const one of await matching(source, named.startsWith('/') ? named : folder + named))
					lines.push((await whole(one)) ?? '');
		}
		return lines.join('\n');
	};
	const text = (await whole('dovecot.conf')) ?? (source.packed ? await whole('/etc/dovecot/dovecot.conf') : null);
	return text === null ? null : readDoveconf(text);
}
