import {InvalidArgumentError, Option} from 'commander';
import {parseProtocol} from '../tls/version.ts';

/** Flags of `check` and `whatif` besides the flags of every command. */
export type JudgingOptions = {
	/** Least severity that fails a check. */
	readonly failOn?: 'violation' | 'weakness';
	/** As many sessions may break a rule before the check fails. */
	readonly maxViolations?: number;
	/** Share of the sessions of a hop and port, 0 to 1, that may lack what a rule asks for. */
	readonly maxUndecided?: number;
	/** File of findings that are known already. */
	readonly baseline?: string;
	readonly writeBaseline?: string;
	/** Canonical, such as `TLSv1.2`. */
	readonly minVersion?: string;
	/** Words of `--ban`; a file name may have slipped in, see `partBan` in `src/commands/what-if.ts`. */
	readonly ban?: readonly string[];
	/** Policy to try: its name or file. */
	readonly preset?: string;
	/** The day by whose calendar a policy is judged, `YYYY-MM-DD`; today when absent. */
	readonly at?: string;
};

function readCount(text: string): number {
	if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a number of sessions, such as 0 or 10');
	return Number(text);
}

/** `5%`, or the share itself, `0.05`. A bare 1 may be meant as either. */
function readShare(text: string): number {
	const [, number, percent] = /^(\d{1,3}(?:\.\d{1,6})?)\s*(%?)$/.exec(text.trim()) ?? [];
	const share = percent === '%' ? Number(number) / 100 : Number(number);
	if (number === undefined || share > 1) throw new InvalidArgumentError('expected a share, such as 5% or 0.05');
	if (share === 1 && percent !== '%') throw new InvalidArgumentError('write 1% or 100%');
	return share;
}

function readVersion(text: string): string {
	try {
		return parseProtocol(text);
	} catch (error) {
		throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
	}
}

/** `--ban RC4,3DES --ban CBC` and `--ban RC4 3DES CBC` are the same. */
function readBan(text: string, before: readonly string[] = []): readonly string[] {
	return [...before, ...text.split(/,(?![^{]*\})/).filter(word => word !== '')];
}

/** A day that is in the calendar: 2030-02-30 is not. */
function readDay(text: string): string {
	const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	if (Number.isNaN(moment) || new Date(moment).toISOString().slice(0, 10) !== text)
		throw new InvalidArgumentError('expected a day, such as 2030-01-01');
	return text;
}

/** Of the commands that judge. */
export const atFlag: Option = new Option(
	'--at <day>',
	'judge as of this day, such as 2030-01-01: dated rules and exceptions',
).argParser(readDay);

export const checkFlags: readonly Option[] = [
	new Option('--fail-on <severity>', 'least severity that fails')
		.choices(['violation', 'weakness'])
		.default('violation'),
	new Option('--max-violations <n>', 'pass while no more sessions break rules, a session once per rule')
		.default(0)
		.argParser(readCount),
	new Option(
		'--max-undecided <share>',
		'share of the sessions of a hop and port that may lack what a rule asks for; default 5%',
	).argParser(readShare),
	new Option('--baseline <file>', 'only what this file does not know fails'),
	new Option('--write-baseline <file>', 'write what is broken now to this file'),
	atFlag,
];

export const whatIfFlags: readonly Option[] = [
	new Option('--min-version <version>', 'least TLS version, such as TLSv1.2').argParser(readVersion),
	new Option('--ban <cipher...>', 'suites or classes of suites to ban, such as RC4, CBC').argParser(readBan),
	new Option('--preset <name|file>', 'policy to try; the same as --policy'),
	atFlag,
];
