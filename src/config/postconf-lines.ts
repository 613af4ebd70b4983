import type {PostconfWarning} from './configuration.ts';
import {folded, logicalLines} from './logical-lines.ts';
import {harmless} from './secrets.ts';

/** One line of what postconf(1) prints, told by its form. */
export type PostconfLine =
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
export function postconfLines(text: string): PostconfLine[] {
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
