/**
 * Writes the log of a busy mail site whose sessions are known: tsx test/bench/busy-site.ts --size 300M --out FILE
 * [--truth FILE] [--format rfc3339|rfc3164] [--seed N]. The same seed, size and format give the same bytes; memory
 * does not grow with the size. Every session ends within the log.
 */
import {closeSync, openSync, writeFileSync, writeSync} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {random, weighted} from './random.ts';
import {atOnce, type Flow, free, logHost, release, type Site, site, type Truth} from './site.ts';
import {cast} from './site-cast.ts';
import {
	certificateRefused,
	failedHandshake,
	guessedPasswords,
	noDialogue,
	opening,
	rejected,
	relayedIn,
	submitted,
} from './site-inbound.ts';
import {failedMailboxHandshake, loggedIn, refusedLogin} from './site-mailbox.ts';
import {foreign, localMail, screenedOut, statistics} from './site-noise.ts';

export type {Truth};
export type StampFormat = 'rfc3339' | 'rfc3164';
export type BusySiteOptions = {readonly bytes: number; readonly seed?: number; readonly format?: StampFormat};

/** What happens how often: about one session in eight to twelve lines. */
const affairs = weighted<(at: Site) => Flow>([
	[38, relayedIn],
	[12, rejected],
	[9, submitted],
	[6, guessedPasswords],
	[6, failedHandshake],
	[1, certificateRefused],
	[20, noDialogue],
	[28, loggedIn],
	[3, refusedLogin],
	[1, failedMailboxHandshake],
	[22, screenedOut],
	[6, statistics],
	[4, localMail],
	[18, foreign],
]);

/** How many affairs are under way at the same time, so that the lines of one stand among those of many. */
const underWay = 48;
/** Mean distance of two lines in microseconds: some sixty lines a second. */
const meanGap = 16_000;
const chunkCharacters = 1 << 18;

/**
 * Writes a log of about `bytes` bytes (the last affairs are finished, so a little more or less) to the open file
 * descriptor and returns what happened in it. Blocks until all is written; a full disk or closed pipe throws.
 */
export function writeBusySite(descriptor: number, options: BusySiteOptions): Truth {
	const chance = random(options.seed ?? 1);
	const at = site(chance, cast(chance));
	const stamp = stamper(options.format ?? 'rfc3339', at);
	const stampLength = stamp(0).length + 1;
	let planned = 0;
	let chunk = '';

	const write = (line: string): void => {
		chunk += `${stamp(1 + chance.below(2 * meanGap))}${line}\n`;
		at.truth.lines++;
		if (chunk.length > chunkCharacters) flush();
	};
	const flush = (): void => {
		at.truth.bytes += writeAll(descriptor, Buffer.from(chunk, 'latin1'));
		chunk = '';
	};
	const begin = (affair: Flow): Flow => {
		planned += affair.characters + affair.lines.length * stampLength;
		return affair;
	};

	// First of all: a start of Postfix ends whatever was open before.
	write(`${logHost} postfix/master[1100]: daemon started -- version 3.9.4, configuration /etc/postfix`);
	const slots: Flow[] = opening(at).map(begin);
	let proven = false;
	while (slots.length > 0) {
		const turn = chance.below(slots.length);
		const affair = slots[turn];
		if (affair === undefined) break;
		let tie = writeNext(affair, write);
		while (tie !== free) {
			// Of a pair that belongs together the second half comes within moments, and sometimes not at once.
			const between = slots[chance.below(slots.length)];
			if (
				tie !== atOnce &&
				between !== undefined &&
				between !== affair &&
				chance.chance(0.4) &&
				pausedFreely(between)
			) {
				writeNext(between, write);
			}
			tie = writeNext(affair, write);
		}
		const ended = affair.next >= affair.lines.length;
		if (!ended) continue;
		release(at, affair);
		slots.splice(turn, 1);
		proven ||= slots.length === 0;
		while (proven && slots.length < underWay && planned < options.bytes) {
			slots.push(begin(chance.pick(affairs)(at)));
		}
	}
	flush();
	return at.truth;
}

/** Whether a line of the flow may be written out of turn: it has more than one left, and the next one ties nothing. */
function pausedFreely(affair: Flow): boolean {
	return affair.next < affair.lines.length - 1 && affair.ties[affair.next] === free;
}

function writeNext(affair: Flow, write: (line: string) => void): number {
	const line = affair.lines[affair.next];
	if (line === undefined) return free;
	write(line);
	const tie = affair.ties[affair.next] ?? free;
	affair.next++;
	return tie;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Gives the stamp after so many microseconds more; the text of the second is made once a second. */
function stamper(format: StampFormat, at: Site): (microseconds: number) => string {
	let second = Date.UTC(2026, 0, 5, 0, 0, 0) / 1000;
	let micros = 0;
	let text = render();
	return step => {
		micros += step;
		if (micros >= 1_000_000) {
			second += Math.floor(micros / 1_000_000);
			micros %= 1_000_000;
			text = render();
		}
		if (format === 'rfc3164') return text;
		return `${text}${String(micros).padStart(6, '0')}+01:00 `;
	};

	function render(): string {
		const iso = new Date(second * 1000).toISOString();
		const day = String(Number(iso.slice(8, 10))).padStart(2);
		at.clock = `${months[Number(iso.slice(5, 7)) - 1]} ${day} ${iso.slice(11, 19)}`;
		return format === 'rfc3164' ? `${at.clock} ` : `${iso.slice(0, 19)}.`;
	}
}

function writeAll(descriptor: number, buffer: Buffer): number {
	let written = 0;
	while (written < buffer.length) {
		try {
			written += writeSync(descriptor, buffer, written);
		} catch (error) {
			// A pipe in non-blocking mode that is full: wait for its reader.
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
		}
	}
	return written;
}

/** `300M`, `2G`, `200K` or bytes; powers of 1000, as MB/s are. */
export function parseSize(text: string): number {
	const match = /^(\d+(?:\.\d+)?)([KMG]?)B?$/i.exec(text);
	if (match === null) throw new RangeError(`«${text}» is no size; write 200K, 300M or 2G.`);
	const factor = {'': 1, K: 1e3, M: 1e6, G: 1e9}[(match[2] ?? '').toUpperCase()] ?? 1;
	return Math.round(Number(match[1]) * factor);
}

function command(): void {
	const {values} = parseArgs({
		options: {
			size: {type: 'string', default: '50M'},
			out: {type: 'string', default: '-'},
			truth: {type: 'string'},
			format: {type: 'string', default: 'rfc3339'},
			seed: {type: 'string', default: '1'},
		},
	});
	if (values.format !== 'rfc3339' && values.format !== 'rfc3164') {
		throw new RangeError(`--format is rfc3339 or rfc3164, not «${values.format}».`);
	}
	const descriptor = values.out === '-' ? 1 : openSync(values.out, 'w');
	const truth = writeBusySite(descriptor, {
		bytes: parseSize(values.size),
		seed: Number(values.seed),
		format: values.format,
	});
	if (descriptor !== 1) closeSync(descriptor);
	if (values.truth !== undefined) writeFileSync(values.truth, `${JSON.stringify(truth, null, '\t')}\n`);
	const sessions = Object.values(truth.sessions).reduce((sum, count) => sum + count, 0);
	process.stderr.write(`${truth.lines} lines, ${truth.bytes} bytes, ${sessions} sessions\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) command();
