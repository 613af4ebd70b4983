import type {Page} from './pages.ts';
import type {Answer} from './question.ts';
import {createSheet, type Sheet} from './sheet.ts';
import {cipherTable, failureTable} from './views/ciphers.ts';
import {exampleTable} from './views/coverage.ts';
import {hopTable} from './views/hops.ts';
import {peerTable} from './views/peers.ts';
import {sessionTable} from './views/sessions.ts';
import {violationTable} from './views/violations.ts';
import {whatIfTable} from './views/what-if.ts';

/** The rows of a page as a sheet; null for pages of text. */
export function sheetOf(answer: Answer, page: Page): Sheet | null {
	const {order, descending} = page;
	const sorting = {order, descending};
	switch (answer.view) {
		case 'overview':
			return createSheet(hopTable, {rows: answer.overview.rows, ...sorting});
		case 'violations':
			return createSheet(violationTable, {rows: answer.rows, ...sorting});
		case 'peers':
			return createSheet(peerTable(page.group, page.scope), {...answer, ...sorting, sort: false});
		case 'ciphers': {
			const whole = answer.rows.reduce((sum, {sessions}) => sum + sessions, 0);
			return createSheet(cipherTable(whole), {rows: answer.rows, ...sorting});
		}
		case 'failures':
			return createSheet(failureTable, {rows: answer.rows, ...sorting});
		case 'what-if':
			return createSheet(whatIfTable(page.marks), {rows: answer.rows, ...sorting});
		case 'sessions':
			return createSheet(sessionTable(answer.rows), {...answer, ...sorting, sort: false});
		case 'coverage':
			return createSheet(exampleTable, {rows: answer.coverage.examples, ...sorting});
		default:
			return null;
	}
}
