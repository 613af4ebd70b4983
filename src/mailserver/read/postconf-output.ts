import {defaultOf, parameterSince} from '../releases/defaults.ts';
import {type PostfixVersion, parseVersion} from '../releases/postfix-version.ts';
import type {
	PostconfWarning,
	PostfixConfiguration,
	ServiceEntry,
	ServiceOption,
	Setting,
	SyntaxFault,
} from './configuration.ts';
import {folded, logicalLines} from './logical-lines.ts';
import {readMasterCf} from './master-cf.ts';
import {harmless} from './secrets.ts';
import {commentAt, gluedAt, swallowedInFolded} from './value-faults.ts';

/** One line of what postconf(1) prints, by its form. */
type PostconfLine =
	/** `smtpd_tls_loglevel = 1`: of -n, of -d, or of no option. */
	| {readonly kind: 'parameter'; readonly name: string; readonly value: string}
	/** `smtps inet n - n - - smtpd -o …`: of -M. */
	| {readonly kind: 'service'; readonly text: string}
	/** `smtps/inet/smtpd_tls_wrappermode = yes`: of -P. */
	| {
			readonly kind: 'option';
			readonly service: string;
			readonly type: string;
			readonly name: string;
			readonly value: string;
	  }
	/** Of standard error, where both streams were kept. */
	| {readonly kind: 'warning'; readonly warning: PostconfWarning}
	/** The command itself, where a terminal was copied: what follows is another output. */
	| {readonly kind: 'command'};

