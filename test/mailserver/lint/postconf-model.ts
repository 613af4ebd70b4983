import {logicalLines} from '../../../src/mailserver/read/logical-lines.ts';
import type {FixPlan} from '../../../src/model/fix-plan.ts';
import type {Files} from './generated.ts';

/**
 * postconf(1) in a few lines, over the text of the files (Postfix: postconf_edit.c, postconf_master.c; tried beside 3.7.11 by
 * the end-to-end tests). It knows nothing of the program's own model of it.
 */

/** Words as sh(1) makes them of plain words and single quotes. */
function words(line: string): string[] {
	const found: string[] = [];
	let word: string | null = null;
	for (let at = 0; at < line.length; at += 1) {
		const sign = line[at] ?? '';
		if (sign === "'") {
			const end = line.indexOf("'", at + 1);
			if (end < 0) throw new Error(`unclosed quote: ${line}`);
			word = (word ?? '') + line.slice(at + 1, end);
			at = end;
		} else if (sign === '\\') {
			at += 1;
			word = (word ?? '') + (line[at] ?? '');
		} else if (sign === ' ') {
			if (word !== null) found.push(word);
			word = null;
		} else {
			if (/[^\w./:@%+,=-]/.test(sign)) throw new Error(`${sign} is not quoted: ${line}`);
			word = (word ?? '') + sign;
		}
	}
	return word === null ? found : [...found, word];
}

/** The lines of a file that begin a logical line, with those that go on with it. */
function entries(text: string): {first: number; last: readonly number[]; text: string}[] {
	return logicalLines(text)
		.filter(({orphan}) => !orphan)
		.map(({pieces, text: whole}) => ({
			first: (pieces[0]?.line ?? 1) - 1,
			last: pieces.slice(1).map(({line}) => line - 1),
			text: whole,
		}));
}

function inMain(text: string, name: string, value: string | null): string {
	const lines: (string | null)[] = text.split('\n');
	let seen = false;
	for (const {first, last, text: whole} of entries(text)) {
		if (/^([^\s=]+)\s*=/.exec(whole)?.[1] !== name) continue;
		seen = true;
		for (const line of last) lines[line] = null;
		lines[first] = value === null ? null : `${name} = ${value}`;
	}
	const rest = lines.filter(line => line !== null).join('\n');
	return seen || value === null ? rest : `${rest}${name} = ${value}\n`;
}

/** Options of a service, each `-o` with its value, behind the other words. */
function inMaster(text: string, service: string, name: string, value: string | null): string {
	const lines: (string | null)[] = text.split('\n');
	for (const {first, last, text: whole} of entries(text)) {
		const [one, type] = whole.split(/\s+/);
		if (`${one}/${type}` !== service) continue;
		const options = [...whole.matchAll(/\s-o\s*(\{[^}]*\}|\S+)/g)].map(found => found[1] ?? '');
		const named = (option: string) => option.replace(/^\{\s*/, '').split(/\s*=/)[0] === name;
		const head = whole.replaceAll(/\s-o\s*(?:\{[^}]*\}|\S+)/g, '');
		const kept =
			value === null
				? options.filter(option => !named(option))
				: options.map(option => (named(option) ? `${name}=${value}` : option));
		const all = value === null || options.some(named) ? kept : [...kept, `${name}=${value}`];
		for (const line of last) lines[line] = null;
		lines[first] = [head.trimEnd(), ...all.map(option => `    -o ${option}`)].join('\n');
	}
	return lines.filter(line => line !== null).join('\n');
}

/** The files after one command line. A line that postconf would refuse throws. */
function afterPostconf({main, master}: Files, line: string): Files {
	const [program, flag, ...rest] = words(line);
	if (program !== 'postconf' || rest.length === 0) throw new Error(`no command of postconf: ${line}`);
	let [text, services] = [main, master];
	for (const word of rest) {
		const sign = flag === '-X' || flag === '-PX' ? word.length : word.indexOf('=');
		const value = sign === word.length ? null : word.slice(sign + 1);
		const left = word.slice(0, sign);
		const slash = left.lastIndexOf('/');
		if (flag === '-e' || flag === '-X') text = inMain(text, left, value);
		else if (flag === '-P' || flag === '-PX') {
			if (value !== null && /\s/.test(value)) throw new Error(`-Pe does not accept whitespace: ${line}`);
			services = inMaster(services, left.slice(0, slash), left.slice(slash + 1), value);
		} else if (flag === '-M') services = `${services}${services.endsWith('\n') ? '' : '\n'}${value}\n`;
		else throw new Error(`no option that is known: ${line}`);
	}
	return {main: text, master: services};
}

/** The files after a plan, as its script makes them: first each gets the newline that it lacks. */
export function afterPlan({main, master}: Files, {steps}: Pick<FixPlan, 'steps'>): Files {
	const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
	return steps
		.map(({command}) => command)
		.filter(command => !command.startsWith('echo '))
		.reduce(afterPostconf, {main: ended(main), master: ended(master)});
}
