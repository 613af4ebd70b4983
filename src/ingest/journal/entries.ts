/** Where in the journal an entry stands. */
export type JournalPlace = {
	/** What journalctl finds it by; no more is known of its form (sd_journal_get_cursor(3)). */
	readonly cursor: string;
	/** When journald took it, in µs since 1970 (`__REALTIME_TIMESTAMP`). */
	readonly time: number;
};

/** Some entries that came one after the other. */
export type JournalEntries = {
	/** Those of a mail server, a line each, ended by a newline. */
	readonly lines: Buffer;
	/** The last one that is not too old, of any program; null where none of them has a place. */
	readonly last: JournalPlace | null;
};

export type EntriesOptions = {
	/** The name of a unit, or null for whatever Postfix and Dovecot write. */
	readonly unit: string | null;
	/** Entries up to this time, in µs since 1970, are left out. */
	readonly newerThan?: number | undefined;
};

type Fields = Readonly<Record<string, unknown>>;

const newline = 10;
/** Longest entry that is read; a byte of a text that is no UTF-8 is written as a number, in up to four. */
const longest = 4 << 20;

/** A field that an entry has several times is a list of its values (systemd.journal-fields(7)). */
function textOf(value: unknown): string {
	const first = Array.isArray(value) ? value[0] : value;
	return typeof first === 'string' ? first : '';
}

const mailServer = /^(?:postfix|dovecot)/i;

/** The unit's name without its instance and its kind: `postfix` of `postfix@-.service`. */
const baseOf = (unit: string): string => unit.replace(/\.service$/, '').replace(/@.*$/s, '');
const withoutKind = (unit: string): string => unit.replace(/\.service$/, '');

/** Whether entries of `unit` are among those that `asked` names: itself, and without an instance all of its instances. */
function isOf(unit: string, asked: string): boolean {
	const name = withoutKind(asked);
	return withoutKind(unit) === name || (!name.includes('@') && baseOf(unit) === name && unit.includes('@'));
}

/** Whether two choices of a unit share entries; null is everything of mail. */
export function unitsOverlap(one: string | null, other: string | null): boolean {
	return one === null || other === null || isOf(one, other) || isOf(other, one);
}

/** What journald says of entries that it dropped: nothing may be concluded from their absence. Older ones name the control group. */
const loss = /^Suppressed \d+ messages from (?:\S*\/)?(\S+)$/;

function isWanted(entry: Fields, asked: string | null): boolean {
	const identifier = textOf(entry.SYSLOG_IDENTIFIER);
	const isJournald = identifier === 'systemd-journald';
	const unit = isJournald ? (loss.exec(textOf(entry.MESSAGE))?.[1] ?? '') : textOf(entry._SYSTEMD_UNIT);
	return asked === null ? mailServer.test(unit) || mailServer.test(identifier) : isOf(unit, asked);
}

function entryOf(line: Buffer): Fields | null {
	try {
		const value: unknown = JSON.parse(line.toString('utf8'));
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
	} catch {
		return null;
	}
}

/** The place of an entry; null where it has none. */
export function placeOf(entry: Fields): JournalPlace | null {
	const cursor = textOf(entry.__CURSOR);
	const time = Number(textOf(entry.__REALTIME_TIMESTAMP));
	return cursor === '' || !Number.isSafeInteger(time) || time <= 0 ? null : {cursor, time};
}

/** The first whole entry of what journalctl wrote; null while there is none. */
export function firstEntry(text: Buffer): Fields | null {
	const end = text.indexOf(newline);
	return end === -1 ? null : entryOf(text.subarray(0, end));
}

/**
 * Takes what `journalctl -o json` writes, piece by piece, and chooses the entries of a mail server. They stay as they are. A line
 * that is no entry goes through as well, so that it is counted. An unfinished line waits for its end; it is never given out.
 */
export function createEntries({unit, newerThan = 0}: EntriesOptions): (piece: Buffer) => JournalEntries {
	let carry: Buffer = Buffer.alloc(0);
	/** The unfinished line is too long, and is left out up to its end. */
	let dropping = false;

	return piece => {
		const text = carry.length === 0 ? piece : Buffer.concat([carry, piece]);
		const wanted: Buffer[] = [];
		let last: JournalPlace | null = null;
		let at = 0;
		for (let end = text.indexOf(newline, at); end !== -1; end = text.indexOf(newline, at)) {
			const line = text.subarray(at, end + 1);
			at = end + 1;
			if (dropping) {
				dropping = false;
				continue;
			}
			const entry = entryOf(line);
			const place = entry === null ? null : placeOf(entry);
			const isOld = place !== null && place.time <= newerThan;
			if (!isOld) last = place ?? last;
			if (entry === null ? line.length > 1 : !isOld && isWanted(entry, unit)) wanted.push(line);
		}
		carry = Buffer.from(text.subarray(at));
		if (carry.length > longest) {
			carry = Buffer.alloc(0);
			dropping = true;
		}
		return {lines: Buffer.concat(wanted), last};
	};
}
