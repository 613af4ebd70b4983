import {closeSync, fstatSync, openSync, readFileSync} from 'node:fs';
import {unreadable} from '../ingest/sources/problem.ts';
import {keyed, type Mode, numbers} from '../privacy/names.ts';
import {createPrivacy, type Privacy} from '../privacy/privacy.ts';

/** Bytes of a key, without the end of its line. */
const leastKey = 16;
const mostKey = 4096;

/** Reads a key. Throws one sentence when it is none, or others than its owner may read it. */
function readKey(file: string): Buffer {
	let handle: number;
	try {
		handle = openSync(file, 'r');
	} catch (error) {
		const make = `no such key; make it once and keep it: (umask 077; openssl rand -hex 32 > ${file})`;
		throw new Error(unreadable(file, error, make), {cause: error});
	}
	try {
		const found = fstatSync(handle);
		if (!found.isFile() || found.size > mostKey)
			throw new Error(`${file}: is no key; name a file of ${leastKey} to ${mostKey} bytes`);
		// Who has the key can try names until one fits.
		if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
			throw new Error(`${file}: others may read this key; chmod 600 ${file}`);
		const text = readFileSync(handle);
		// The end of a line is no part of the key: editors add it.
		const end = text.findLastIndex(byte => byte !== 10 && byte !== 13) + 1;
		if (end >= leastKey) return text.subarray(0, end);
		throw new Error(`${file}: a key of ${end} bytes can be guessed; ${leastKey} are the least: openssl rand -hex 32`);
	} finally {
		closeSync(handle);
	}
}

/** What `--anonymize` and `--key-file` mean. Throws one sentence where one of them is missing, or the key is none. */
export function readPrivacy(mode: Mode | undefined, keyFile: string | undefined): Privacy {
	if (mode === undefined) throw new Error('--key-file is for --anonymize pseudonym; give both or none');
	if (mode === 'mask' && keyFile !== undefined)
		throw new Error('--anonymize mask takes no key; leave --key-file out, or give --anonymize pseudonym');
	if (mode === 'mask') return createPrivacy(mode, numbers());
	if (keyFile === undefined)
		throw new Error(
			'--anonymize pseudonym needs a key: --key-file FILE; make it once: (umask 077; openssl rand -hex 32 > FILE)',
		);
	return createPrivacy(mode, keyed(readKey(keyFile)));
}
