import type {SingleBar} from 'cli-progress';
import type {Source} from '../ingest/sources/source.ts';
import {count} from '../text/number.ts';
import {spanText} from '../text/time.ts';
import type {Io} from './io.ts';

/** Smaller input is read before anybody could read a bar. */
const worthShowing = 8_000_000;
const perSecond = 5;
/** The rate is that of the last so many readings of the clock: five seconds. */
const remembered = 25;

/** How far reading is, shown on the terminal. */
export type Progress = {
	/** So many bytes more were read, as stored: of a packed file, packed ones. */
	readonly bytes: (more: number) => void;
	/** Where the number of lines read can be asked for; without it none is shown. */
	readonly linesFrom: (lines: () => number) => void;
	/** So many bytes need not be read. */
	readonly skip: (bytes: number) => void;
	/** The same outside, whose sentences do not run into the bar. */
	readonly io: Io;
	/** Takes the bar away. */
	readonly stop: () => void;
};

/** Bytes as people write them: `830 kB`, `1.24 GB`; decimal units, as disks and networks have. */
export function size(bytes: number): string {
	for (const [unit, value] of [
		['GB', 1e9],
		['MB', 1e6],
	] as const)
		if (bytes >= value)
			return `${(bytes / value).toFixed(bytes >= 100 * value ? 0 : bytes >= 10 * value ? 1 : 2)} ${unit}`;
	return `${Math.round(bytes / 1000)} kB`;
}

type Reading = {readonly at: number; readonly bytes: number};

/** What is beside the bar. `readings` are bytes read at moments in ms, oldest first; `left` are bytes to read. */
export function progressWords(readings: readonly Reading[], lines: number, left: number | null): string {
	const [first] = readings;
	const last = readings.at(-1);
	const read = last?.bytes ?? 0;
	const words = [left === null ? `${size(read)} read` : `${size(read)} of ${size(read + left)}`];
	if (lines > 0) words.push(`${count(lines)} lines`);
	const ms = first === undefined || last === undefined ? 0 : last.at - first.at;
	const rate = ms > 0 && first !== undefined ? (read - first.bytes) / ms : 0;
	if (rate > 0) words.push(`${size(rate * 1000)}/s`);
	if (rate > 0 && left !== null) words.push(`${spanText(left / rate)} left`);
	return words.join(' · ');
}

const none = (): void => undefined;

/**
 * Shows how far reading is while it goes on: on standard error if that is a terminal and `--quiet` is not set, and only
 * once there is enough to read. Nothing is drawn but by a timer, so what calls `bytes` pays an addition.
 */
export function startProgress(sources: readonly Source[], io: Io): Progress {
	const {terminal} = io;
	const sizes = sources.map(source => source.size);
	const known = sizes.every(each => each !== null);
	const total = sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
	if (terminal === null || (known && total < worthShowing))
		return {bytes: none, linesFrom: none, skip: none, io, stop: none};
	let bytes = 0;
	let lines = (): number => 0;
	let skipped = 0;
	let bar: SingleBar | null = null;
	let drawn = false;
	let stopped = false;
	const readings: Reading[] = [{at: performance.now(), bytes: 0}];
	const loading = import('cli-progress');
	// Without a bar the log is read all the same.
	loading.catch(none);

	function hide(): void {
		if (drawn) bar?.stop();
		drawn = false;
	}

	async function tick(): Promise<void> {
		readings.push({at: performance.now(), bytes});
		if (readings.length > remembered) readings.shift();
		if (bytes < worthShowing && !known) return;
		if (bar === null) {
			const {default: progress} = await loading;
			const stream = terminal as NodeJS.WriteStream;
			bar = new progress.SingleBar({
				stream,
				format: known ? '{bar} {percentage}% · {words}' : '{words}',
				// The words take up to 65 columns.
				barsize: stream.columns >= 90 ? 20 : 10,
				barCompleteChar: '█',
				barIncompleteChar: '░',
				fps: perSecond,
				synchronousUpdate: false,
				clearOnComplete: true,
				linewrap: true,
			});
			if (stopped) return;
		}
		const all = Math.max(total, bytes + skipped);
		const words = progressWords(readings, lines(), known ? all - bytes - skipped : null);
		if (drawn) bar.update(bytes + skipped, {words});
		else bar.start(all, bytes + skipped, {words});
		drawn = true;
	}

	const timer = setInterval(() => void tick().catch(none), 1000 / perSecond);
	const apart =
		(say: (sentence: string) => void) =>
		(sentence: string): void => {
			hide();
			say(sentence);
		};
	return {
		bytes(more) {
			bytes += more;
		},
		linesFrom(from) {
			lines = from;
		},
		skip(more) {
			skipped += more;
		},
		io: {...io, complain: apart(io.complain), warn: apart(io.warn), detail: apart(io.detail)},
		stop() {
			stopped = true;
			clearInterval(timer);
			hide();
		},
	};
}