const complaint = /^(?:\S*\/)?postconf: (?:(?:warning|fatal|error|panic): )?(.*)$/;
const command = /^\s*(?:\S*[$#>%]\s+)?(?:sudo\s+)?(?:\S*\/)?postconf(?:\s+-.*|\s*)$/;
const types = '(inet|unix|unix-dgram|fifo|pass)';
const service = new RegExp(`^\\S+\\s+${types}\\s+(?:[-yn]\\s+){3}`);
const option = new RegExp(`^(\\S+)/${types}/([^/\\s=]+) =(.*)$`);
const parameter = /^([A-Za-z0-9_][A-Za-z0-9_.-]*) =(?: (.*))?$/;
/** What `postconf -F` calls the columns: no parameters of the daemon. */
const columns = /^(?:service|type|private|unprivileged|chroot|wakeup|process_limit|command)$/;

const kinds: readonly (readonly [kind: PostconfWarning['kind'], pattern: RegExp])[] = [
	['overriding', /overriding earlier entry/],
	['unused', /unused parameter/],
	['undefined', /undefined parameter/],
	['deprecated', /will be removed|deprecated|obsolete/],
];

function warningOf(text: string): PostconfWarning {
	const kind = kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
	// `unused parameter: db_password=…`: the value is the administrator's own and may be a secret.
	const veiled = text.replace(
		/^(.*(?:parameter|entry): )([^\s=:]+)(\s*=\s*)(.*)$/,
		(_, before: string, name: string, sign: string, value: string) => `${before}${name}${sign}${harmless(name, value)}`,
	);
	return {kind, text: veiled};
}

function lineOf(text: string): PostconfLine | null {
	const called = option.exec(text);
	if (called !== null) {
		const [, service = '', type = '', name = '', value = ''] = called;
		return columns.test(name) ? null : {kind: 'option', service, type, name, value: folded(value)};
	}
	const assigned = parameter.exec(text);
	if (assigned !== null) return {kind: 'parameter', name: assigned[1] ?? '', value: folded(assigned[2] ?? '')};
	return service.test(text) ? {kind: 'service', text} : null;
}

/**
 * The lines of any outputs of postconf(1), one after another in one text, with those of standard error among them; folded
 * lines (`-f`) are joined. What is none of its lines is passed over.
 */
function postconfLines(text: string): PostconfLine[] {
	const lines: PostconfLine[] = [];
	const rest: string[] = [];
	const flush = (): void => {
		for (const logical of logicalLines(rest.join('\n'))) {
			const line = lineOf(logical.text.replace(/[ \t\v\f\r]+$/, ''));
			if (line !== null) lines.push(line);
		}
		rest.length = 0;
	};
	for (const line of text.split(/\r?\n/)) {
		const complained = complaint.exec(line);
		if (complained !== null) lines.push({kind: 'warning', warning: warningOf(complained[1] ?? '')});
		else if (command.test(line)) {
			flush();
			lines.push({kind: 'command'});
		} else rest.push(line);
	}
	flush();
	return lines;
}

type OptionLine = PostconfLine & {readonly kind: 'option'};

/**
 * Puts options together again that postconf(1) has taken apart: it splits `-oname=value` at every letter o
 * (`-o smtpd_tls_auth_ -o nly=yes`). Only where that makes the name of a parameter (Postfix: postconf/postconf_master.c).
 */
function unmangled(line: string): {readonly text: string; readonly glued: ReadonlySet<string>} {
	const glued = new Set<string>();
	const text = line.replace(/-o ([A-Za-z0-9_]+(?: -o [A-Za-z0-9_]*)* -o ([A-Za-z0-9_]*)=)/g, (whole, parts: string) => {
		const name = parts.slice(0, -1).split(' -o ').join('o');
		if (parameterSince(name) === null) return whole;
		glued.add(name);
		return `-o ${name}=`;
	});
	return {text, glued};
}

/** The services that -M lists, with every duplicate. */
function fromMaster(lines: readonly string[]): [ServiceEntry[], SyntaxFault[]] {
	const services: ServiceEntry[] = [];
	const faults: SyntaxFault[] = [];
	const place = {file: 'master.cf', line: null};
	for (const line of lines) {
		const {text, glued} = unmangled(folded(line));
		const read = readMasterCf(`${text}\n`, place.file);
		faults.push(...read.faults.map(fault => ({...fault, place})));
		for (const entry of read.services) {
			const options = entry.options.map(option => {
				const form: ServiceOption['form'] = glued.has(option.name) ? 'glued' : option.form;
				return {...option, place, form};
			});
			services.push({...entry, options, place});
		}
	}
	return [services, faults];
}

/** The program a service runs, by the parameters it is given: -P does not show it. */
function commandOf(type: string, service: string, names: readonly string[]): string {
	const begins = (prefix: string): boolean => names.some(name => name.startsWith(prefix));
	if (begins('postscreen_')) return 'postscreen';
	if (begins('tlsproxy_')) return 'tlsproxy';
	if (begins('smtpd_') || type === 'inet' || type === 'pass') return 'smtpd';
	if (begins('lmtp_')) return 'lmtp';
	return begins('smtp_') || service === 'relay' ? 'smtp' : service;
}

/**
 * The services in the output of postconf(1): those of -M; of -P only such as -M does not have, since -P merges the
 * options of duplicates and leaves broken options out. /
 */
function postconfServices(lines: readonly PostconfLine[]): {
	readonly services: readonly ServiceEntry[] | null;
	readonly faults: readonly SyntaxFault[];
} {
	const [services, faults] = fromMaster(lines.flatMap(line => (line.kind === 'service' ? [line.text] : [])));
	const listed = new Set(services.map(({name, type}) => `${name}/${type}`));
	const others = new Map<string, OptionLine[]>();
	for (const line of lines) {
		if (line.kind !== 'option' || listed.has(`${line.service}/${line.type}`)) continue;
		const key = `${line.service}/${line.type}`;
		others.set(key, [...(others.get(key) ?? []), line]);
	}
	const place = {file: 'master.cf', line: null};
	for (const found of others.values()) {
		const [first] = found;
		if (first === undefined) continue;
		const options = [...new Map(found.map(({name, value}) => [name, value]))].map(
			([name, value]): ServiceOption => ({name, value, place, form: 'plain'}),
		);
		const command = commandOf(
			first.type,
			first.service,
			options.map(({name}) => name),
		);
		services.push({
			name: first.service,
			type: first.type,
			columns: ['-', '-', '-', '-', '-'],
			command,
			options,
			stray: [],
			place,
		});
	}
	return {services: services.length === 0 ? null : services, faults};
}

type Values = ReadonlyMap<string, string>;

/** In every output, and set by no line of main.cf. */
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

/** Parameters of which the default differs from host to host and from build to build, though they bear on TLS. */
const ofTheHost =
	/^(?:tls_(?:random_source|eecdh_|ffdhe_|high_|medium_|low_|export_|null_)|inet_|compatibility_level|relayhost)/;

function faultsIn(main: readonly Setting[]): SyntaxFault[] {
	return main.flatMap(({name, value, place}) => {
		const swallowed = swallowedInFolded(name, value);
		const comment = commentAt(name, value);
		const faults: SyntaxFault[] = [];
		const glued = swallowed >= 0 ? -1 : gluedAt(name, value);
		if (glued >= 0) faults.push({kind: 'glued-line', place, subject: name, text: value.slice(glued)});
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
 * order with what they said on standard error (postconf(1)). They are recognised by their form, -d by its size. Lines of
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
		const isOfInstance = [...own.keys()].some(name => !ofTheHost.test(name));
		if (isOfInstance) {
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
