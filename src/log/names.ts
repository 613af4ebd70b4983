import {readTag, type Tag} from './lines/tag.ts';
import {ownCopy} from './lines/text.ts';
import {record} from './records.ts';
import type {Scanner} from './scanner.ts';

/** A host whose lines are being read. */
type LineHost = {
	readonly number: number;
	/** null where the framing has no host. */
	readonly name: string | null;
	readonly tags: Map<string, LineTag>;
};

/** A tag on a host, by the number that stands for both in records. */
export type LineTag = {
	readonly number: number;
	readonly host: LineHost;
	readonly tag: Tag;
	/** Names both. */
	readonly key: string;
};

/** Finds the host and the tag of a line without copying either when they were seen before. */
export type Names = {
	find(line: string, hostAt: number, hostEnd: number, tagAt: number, tagEnd: number): LineTag;
	/** The host of a line without a tag. */
	host(line: string, hostAt: number, hostEnd: number): LineHost;
	/** The host with a name, and the name of one by its number. */
	named(name: string | null): LineHost;
	nameOf(number: number): string | null | undefined;
};

/** Beyond this many the names are noise (a hostile sender of syslog), and memory counts more than what was learned. */
const mostHosts = 2000;
const mostTags = 16_000;

/** Makes the memory; new names are defined in the scanner's records. */
export function createNames(scanner: () => Scanner): Names {
	const hosts = new Map<string, LineHost>();
	const byNumber: LineHost[] = [];
	let count = 0;
	let lastName = '\u0000';
	let lastHost: LineHost | undefined;
	// The tags of a log are few: a slot by length and last letters mostly hits, and spares cutting the tag out.
	const slots: Array<LineTag | undefined> = new Array(256).fill(undefined);

	function forget(): void {
		hosts.clear();
		byNumber.length = 0;
		slots.fill(undefined);
		count = 0;
		lastHost = undefined;
		scanner().putRecord(record.forget, 0);
		scanner().forgetTags();
		scanner().forgetHosts();
	}

	function named(name: string | null): LineHost {
		const known = hosts.get(name ?? '');
		if (known) return known;
		if (hosts.size >= mostHosts) forget();
		// A copy: the line is not to live as long as the host.
		const copy = ownCopy(name ?? '');
		const added = {number: byNumber.length, name: copy === '' ? null : copy, tags: new Map()};
		byNumber.push(added);
		hosts.set(copy, added);
		return added;
	}

	function host(line: string, hostAt: number, hostEnd: number): LineHost {
		if (lastHost && hostAt >= 0 && hostEnd - hostAt === lastName.length && line.startsWith(lastName, hostAt))
			return lastHost;
		const found = named(hostAt < 0 ? null : line.slice(hostAt, hostEnd));
		lastName = found.name ?? '\u0000';
		lastHost = found;
		return found;
	}

	function add(lineHost: LineHost, name: string): LineTag {
		const tag = readTag(ownCopy(name));
		const key = `${lineHost.name ?? ''} ${tag.name}`;
		const added: LineTag = {number: count++, host: lineHost, tag, key};
		lineHost.tags.set(tag.name, added);
		const {at, end} = scanner().write(key);
		scanner().defineString(record.daemon, added.number, at, end);
		return added;
	}

	return {
		host,
		named,
		nameOf: number => (number < 0 ? undefined : byNumber[number]?.name),
		find(line, hostAt, hostEnd, tagAt, tagEnd) {
			let lineHost = host(line, hostAt, hostEnd);
			const length = tagEnd - tagAt;
			const slot =
				(length * 31 + line.charCodeAt(tagEnd - 1) * 7 + line.charCodeAt(tagEnd - 4) * 3 + line.charCodeAt(tagAt + 9)) &
				255;
			const last = slots[slot];
			if (last && last.host === lineHost && last.tag.name.length === length && line.startsWith(last.tag.name, tagAt))
				return last;
			const name = line.slice(tagAt, tagEnd);
			let tag = lineHost.tags.get(name);
			if (!tag) {
				if (count >= mostTags) {
					forget();
					lineHost = host(line, hostAt, hostEnd);
				}
				tag = add(lineHost, name);
			}
			slots[slot] = tag;
			return tag;
		},
	};
}
