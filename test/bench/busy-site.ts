/**
 * Writes the log of a busy mail site whose sessions are known: tsx test/bench/busy-site.ts --size 300M --out FILE
 * [--truth FILE] [--format rfc3339|rfc3164] [--seed N] [--shape dense]. The same words give the same bytes; memory
 * does not grow with the size. Every session ends within the log.
 */
import {closeSync, openSync, writeFileSync, writeSync} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {random, weighted} from './random.ts';
import {type Shape, type ShapeName, shapes} from './shape.ts';
import {atOnce, type Flow, free, nothingYet, release, type Site, site, type Truth} from './site.ts';
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
export type BusySiteOptions = {
	readonly bytes: number;
	readonly seed?: number;
	readonly format?: StampFormat;
	readonly shape?: Shape;
};

/** What happens how often. */
const affairs = {
	/** About one session in eight to twelve lines. */
	all: weighted<(at: Site) => Flow>([
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
	]),
	/** Logins, handshakes that fail, guessed passwords: one to six lines a session. */
	short: weighted<(at: Site) => Flow>([
		[2, relayedIn],
		[2, rejected],
		[2, submitted],
		[12, guessedPasswords],
		[16, failedHandshake],
		[60, at => loggedIn(at, 2)],
		[6, refusedLogin],
		[3, failedMailboxHandshake],
	]),
	foreign: weighted<(at: Site) => Flow>([
		[1, relayedIn],
		[1, submitted],
		[1, loggedIn],
		[90, foreign],
		[2, statistics],
	]),
};

const chunkCharacters = 1 << 18;

/**
 * Writes a log of about `bytes` bytes (the last affairs are finished, so a little more or less) to the open file
 * descriptor and returns what happened in it. Blocks until all is written; a full disk or closed pipe throws.
 */
export function writeBusySite(descriptor: number, options: BusySiteOptions): Truth {
	const chance = random(options.seed ?? 1);
	const shape = options.shape ?? shapes.dense;
	const people = cast(chance, shape.cast);
	const truth = nothingYet();
	const machines = Array.from({length: shape.hosts}, (_, n) => site(chance, people, truth, `mx${n + 1}`, shape.uses));
	const happens = affairs[shape.affairs];
	const stamp = stamper(options.format ?? 'rfc3339', machines);
	const stampLength = stamp(0).length + 1;
	let planned = 0;
	let chunk = '';

	const write = (line: string): void => {
		chunk += `${stamp(1 + chance.below(2 * shape.gap))}${line}\n`;
		truth.lines++;
		if (chunk.length > chunkCharacters) flush();
	};
	const flush = (): void => {
		truth.bytes += writeAll(descriptor, Buffer.from(chunk, 'latin1'));
		chunk = '';
	};
	const begin = (affair: Flow): Flow => {
		planned += affair.characters + affair.lines.length * stampLength;
		return affair;
	};

	// First of all: a start of Postfix ends whatever was open before.
	for (const {host} of machines)
		write(`${host} postfix/master[1100]: daemon started -- version 3.9.4, configuration /etc/postfix`);
	const slots: UnderWay[] = machines.flatMap(at => opening(at).map(flow => ({at, flow: begin(flow)})));
	let proven = false;
	while (slots.length > 0) {
		const turn = chance.below(slots.length);
		const slot = slots[turn];
		if (slot === undefined) break;
		const {at, flow: affair} = slot;
		let tie = writeNext(affair, write);
		while (tie !== free) {
			// Of a pair that belongs together the second half comes within moments, and sometimes not at once.
			const between = slots[chance.below(slots.length)]?.flow;
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
		while (proven && slots.length < shape.underWay && planned < options.bytes) {
			const next = machines.length === 1 ? at : chance.pick(machines);
			slots.push({at: next, flow: begin(chance.pick(happens)(next))});
		}
	}
	flush();
	return truth;
}

/** An affair and the machine on which it happens. */
type UnderWay = {readonly at: Site; readonly flow: Flow};

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
function stamper(format: StampFormat, machines: readonly Site[]): (microseconds: number) => string {
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
		const clock = `${months[Number(iso.slice(5, 7)) - 1]} ${day} ${iso.slice(11, 19)}`;
		for (const at of machines) at.clock = clock;
		return format === 'rfc3164' ? `${clock} ` : `${iso.slice(0, 19)}.`;
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
			shape: {type: 'string', default: 'dense'},
		},
	});
	if (values.format !== 'rfc3339' && values.format !== 'rfc3164') {
		throw new RangeError(`--format is rfc3339 or rfc3164, not «${values.format}».`);
	}
	const shape = shapes[values.shape as ShapeName];
	if (shape === undefined)
		throw new RangeError(`--shape is one of ${Object.keys(shapes).join(', ')}, not «${values.shape}».`);
	const descriptor = values.out === '-' ? 1 : openSync(values.out, 'w');
	const truth = writeBusySite(descriptor, {
		bytes: parseSize(values.size),
		seed: Number(values.seed),
		format: values.format,
		shape,
	});
	if (descriptor !== 1) closeSync(descriptor);
	if (values.truth !== undefined) writeFileSync(values.truth, `${JSON.stringify(truth, null, '\t')}\n`);
	const sessions = Object.values(truth.sessions).reduce((sum, count) => sum + count, 0);
	process.stderr.write(`${truth.lines} lines, ${truth.bytes} bytes, ${sessions} sessions\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) command();
