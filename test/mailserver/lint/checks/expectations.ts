import test, {type ExecutionContext} from 'ava';
import type {LintFinding} from '../../../../src/model/lint-finding.ts';
import {found, type Texts} from './linted.ts';

type Expected = {
	readonly severity?: LintFinding['severity'];
	readonly service?: string;
	readonly line?: number;
	readonly fix?: readonly string[];
	readonly count?: number;
	/** Words that the evidence or the reason holds. */
	readonly says?: RegExp;
};

/** A text in which the rule finds its mistake, and what it says of the first. */
export const finds = test.macro((t: ExecutionContext, id: string, texts: Texts, expected: Expected = {}) => {
	const findings = found(id, texts);
	t.is(
		findings.length,
		expected.count ?? 1,
		JSON.stringify(findings.map(({service, evidence}) => [service, evidence])),
	);
	const [first] = findings;
	if (first === undefined) return;
	if (expected.severity) t.is(first.severity, expected.severity);
	if (expected.service) t.is(first.service, expected.service);
	if (expected.line) t.is(first.place?.line, expected.line);
	if (expected.fix) t.deepEqual(first.fix, expected.fix);
	if (expected.says) t.regex(`${first.evidence} ${first.why}`, expected.says);
	t.false(/\n/.test(first.evidence));
	t.not(first.source, '');
});

/** A text that is nearly the mistake and is not. */
export const passes = test.macro((t: ExecutionContext, id: string, texts: Texts) => {
	t.deepEqual(found(id, texts), []);
});
