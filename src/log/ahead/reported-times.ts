import {argumentAt, daemonAt, lineAt, minuteAt, msAt, none, type Records, record, recordSize} from '../records.ts';

/**
 * Several readers leave it to who takes their records which times are reported, and number lines from the beginning of a
 * block on. In: their records in the order of the lines. Out: the records that one reader of all lines would have written.
 */
export type ReportedTimes = {
	/** Works on a batch of a reader's, in its place; `lines` of the source are in front of those that it counts. */
	settle(records: Records, reader: number, lines: number): void;
	/** Leaves of a batch only what its strings are: its lines are read again. */
	keepNames(records: Records): void;
	/** The latest time that was reported, ms. */
	readonly latest: number;
};

/** What `src/scan/lines.ts` asks: the log's time is reported at least that often, ms. */
const reportEvery = 1000;
/** The kind of a record that says nothing. */
const nothing = 0;

/** Tags of a reader by their numbers: the host of each, and whether a time of it was reported. */
type Tags = {readonly hosts: string[]; readonly known: boolean[]};

const minute = 60_000;

/** Goes on from the `latest` time that was reported. One closure, and no number with a fraction or a date in the loop: it is on the way of every record. */
export function createReportedTimes(latest: number): ReportedTimes {
	const tags: Tags[] = [];
	const reported = new Set<string>();
	const isTime = Number.isFinite(latest);
	let latestMinute = isTime ? Math.floor(latest / minute) : Number.MIN_SAFE_INTEGER;
	let latestMs = isTime ? latest - latestMinute * minute : 0;

	function tagsOf(reader: number): Tags {
		tags[reader] ??= {hosts: [], known: []};
		return tags[reader];
	}

	function learn({hosts, known}: Tags, {ints, bytes}: Records, at: number): void {
		const [number = 0, from = 0, to = 0] = ints.subarray(at + argumentAt, at + argumentAt + 3);
		const host = bytes.toString('utf8', from, to).split(' ', 1)[0] ?? '';
		hosts[number] = host;
		known[number] = reported.has(host);
	}

	/** Whether the host of a tag has a time that was reported, by this tag or another. */
	function isKnown({hosts, known}: Tags, tag: number): boolean {
		known[tag] ||= reported.has(hosts[tag] ?? '');
		return known[tag];
	}

	/** A record that is about a line and has a time. */
	function take(ints: Int32Array, at: number, of: Tags): void {
		const minutes = ints[at + minuteAt] ?? 0;
		const ms = ints[at + msAt] ?? 0;
		const tag = ints[at + daemonAt] ?? 0;
		if (!isKnown(of, tag)) {
			reported.add(of.hosts[tag] ?? '');
			of.known[tag] = true;
		} else if (ints[at] === record.time && (minutes - latestMinute) * minute + ms - latestMs < reportEvery) {
			ints[at] = nothing;
			return;
		}
		if (minutes < latestMinute || (minutes === latestMinute && ms <= latestMs)) return;
		latestMinute = minutes;
		latestMs = ms;
	}

	return {
		settle(records, reader, lines) {
			const {ints, used} = records;
			const of = tagsOf(reader);
			for (let at = 0; at < used; at += recordSize) {
				const kind = ints[at] ?? nothing;
				if (kind >= record.time) {
					ints[at + lineAt] = (ints[at + lineAt] ?? 0) + lines;
					if (kind !== record.again && ints[at + msAt] !== none) take(ints, at, of);
				} else if (kind === record.daemon) learn(of, records, at);
			}
		},
		keepNames({ints, used}) {
			for (let at = 0; at < used; at += recordSize) if ((ints[at] ?? nothing) >= record.time) ints[at] = nothing;
		},
		get latest() {
			return latestMinute === Number.MIN_SAFE_INTEGER ? latest : latestMinute * minute + latestMs;
		},
	};
}
