export type PackedFormat = 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** A packed file ends too early, or is damaged. What was unpacked before it was given out. */
export class BrokenArchive extends Error {
	readonly format: PackedFormat;
	readonly kind: 'short' | 'corrupt';
	/** Packed bytes before the place, and bytes of text that they gave. */
	readonly stored: number;
	readonly text: number;
	/** The text was found right by its checksums; what follows it belongs to no archive. */
	readonly isSound: boolean;
	constructor(format: PackedFormat, kind: BrokenArchive['kind'], stored: number, text: number, isSound = false) {
		super(`${format}: ${kind} at ${stored}`);
		this.format = format;
		this.kind = kind;
		this.stored = stored;
		this.text = text;
		this.isSound = isSound;
	}
}

/** The program that unpacks a format is not there. */
export class MissingProgram extends Error {
	readonly format: PackedFormat;
	readonly program: string;
	readonly debianPackage: string;
	constructor(format: PackedFormat, program: string, debianPackage: string) {
		super(`${program} is missing`);
		this.format = format;
		this.program = program;
		this.debianPackage = debianPackage;
	}
}

/** The end of a sentence that begins with the file's name; undefined when the error is another one. */
export function explainArchive(error: unknown): string | undefined {
	if (error instanceof MissingProgram)
		return `is ${error.format}-compressed and the program ${error.program} is missing; install it: apt install ${error.debianPackage}`;
	if (!(error instanceof BrokenArchive)) return undefined;
	const {format, kind, stored, text} = error;
	return kind === 'short'
		? `the ${format} file ends too early; the ${text} bytes of text before byte ${stored} were read, fetch a complete copy`
		: `the ${format} file is corrupt; the ${text} bytes of text before byte ${stored} or so were read, fetch a sound copy`;
}
