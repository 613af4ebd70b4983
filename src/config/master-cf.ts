import type {ServiceEntry, SyntaxFault} from './configuration.ts';
import {folded, type LogicalLine, lineAt, logicalLines} from './logical-lines.ts';
import {masterWords, type Word} from './master-words.ts';
import {readArguments} from './service-arguments.ts';

/** What master.cf says, in order, with every duplicate; and what is wrong with it as text. */
export type MasterCf = {readonly services: readonly ServiceEntry[]; readonly faults: readonly SyntaxFault[]};

const types = new Set(['inet', 'unix', 'unix-dgram', 'fifo', 'pass']);
/** Private, unpriv, chroot, wakeup, maxproc. */
const columnForms = [/^[-yn]$/, /^[-yn]$/, /^[-yn]$/, /^(?:-|\d+\??)$/, /^(?:-|\d+)$/];
/** A service that is commented out: eight columns and no more than options behind them. */
const commentedService =
	/^[ \t]*#+[ \t]*[^ \t#]+[ \t]+(?:inet|unix|unix-dgram|fifo|pass)(?:[ \t]+[-yn]){3}[ \t]+(?:-|\d+\??)[ \t]+(?:-|\d+)[ \t]+[^ \t]/;

/** Options that join the service above, since only the line of their own service was commented out. */
function orphans({pieces}: LogicalLine, file: string, subject: string): SyntaxFault[] {
	return pieces
		.slice(1)
		.filter(({text, commentsBefore}) => {
			// What stands between the commented service and the option may only be its other, commented options.
			const above = commentsBefore.findLast(comment => !/^[ \t]*#+[ \t]*(?:-|$)/.test(comment));
			return /^[ \t]+-/.test(text) && above !== undefined && commentedService.test(above);
		})
		.map(({text, line}) => ({kind: 'orphan-continuation', place: {file, line}, subject, text: folded(text)}));
}

/** The service of a logical line, or null where its columns are wrong. */
function readService(
	words: readonly Word[],
	placeOf: (word: Word) => SyntaxFault['place'],
): [ServiceEntry, SyntaxFault[]] | null {
	const [name, type, ...rest] = words;
	const columns = rest.slice(0, 5).map(word => word.text);
	const command = rest[5];
	if (name === undefined || type === undefined || command === undefined || !types.has(type.text)) return null;
	if (!columns.every((column, index) => columnForms[index]?.test(column))) return null;
	const read = readArguments(command.text, rest.slice(6), `${name.text}/${type.text}`, placeOf);
	const {options, stray} = read;
	const place = placeOf(name);
	return [{name: name.text, type: type.text, columns, command: command.text, options, stray, place}, [...read.faults]];
}

/**
 * Reads master.cf: eight columns, then the options of the daemon. Values are not expanded; `file` is the name for messages.
 * Never throws: what master(8) or the daemon would refuse is a fault (master(5), Postfix: master/master_ent.c).
 */
export function readMasterCf(text: string, file: string): MasterCf {
	const services: ServiceEntry[] = [];
	const faults: SyntaxFault[] = [];
	for (const line of logicalLines(text)) {
		const placeOf = (word: Word): SyntaxFault['place'] => ({file, line: lineAt(line, word.offset)});
		const words = masterWords(line.text);
		const place = {file, line: line.pieces[0]?.line ?? 1};
		const whole = folded(line.text);
		const above = services.at(-1);
		const subject = above === undefined ? '' : `${above.name}/${above.type}`;
		if (line.orphan) {
			faults.push({kind: 'orphan-continuation', place, subject: '', text: whole});
			continue;
		}
		if (whole.startsWith('-')) {
			faults.push({kind: 'lost-indentation', place, subject, text: whole});
			continue;
		}
		const service = readService(words, placeOf);
		if (service === null) {
			faults.push({kind: 'bad-service', place, subject: words[0]?.text ?? '', text: whole});
			continue;
		}
		services.push(service[0]);
		faults.push(...service[1], ...orphans(line, file, `${service[0].name}/${service[0].type}`));
	}
	return {services, faults};
}
