import type {LintFinding} from '../../tls/lint-finding.ts';

/** A `postconf` command that sets something, its options and what it sets; null for any other line. */
function assignmentsOf(line: string): {readonly head: string; readonly words: readonly string[]} | null {
	const found = /^(postconf(?: -c \S+)? -[eP]) ('.*')$/s.exec(line);
	const [, head, rest] = found ?? [];
	if (head === undefined || rest === undefined) return null;
	return {head, words: rest.match(/'(?:[^']|'\\'')*'/g) ?? []};
}

const nameOf = (word: string): string => word.slice(1, Math.max(1, word.indexOf('=')));

/**
 * Findings whose commands can be run one after another, from the first to the last: what a graver finding has set, a later
 * one does not set to something else. A password in clear asks for level encrypt; an obsolete switch would be content with may.
 */
export function withAgreeingFixes(findings: readonly LintFinding[]): LintFinding[] {
	const settled = new Map<string, string>();
	return findings.map(finding => {
		const fix = finding.fix.flatMap(line => {
			const found = assignmentsOf(line);
			if (found === null) return [line];
			const agreeing = found.words.filter(word => {
				const key = `${found.head} ${nameOf(word)}`;
				const before = settled.get(key);
				if (before === undefined) settled.set(key, word);
				return before === undefined || before === word;
			});
			if (agreeing.length === found.words.length) return [line];
			return agreeing.length === 0 ? [] : [`${found.head} ${agreeing.join(' ')}`];
		});
		return fix.length === finding.fix.length && fix.every((line, index) => line === finding.fix[index])
			? finding
			: {...finding, fix};
	});
}
