import type {Accepted, Effective, Intended, MatrixRow, MatrixVerdict, Observed} from '../../model/service-matrix.ts';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {protocolOf, protocols} from '../../tls/version.ts';
import {folded, type Marks, type Page, paper, type Style, table} from './layout.ts';

/** `TLSv1.2` is `1.2`, `TLSv1` is `1.0`, `SSLv3` is `SSL3`: a table has little room. */
function shortVersion(word: string): string {
	if (word === 'TLSv1') return '1.0';
	return word.replace(/^TLSv/, '').replace(/^SSLv/, 'SSL');
}

/** Versions in a table: `1.0-1.3` where none between is missing, else `1.0 1.2`. */
export function versionRange(versions: readonly string[]): string {
	const known = protocols.filter(each => versions.includes(each));
	const strange = versions.filter(each => protocolOf(each) === null).map(plain);
	const [first, last] = [known[0], known.at(-1)];
	if (first === undefined || last === undefined) return strange.join(' ') || 'none';
	const whole = protocols.indexOf(last) - protocols.indexOf(first) + 1 === known.length;
	const words = whole && known.length > 1 ? [`${shortVersion(first)}-${shortVersion(last)}`] : known.map(shortVersion);
	return [...words, ...strange].join(' ');
}

export const demandWords = {
	implicit: 'TLS at once',
	required: 'TLS is demanded',
	offered: 'TLS is offered, not demanded',
	none: 'no TLS',
	down: 'TLS is broken',
} as const;

const shortDemand = {
	implicit: 'at once',
	required: 'required',
	offered: 'offered',
	none: 'none',
	down: 'broken',
} as const;

function marked(verdict: MatrixVerdict, text: string, {yes, no}: Marks): string {
	return {agrees: `${yes} ${text}`, differs: `${no} ${text}`, unknown: `  ${text}`}[verdict];
}

const intendedCell = ({versions, demand}: Intended): string => {
	if (versions !== null) return versionRange(versions);
	if (demand === 'none') return 'no TLS';
	return demand === null ? 'not said' : 'any version';
};

const effectiveCell = ({versions, demand, verdict}: Effective, marks: Marks): string =>
	marked(verdict, demand === 'none' ? 'no TLS' : demand === 'down' ? 'broken' : versionRange(versions), marks);

const acceptedCell = (accepted: Accepted | null, marks: Marks): string => {
	if (accepted === null) return '  -';
	const {problem, versions, verdict} = accepted;
	return marked(verdict, problem !== null && versions.length === 0 ? 'no answer' : versionRange(versions), marks);
};

const observedCell = (observed: Observed | null, marks: Marks): string => {
	if (observed === null) return '  -';
	const {sessions, versions, plaintext, failed, unlogged, verdict} = observed;
	if (sessions === 0) return '  never seen';
	const words = versions.length === 0 ? [] : [versionRange(versions.map(({protocol}) => protocol))];
	if (plaintext > 0) words.push(`${count(plaintext)} plain`);
	if (unlogged > 0) words.push(`${count(unlogged)} not logged`);
	if (words.length === 0) words.push(`${count(failed)} failed`);
	return marked(verdict, words.join(', '), marks);
};

/** The matrix as a table: what was intended, what the files do, what the server accepts, what the log saw. */
export function matrixLines(rows: readonly MatrixRow[], marks: Marks, style: Style, page: Page = paper): string[] {
	const asked = rows.some(({accepted}) => accepted !== null);
	const seen = rows.some(({observed}) => observed !== null);
	const headings = [
		{title: 'SERVICE'},
		{title: 'PORT', right: true},
		{title: 'TLS'},
		{title: 'INTENDED'},
		{title: '  EFFECTIVE'},
		...(asked ? [{title: '  ACCEPTED'}] : []),
		...(seen ? [{title: '  OBSERVED'}] : []),
	];
	const look = (line: string, index: number): string => {
		const row = rows[index];
		const bad = [row?.effective, row?.accepted, row?.observed].some(cell => cell?.verdict === 'differs');
		return bad ? style('violation', line) : line;
	};
	const lines = table(
		headings,
		rows.map(row => [
			plain(row.service),
			row.port === null ? '-' : String(row.port),
			shortDemand[row.effective.demand],
			intendedCell(row.intended),
			effectiveCell(row.effective, marks),
			...(asked ? [acceptedCell(row.accepted, marks)] : []),
			...(seen ? [observedCell(row.observed, marks)] : []),
		]),
		page,
		look,
	);
	const unlogged = rows.some(({observed}) => (observed?.unlogged ?? 0) > 0);
	const legend = [
		`${marks.yes} as intended, ${marks.no} not as intended; TLS versions without the word TLS`,
		...(unlogged ? ['not logged: the log does not say the version, or whether TLS was used'] : []),
	];
	return [...lines, ...legend.flatMap(line => folded(line, '', page.width))];
}
