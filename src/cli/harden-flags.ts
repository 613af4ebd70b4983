import {InvalidArgumentError, Option} from 'commander';

/** Flags of `harden` besides the flags of every command. */
export type HardenOptions = {
	/** File of the policy table in use. */
	readonly table?: string;
	/** Configuration in use: directory, tarball, or output of postconf. */
	readonly postfix?: string;
	/** Least sessions of a next hop. */
	readonly minSessions?: number;
	/** Least days from its first session to its last. */
	readonly minDays?: number;
	/** A file that is there may be overwritten. */
	readonly overwrite?: boolean;
};

/**
 * Five sessions: of two servers of a domain that are asked alike, one without TLS would be missed five times with a chance of 3 %.
 * Seven days: each day of the week is among them, and with it the weekly letter and the server that stands in on Sundays. A
 * mistake costs a delay that the log shows at once, and no mail.
 */
export const usualEnough = {sessions: 5, days: 7} as const;

const reader = (what: string) => (text: string) => {
	if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError(`expected a number of ${what} from 1 on`);
	return Number(text);
};

export const hardenFlags: readonly Option[] = [
	new Option('--table <file>', 'policy table in use: its stricter lines stay, the others are compared'),
	new Option('--postfix <config>', 'configuration in use, for its tables, level and routes: directory or tarball'),
	new Option('--min-sessions <n>', 'a line needs so many sessions')
		.default(usualEnough.sessions)
		.argParser(reader('sessions')),
	new Option('--min-days <n>', 'a line needs so many days, from the first session to the last')
		.default(usualEnough.days)
		.argParser(reader('days')),
	new Option('-o, --output <file>', 'write to a file'),
	new Option('--overwrite', 'the file may be there already'),
];
