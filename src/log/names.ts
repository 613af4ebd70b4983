import {define, type Out, put, record} from './records.ts';
import {readTag, type Tag} from './tag.ts';
import {createTextRoom, ownCopy} from './text.ts';

/** A machine whose lines are being read. */
export type LineHost = {
	/** null where the framing has no host. */
	readonly name: string | null;
	readonly tags: Map<string, LineTag>;
	/** Its first time was told. */
	known: boolean;
};

/** A tag on a machine, by the number that stands for both in records. */
export type LineTag = {
	readonly number: number;
	readonly host: LineHost;
	readonly tag: Tag;
	/** Names both. */
	readonly key: string;
};

/** Finds the machine and the tag of a line without copying either when they were seen before. */
export type Names = {
	find(line: string, hostAt: number, hostEnd: number, tagAt: number, tagEnd: number): LineTag;
	/** The machine of a line without a tag. */
	host(line: string, hostAt: number, hostEnd: number): LineHost;
};

/** Beyond this many the names are noise (a hostile sender of syslog), and memory counts more than what was learned. */
const mostHosts = 2000;
const mostTags = 4000;

/** Makes the memory; new names are defined in `out`, and `forgot` tells that all were dropped. */
export function createNames(out: Out, forgot: () => void): Names {
	const hosts = new Map<string, LineHost>();
	const textOf = createTextRoom();
	let count = 0;
	let lastName = '\u0000';
	let lastHost: LineHost | undefined;
	// The tags of a log are few: a slot by length and last letters mostly hits, and spares cutting the tag out.
	const slots: Array<LineTag | undefined> = new Array(256).fill(undefined);

	function forget(): void {
		hosts.clear();
		slots.fill(undefined);
		count = 0;
		lastHost = undefined;
		put(out, record.forget);
		forgot();
	}

	function host(line: string, hostAt: number, hostEnd: number): LineHost {
		if (lastHost && hostAt >= 0 && hostEnd - hostAt === lastName.length && line.startsWith(lastName, hostAt))
			return lastHost;
		const name = hostAt < 0 ? '' : line.slice(hostAt, hostEnd);
		let found = hosts.get(name);
		if (!found) {
			if (hosts.size >= mostHosts) forget();
			// A copy: the line is not to live as long as the machine.
			const copy = ownCopy(name);
			found = {name: copy === '' ? null : copy, tags: new Map(), known: false};
			hosts.set(copy, found);
		}
		lastName = found.name ?? '\u0000';
		lastHost = found;
		return found;
	}

	function add(machine: LineHost, name: string): LineTag {
		const tag = readTag(ownCopy(name));
		const key = `${machine.name ?? ''} ${tag.name}`;
		const added: LineTag = {number: count++, host: machine, tag, key};
		machine.tags.set(tag.name, added);
		const text = textOf(key, 0);
		define(out, record.daemon, added.number, text, text.at, text.end);
		return added;
	}

	return {
		host,
		find(line, hostAt, hostEnd, tagAt, tagEnd) {
			let machine = host(line, hostAt, hostEnd);
			const length = tagEnd - tagAt;
			const slot =
				(length * 31 + line.charCodeAt(tagEnd - 1) * 7 + line.charCodeAt(tagEnd - 4) * 3 + line.charCodeAt(tagAt + 9)) &
				255;
			const last = slots[slot];
			if (last && last.host === machine && last.tag.name.length === length && line.startsWith(last.tag.name, tagAt))
				return last;
			const name = line.slice(tagAt, tagEnd);
			let tag = machine.tags.get(name);
			if (!tag) {
				if (count >= mostTags) {
					forget();
					machine = host(line, hostAt, hostEnd);
				}
				tag = add(machine, name);
			}
			slots[slot] = tag;
			return tag;
		},
	};
}
