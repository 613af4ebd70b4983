import type {LintFinding, LintSeverity} from '../../model/lint-finding.ts';
import {plain} from '../../text/plain.ts';
import {utcSecond} from '../../text/time.ts';
import {hasNoService, type PostfixReport, passes, unanswered, unlogged} from '../postfix-report.ts';
import {differenceLines, sharedTagLines} from './difference-text.ts';
import {folded, led, type Marks, type Page, paper, type Style} from './layout.ts';
import {matrixLines} from './matrix-text.ts';
import {planLines} from './plan-text.ts';
import {missingText, partlyRead} from './sentences.ts';

const looks = {error: 'violation', warn: 'weakness', info: 'info'} as const;
const words: Readonly<Record<LintSeverity, string>> = {error: 'ERROR', warn: 'WARNING', info: 'NOTE'};
/** That no line shows it says little: most mistakes leave none. */
const verdicts = {confirmed: ' (the log confirms it)', 'config-only': '', 'log-only': ' (from the log alone)'} as const;

/** Findings that differ in nothing but their service, as one: what main.cf says for all of them is read once. */
export function joinedFindings(findings: readonly LintFinding[]): LintFinding[] {
	const joined = new Map<string, LintFinding>();
	for (const finding of findings) {
		const key = JSON.stringify({...finding, service: ''});
		const first = joined.get(key);
		joined.set(key, first === undefined ? finding : {...first, service: `${first.service}, ${finding.service}`});
	}
	return [...joined.values()];
}

/** A command, or lines of configuration that belong together. */
function fixLines(fix: string): string[] {
	return fix.split('\n').map((line, index) => `  ${index === 0 ? 'fix:' : '    '} ${plain(line)}`);
}

/** One mistake: what, where, why, and the line to change. */
export function findingLines(finding: LintFinding, style: Style, {width}: Page = paper): string[] {
	const {id, severity, service, place, evidence, why, fix, source, verdict} = finding;
	const where = place === null ? '' : `, ${plain(place.file)}${place.line === null ? '' : `:${place.line}`}`;
	const seen = verdict === null ? '' : verdicts[verdict];
	return [
		...led(style, looks[severity], `${words[severity]} ${id}: ${plain(service)}${where}${seen}`, '', width),
		...folded(plain(evidence), '  ', width),
		...folded(plain(why), '  ', width),
		...fix.flatMap(fixLines),
		...folded(`source: ${plain(source)}`, '  ', width),
	];
}

function headLines({version, versionSource, config, policy, loadedAt, probed}: PostfixReport, {width}: Page): string[] {
	const release = version === null ? `Postfix, ${versionSource}` : `Postfix ${version} (${versionSource})`;
	const lines = [`${release}, ${plain(config)}; policy ${plain(policy)}`];
	if (loadedAt !== null) lines.push(`In force since ${utcSecond(loadedAt)} UTC, by the log`);
	if (probed !== null) lines.push(`Asked: ${plain(probed)}`);
	return lines.flatMap(line => folded(line, '', width));
}

/** The comparison for people: the matrix, what differs and why, the mistakes with their fixes, a verdict, and what to do, in order. */
export function postfixText(report: PostfixReport, style: Style, marks: Marks, page: Page = paper): string {
	const {matrix, findings, plans, notCheckable, unread, nothing, missing} = report;
	const sections: string[][] = [headLines(report, page)];
	const section = (title: string, lines: readonly string[]): void => {
		const heading = folded(title, '', page.width).map(line => style('heading', line));
		if (lines.length > 0) sections.push([...heading, ...lines]);
	};
	section(
		'Intended, effective, accepted, observed',
		matrix.length === 0 ? [] : matrixLines(matrix, marks, style, page),
	);
	section(
		'Service by service',
		[...matrix.flatMap(differenceLines), ...sharedTagLines(matrix)].flatMap(line =>
			folded(line.trimStart(), line.startsWith(' ') ? '  ' : '', page.width),
		),
	);
	section(
		'What the log lacks',
		[...(nothing === null ? [] : [`Nothing read: ${plain(nothing)}.`]), ...missing.map(missingText)].flatMap(line =>
			folded(line, '', page.width),
		),
	);
	for (const finding of joinedFindings(findings)) sections.push(findingLines(finding, style, page));
	const reasons = new Map<string, string[]>();
	for (const {id, why} of notCheckable) reasons.set(why, [...(reasons.get(why) ?? []), id]);
	const left = [
		...[...reasons].map(([why, ids]) => `${plain(why)}: ${ids.join(', ')}`),
		// A reason may name them already.
		...unread.filter(name => reasons.size === 0 || name.startsWith('!include')).map(name => `not read: ${plain(name)}`),
	];
	section(
		'Not checked',
		left.flatMap(line => folded(line, '', page.width)),
	);
	const errors = findings.filter(({severity}) => severity === 'error').length;
	const pass = passes(report);
	const reason = errors === 0 ? '' : ` (${errors === 1 ? '1 error' : `${errors} errors`} in the configuration)`;
	const silent = unanswered(report).length;
	const dark = unlogged(report).length;
	const services = (number: number): string => (number === 1 ? '1 service' : `${number} services`);
	const rest = [
		...(silent === 0 ? [] : [`${services(silent)} could not be asked`]),
		...(nothing === null ? [] : ['the log says nothing']),
		...(report.partial ? [partlyRead] : []),
		...(report.partOfFiles && !hasNoService(report) ? ['not all of the configuration could be read'] : []),
		...(dark === 0 ? [] : [`of ${services(dark)} the log says too little`]),
		...(report.partOfDovecot ? ['of Dovecot only a part was read'] : []),
	];
	// What the files say is one thing, and what the log would have to say another.
	const part = report.partOfDovecot || report.partOfFiles ? 'as intended in what was read' : 'as intended in the files';
	const open = hasNoService(report) ? 'not judged: no service was read' : part;
	const word = pass === null ? open : pass ? 'as intended' : `differs${reason}`;
	const look = pass === null ? 'weakness' : pass ? 'pass' : 'violation';
	sections.push(
		folded([word, ...rest].join('; '), '', page.whole ? Number.POSITIVE_INFINITY : page.width).map(line =>
			style(look, line),
		),
	);
	section(
		'What to do, in this order (--format sh: as a script that keeps copies)',
		plans.flatMap(plan => planLines(plan, page)),
	);
	return `${sections.map(lines => lines.join('\n')).join('\n\n')}\n`;
}
