import {argumentAt, daemonAt, lineAt, type Records, record, recordSize, timeOf} from './records.ts';

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

/** Goes on from the `latest` time that was reported. */
export function createReportedTimes(latest: number): ReportedTimes {
	/** By reader and number of a tag: its host. */
	const hosts: string[][] = [];
	const reported = new Set<string>();

	function hostsOf(reader: number): string[] {
		hosts[reader] ??= [];
		return hosts[reader];
	}

	function learn(names: string[], {ints, bytes}: Records, at: number): void {
		const [number = 0, from = 0, to = 0] = ints.subarray(at + argumentAt, at + argumentAt + 3);
		names[number] = bytes.toString('utf8', from, to).split(' ', 1)[0] ?? '';
	}

	/** A record that is about a line. */
	function take(ints: Int32Array, at: number, kind: number, host: string): void {
		const time = timeOf(ints, at);
		if (time === null || kind === record.again) return;
		if (kind === record.time && time - latest < reportEvery && reported.has(host)) {
			ints[at] = nothing;
			return;
		}
		reported.add(host);
		if (time > latest) latest = time;
	}

	return {
		settle(records, reader, lines) {
			const {ints, used} = records;
			const names = hostsOf(reader);
			for (let at = 0; at < used; at += recordSize) {
				const kind = ints[at] ?? nothing;
				if (kind >= record.time) {
					ints[at + lineAt] = (ints[at + lineAt] ?? 0) + lines;
					take(ints, at, kind, names[ints[at + daemonAt] ?? 0] ?? '');
				} else if (kind === record.daemon) learn(names, records, at);
				else if (kind === record.forget) names.length = 0;
			}
		},
		keepNames({ints, used}) {
			for (let at = 0; at < used; at += recordSize) if ((ints[at] ?? nothing) >= record.time) ints[at] = nothing;
		},
		get latest() {
			return latest;
		},
	};
}
