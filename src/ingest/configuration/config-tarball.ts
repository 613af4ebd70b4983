import {posix} from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {extract, type Header} from 'tar-stream';
import {explainArchive} from '../decompress/archive-problem.ts';
import {type ConfigSource, type ConfigText, largestFile} from './config-source.ts';

/** What a tarball of configuration may hold at most; more is no configuration. */
const mostFiles = 100_000;
const mostText = 67_108_864;

/** The path of an entry below the tarball's root, or null: what climbs out of it is nobody's configuration. */
function pathOf(name: string): string | null {
	const path = posix.normalize(name.replaceAll('\\', '/').replace(/^\/+/, ''));
	return path === '.' || path.startsWith('..') || path.includes('\0') ? null : path.replace(/\/$/, '');
}

type Files = {readonly texts: ReadonlyMap<string, ConfigText>; readonly times: ReadonlyMap<string, number | null>};

/** Unpacks into memory: nothing is written, links are not followed, and files that are too large are left out. */
async function unpacked(bytes: AsyncIterable<Buffer>): Promise<Files> {
	const texts = new Map<string, ConfigText>();
	const times = new Map<string, number | null>();
	let text = 0;
	const take = async (header: Header, stream: AsyncIterable<Buffer>): Promise<void> => {
		const path = pathOf(header.name);
		const wanted = path !== null && header.type === 'file' && (header.size ?? 0) <= largestFile;
		const pieces: Buffer[] = [];
		for await (const piece of stream) {
			if (!wanted) continue;
			text += piece.length;
			if (text > mostText)
				throw new Error(`holds more than ${mostText / 1_048_576} MiB; pack only the directory of main.cf`);
			pieces.push(piece);
		}
		if (path === null || header.type !== 'file') return;
		if (times.size >= mostFiles)
			throw new Error(`holds more than ${mostFiles} files; pack only the directory of main.cf`);
		const modified = header.mtime?.getTime() ?? null;
		times.set(path, modified);
		if (wanted) texts.set(path, {text: Buffer.concat(pieces).toString('utf8'), modified});
	};
	const reader = extract();
	const reading = pipeline(Readable.from(bytes), reader);
	// The loop below ends with the same error.
	reading.catch(() => undefined);
	for await (const entry of reader) await take(entry.header, entry as unknown as AsyncIterable<Buffer>);
	await reading;
	return {texts, times};
}

/** Directories that hold main.cf: /etc/postfix first, then those of the fewest folders. */
function mainDirectory(paths: Iterable<string>, file: string): string | null {
	const found = [...paths].filter(path => posix.basename(path) === file).map(path => posix.dirname(path));
	const rank = (path: string): number => (/(?:^|\/)etc\/(?:postfix|dovecot)$/.test(path) ? 0 : path.split('/').length);
	return found.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0] ?? null;
}

/**
 * The tarball's directory of main.cf, or of dovecot.conf where there is no main.cf; null where it holds neither. `name` is
 * what the user called it. Throws an `Error` whose sentence goes on behind the tarball's name.
 */
export async function configTarball(bytes: AsyncIterable<Buffer>, name: string): Promise<ConfigSource | null> {
	const {texts, times} = await unpacked(bytes).catch((error: Error) => {
		if (
			explainArchive(error) !== undefined ||
			error.message.startsWith('holds ') ||
			error.message.startsWith('is larger')
		)
			throw error;
		throw new Error(`is a damaged tarball (${error.message.toLowerCase()}); pack it again`, {cause: error});
	});
	const directory = mainDirectory(texts.keys(), 'main.cf') ?? mainDirectory(texts.keys(), 'dovecot.conf');
	return directory === null ? null : sourceOf(name, directory, texts, times);
}

function sourceOf(name: string, directory: string, texts: Files['texts'], times: Files['times']): ConfigSource {
	const etc = /^(.*\/)?etc\/[^/]+$/.exec(directory);
	const root = etc === null ? null : (etc[1] ?? '');
	/** A file may lie at its place below the tarball's root, or beside main.cf where only that directory was packed. */
	const candidates = (path: string): readonly string[] => {
		const inside = pathOf(path);
		if (inside === null) return [];
		if (!posix.isAbsolute(path)) return [posix.join(directory, inside)];
		const standard = /^etc\/(?:postfix|dovecot)\/(.+)$/.exec(inside)?.[1];
		return [posix.join(root ?? '', inside), ...(standard === undefined ? [] : [posix.join(directory, standard)])];
	};
	return {
		name: `${name}: ${directory === '.' ? 'its top' : directory}`,
		directory: root === null ? '/etc/postfix' : `/${directory.slice(root.length)}`,
		packed: true,
		read: async path =>
			candidates(path)
				.map(one => texts.get(one))
				.find(Boolean) ?? null,
		changed: async path =>
			candidates(path)
				.map(one => times.get(one))
				.find(Boolean) ?? null,
		async list(path) {
			for (const one of candidates(path)) {
				const prefix = one === '.' ? '' : `${one}/`;
				const within = new Set(
					[...texts.keys()].flatMap(file =>
						file.startsWith(prefix) ? [file.slice(prefix.length).split('/')[0] ?? ''] : [],
					),
				);
				if (within.size > 0) return [...within].sort();
			}
			return [];
		},
		// Links were not followed when it was unpacked.
		contains: async () => true,
		at: other => sourceOf(name, candidates(other)[0] ?? other, texts, times),
	};
}
