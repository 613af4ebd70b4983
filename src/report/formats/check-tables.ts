import {circumstances} from '../text/check-text.ts';
import type {Checked} from '../verdict.ts';
import type {ReportDocument} from './document.ts';
import {brokenTables, expectationTable, judgedHead, openTables} from './finding-tables.ts';

/** The outcome of `check`: the verdict and why, what is broken, then what the policy wants and what was seen. */
export function checkDocument(checked: Checked): ReportDocument {
	const {name} = checked.policy;
	const why = circumstances(checked);
	return {
		...judgedHead(checked, name),
		figures: [],
		charts: [],
		notes: why.length === 0 ? [] : [`Circumstances: ${why.join('; ')}`],
		tables: [...brokenTables(checked), ...openTables(checked), expectationTable(checked, name)],
	};
}
