import {lstatSync, mkdirSync} from 'node:fs';
import module from 'node:module';
import {isAbsolute, join} from 'node:path';

/*
 * What Node has compiled of this program is kept in the user's cache, so that the next start compiles less (Node 22.8 and later; others
 * start as before). In go the environment and the user, out comes a folder or none. What lies in it runs as code: home, caches and
 * folder have to be the user's own, and closed to other writers. Root with the home of another user, as under sudo, therefore keeps
 * nothing. What the home lies in is not looked at, as sshd does not (sshd_config(5), StrictModes).
 */

/** Whether a folder is the user's, and written to by nobody else. Throws where there is none. */
function isOwn(folder, user) {
	const stat = lstatSync(folder);
	return stat.isDirectory() && stat.uid === user && (stat.mode & 0o022) === 0;
}

/**
 * The folder of the cache, made where there is none yet; null: there is no safe place for it.
 * The place: XDG Base Directory Specification, `XDG_CACHE_HOME`, which is `~/.cache` where it is not set or not absolute.
 */
export function compileCacheFolder({XDG_CACHE_HOME: chosen, HOME: home}, user = process.geteuid?.()) {
	try {
		if (user === undefined || home === undefined || !isAbsolute(home) || !isOwn(home, user)) return null;
		const caches = chosen !== undefined && isAbsolute(chosen) ? chosen : join(home, '.cache');
		mkdirSync(caches, {recursive: true, mode: 0o700});
		if (!isOwn(caches, user)) return null;
		const folder = join(caches, 'tlsaudit');
		mkdirSync(folder, {recursive: true, mode: 0o700});
		return isOwn(folder, user) ? folder : null;
	} catch {
		return null;
	}
}

/** Turns the cache on, unless the environment has its own word on it (Node's `NODE_COMPILE_CACHE`, `NODE_DISABLE_COMPILE_CACHE`). */
export function enableCompileCache(environment) {
	if (module.enableCompileCache === undefined) return;
	if (environment.NODE_COMPILE_CACHE || environment.NODE_DISABLE_COMPILE_CACHE) return;
	const folder = compileCacheFolder(environment);
	if (folder !== null) module.enableCompileCache(folder);
}
