import type {PackedFormat} from './archive-problem.ts';

/** What the first block of a file is. `refused` carries the end of a sentence that begins with the file's name. */
export type Content = {readonly kind: 'text' | PackedFormat} | {readonly kind: 'refused'; readonly why: string};

/** Magic bytes of what is unpacked; zstd's second is a skippable frame, with which pzstd begins; `lzma` is xz's elder. */
const packings: ReadonlyArray<readonly [format: PackedFormat, magic: RegExp]> = [
	['gzip', /^\x1f\x8b/],
	['zstd', /^\x28\xb5\x2f\xfd|^[\x50-\x5f]\x2a\x4d\x18/],
	['xz', /^\xfd7zXZ\0|^\x5d\0\0/],
	['bzip2', /^BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)/],
];

/** Magic bytes by offset, as file(1) knows them. */
const signatures: ReadonlyArray<readonly [offset: number, bytes: string, why: string]> = [
	[0, '\x1f\x9d', 'is packed by compress(1), which cannot be read directly; unpack it first: zcat FILE | tlsaudit'],
	[0, '\x7fELF', 'is a program, not a log'],
	[0, '\x89PNG', 'is an image, not a log'],
	[0, '\xff\xd8\xff', 'is an image, not a log'],
	[0, 'GIF8', 'is an image, not a log'],
	[0, '%PDF', 'is a PDF document, not a log'],
	[0, 'PK\x03\x04', 'is a zip archive; unpack it first'],
	[257, 'ustar', 'is a tar archive; unpack it first: tar -xOf FILE | tlsaudit'],
	[0, 'LPKSHHRH', 'is a systemd journal; export it: journalctl -o short-iso | tlsaudit'],
	[0, 'SQLite format 3\0', 'is an SQLite database, not a log'],
	[8, 'DUCK', 'is a DuckDB database; open it with --db'],
	[0, '\xff\xfe', 'is UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8 FILE | tlsaudit'],
	[0, '\xfe\xff', 'is UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8 FILE | tlsaudit'],
];

/** Bytes at the start of a file that are looked at. */
export const sniffed = 65_536;

/** Of random bytes one in nine is such a control character, of logs next to none. */
const mostControls = 0.08;

function looksBinary(block: Buffer): boolean {
	let controls = 0;
	let judged = 0;
	let zeros = 0;
	for (const byte of block) {
		if (byte === 0) {
			zeros += 1;
			continue;
		}
		// A run of NULs is what a power cut leaves in a log; single ones are what binary files are made of.
		if (zeros > 0 && zeros < 32) {
			controls += zeros;
			judged += zeros;
		}
		zeros = 0;
		judged += 1;
		const blank = byte === 9 || byte === 10 || byte === 13 || byte === 27;
		if (byte < 32 && !blank) controls += 1;
	}
	return judged > 0 && controls / judged > mostControls;
}

/** Judges a file by its first block, never by its name. An empty block is text. */
export function contentOf(block: Buffer): Content {
	const start = block.toString('latin1', 0, 12);
	for (const [format, magic] of packings) if (magic.test(start)) return {kind: format};
	for (const [offset, bytes, why] of signatures)
		if (block.toString('latin1', offset, offset + bytes.length) === bytes) return {kind: 'refused', why};
	const looked = block.subarray(0, sniffed);
	const speaksOfMail = looked.includes('postfix') || looked.includes('dovecot');
	if (!speaksOfMail && looksBinary(looked)) return {kind: 'refused', why: 'is a binary file, not a log'};
	return {kind: 'text'};
}
