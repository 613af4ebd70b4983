import {plain} from '../text/plain.ts';
import type {LintFinding, LintSeverity} from '../tls/lint-finding.ts';
import type {Style} from './style.ts';
import {folded} from './table.ts';

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

/** One mistake: what, where, why, and the line to change. */
export function findingLines(finding: LintFinding, style: Style): string[] {
	const {id, severity, service, place, evidence, why, fix, source, verdict} = finding;
	const where = place === null ? '' : `, ${plain(place.file)}${place.line === null ? '' : `:${place.line}`}`;
	const seen = verdict === null ? '' : verdicts[verdict];
	const [head = '', ...rest] = folded(`${words[severity]} ${id}: ${plain(service)}${where}${seen}`);
	return [
		`${style(looks[severity], words[severity])}${head.slice(words[severity].length)}`,
		...rest,
		...folded(plain(evidence), '  '),
		...folded(plain(why), '  '),
		...fix.map(line => `  fix: ${plain(line)}`),
		...folded(`source: ${plain(source)}`, '  '),
	];
}
