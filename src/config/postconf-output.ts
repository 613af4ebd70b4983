import type {PostconfWarning, PostfixConfiguration, Setting, SyntaxFault} from './configuration.ts';
import {defaultOf, parameterSince} from './defaults.ts';
import {type PostconfLine, postconfLines} from './postconf-lines.ts';
import {postconfServices} from './postconf-services.ts';
import {type PostfixVersion, parseVersion} from './postfix-version.ts';
import {commentAt, swallowedInFolded} from './value-faults.ts';

type Values = ReadonlyMap<string, string>;

/** Told with every output, set by no line of main.cf. */
const ofTheProgram = ['mail_version', 'config_directory'];

/** postconf without -n prints every parameter there is; no main.cf sets so many. */
const allOfThem = 400;

/**
 * The outputs of parameters, parted: each is sorted by name, so that a name out of order begins the next. Answers to
 * `postconf name` come in any order and make many small ones, which does no harm.
 */
function outputs(lines: readonly PostconfLine[]): Map<string, string>[] {
	const found: Map<string, string>[] = [];
	let last = '';
	for (const line of lines) {
		if (line.kind === 'parameter') {
			if (found.length === 0 || last === '' || line.name <= last) found.push(new Map());
			found.at(-1)?.set(line.name, line.value);
			last = line.name;
		} else if (line.kind !== 'warning') last = '';
	}
	return found;
}

/**
 * The settings in the output of postconf without -n and -d, which is that of -d but for what main.cf sets: those that are
 * not the default. Where none differs, it is the output of -d.
 */
function differing(all: Values, version: PostfixVersion | null): Map<string, string> {
	return new Map(
		[...all].filter(
			([name, value]) =>
				parameterSince(name) !== null && value !== (defaultOf(name, version) ?? '').replace(/\s+/g, ' '),
		),
	);
}

/** Parameters of which the default differs from machine to machine and from build to build, though they bear on TLS. */
const ofTheMachine =
	/^(?:tls_(?:random_source|eecdh_|ffdhe_|high_|medium_|low_|export_|null_)|inet_|compatibility_level|relayhost)/;

function faultsIn(main: readonly Setting[]): SyntaxFault[] {
	return main.flatMap(({name, value, place}) => {
		const swallowed = swallowedInFolded(name, value);
		const comment = commentAt(name, value);
		const faults: SyntaxFault[] = [];
		if (swallowed >= 0) faults.push({kind: 'swallowed-line', place, subject: name, text: value.slice(swallowed)});
		if (comment >= 0) faults.push({kind: 'trailing-comment', place, subject: name, text: value.slice(comment)});
		return faults;
	});
}

function distinct(warnings: readonly PostconfWarning[]): PostconfWarning[] {
	return [...new Map(warnings.map(warning => [warning.text, warning])).values()];
}

/** Whether a text is output of postconf(1): most of its lines are, and at least one. */
export function isPostconfOutput(text: string): boolean {
	const lines = postconfLines(text).filter(({kind}) => kind !== 'command');
	const all = text.split('\n').filter(line => /^[^\s#]/.test(line)).length;
	return lines.length > 0 && lines.length * 2 >= all;
}

/**
 * Reads outputs of `postconf -n`, `-M`, `-P` and `-d`, and of postconf without options, pasted one after another in any
 * order with what they said on standard error (postconf(1)). They are told apart by their form, -d by its size. Lines of
 * the files are gone: places have the line null.
 */
export function readPostconf(text: string): PostfixConfiguration {
	const lines = postconfLines(text);
	const parts = outputs(lines);
	const whole = parts.filter(part => part.size >= allOfThem);
	const small = parts.filter(part => part.size < allOfThem);
	const version = parseVersion(parts.map(part => part.get('mail_version')).find(Boolean) ?? '');
	const set = new Map(small.flatMap(part => [...part]));
	let defaults: Values | null = whole[0] ?? null;
	if (whole[0] !== undefined && [...set.keys()].every(name => ofTheProgram.includes(name))) {
		const own = differing(whole.at(-1) ?? whole[0], version);
		const telling = [...own.keys()].some(name => !ofTheMachine.test(name));
		if (telling) {
			for (const [name, value] of own) set.set(name, value);
			defaults = whole.length > 1 ? (whole[0] ?? null) : null;
		}
	}
	const directory = set.get('config_directory') ?? '';
	for (const name of ofTheProgram) set.delete(name);
	const place = {file: 'main.cf', line: null};
	const main = [...set].map(([name, value]) => ({name, value, place}));
	const {services, faults} = postconfServices(lines);
	return {
		form: 'postconf',
		directory: directory.startsWith('/') ? directory : null,
		version,
		main: main.length === 0 ? null : main,
		services,
		defaults,
		tables: new Map(),
		unread: [],
		faults: [...faultsIn(main), ...faults],
		warnings: distinct(lines.flatMap(line => (line.kind === 'warning' ? [line.warning] : []))),
	};
}
