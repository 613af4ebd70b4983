import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import axe from 'axe-core';
import {type Browser, chromium, type Page} from 'playwright-core';

/** Debian's; Playwright's own is not downloaded. */
const executablePath = '/usr/bin/chromium';
const missing =
	spawnSync(executablePath, ['--version']).status === 0
		? null
		: 'chromium is not installed: the HTML report is not opened in a browser';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.TLSAUDIT_BIN ?? join(root, 'bin/tlsaudit.js');
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-browser-'));

let browser: Browser;

function makePage(name: string, log: string): void {
	writeFileSync(join(folder, `${name}.log`), log);
	const words = ['report', `${name}.log`, '--timezone', 'UTC', '--format', 'html'];
	const {stdout, stderr} = spawnSync(process.execPath, [program, ...words], {cwd: folder, encoding: 'utf8'});
	if (stdout === '') throw new Error(stderr);
	writeFileSync(join(folder, `${name}.html`), stdout);
}

test.before(async () => {
	if (missing !== null) return;
	const sample = (name: string): string => readFileSync(join(root, 'samples', name), 'utf8');
	const founding = sample('founding-case.log');
	makePage('days', founding + founding.replaceAll('Oct 12', 'Oct 22'));
	makePage('hostile', sample('hostile-text.log'));
	makePage('real', sample('real-3.12/b.3339.log'));
	browser = await chromium.launch({executablePath, args: ['--no-sandbox']});
});

test.after.always(async () => {
	await browser?.close();
	rmSync(folder, {recursive: true, force: true});
});

type Look = {readonly width?: number; readonly colorScheme?: 'light' | 'dark'; readonly javaScriptEnabled?: boolean};

/** Opens a page from its file; whatever the browser complains of fails the test. */
async function opened(t: ExecutionContext, name: string, {width = 1280, ...look}: Look = {}): Promise<Page> {
	const context = await browser.newContext({...look, viewport: {width, height: 900}});
	t.teardown(() => context.close());
	const page = await context.newPage();
	page.on('console', message => t.fail(`${name}: ${message.text()}`));
	page.on('pageerror', error => t.fail(`${name}: ${error.message}`));
	page.on('request', request => t.regex(request.url(), /^file:/));
	await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
	return page;
}

/** A test that is left out, and says why, where there is no browser. */
function inBrowser(title: string, run: (t: ExecutionContext) => Promise<void>): void {
	if (missing === null) test.serial(title, run);
	else test.serial.skip(`${title} (${missing})`, run);
}

const column = (page: Page, table: string, index: number): Promise<string[]> =>
	page
		.locator(`section:has(> h2:text-is("${table}")) > .t tbody tr:not([hidden]) td:nth-child(${index})`)
		.allTextContents();

inBrowser('a column is sorted by its head, numbers by size', async t => {
	const page = await opened(t, 'real');
	const head = page.locator('section:has(> h2:text-is("Failures")) > .t th', {hasText: 'Sessions'});
	const before = (await column(page, 'Failures', 6)).map(Number);
	await head.getByRole('button').click();
	t.is(await head.getAttribute('aria-sort'), 'descending');
	const sorted = before.toSorted((a, b) => b - a);
	t.notDeepEqual(before, sorted);
	t.deepEqual((await column(page, 'Failures', 6)).map(Number), sorted);
	await head.getByRole('button').click();
	t.is(await head.getAttribute('aria-sort'), 'ascending');
	t.deepEqual((await column(page, 'Failures', 6)).map(Number), sorted.toReversed());
});

inBrowser('a table is searched, with what is said of its rows at length', async t => {
	const page = await opened(t, 'real');
	const section = page.locator('section:has(> h2:text-is("What breaks the policy"))');
	const search = section.locator('> .find input');
	await search.fill('mx23.dest.example');
	t.deepEqual(await column(page, 'What breaks the policy', 2), ['relay-plaintext']);
	t.is(await section.locator('> .find [role=status]').innerText(), '1 of 9 rows');
	await search.fill('nobody has this name');
	t.deepEqual(await column(page, 'What breaks the policy', 2), []);
	await search.fill('');
	t.is((await column(page, 'What breaks the policy', 2)).length, 9);
});

inBrowser('a finding is opened by its link, and its place leads to the hop', async t => {
	const page = await opened(t, 'days');
	const link = page.locator('td a', {hasText: 'access-service'});
	const more = page.locator('details', {has: page.locator('summary', {hasText: 'access-service'})});
	t.false(await more.isVisible());
	await link.click();
	await more.locator('dt', {hasText: 'What to do'}).waitFor();
	t.true(await more.getByText('Move these peers to').isVisible());
	// Folded, and opened by the same link again.
	await more.locator('summary').click();
	await more.waitFor({state: 'hidden'});
	await link.click();
	await more.locator('a', {hasText: 'access 143'}).click();
	t.regex((await page.locator('tr:target').textContent()) ?? '', /^access143/);
});

inBrowser('without a script all is there to be read and opened', async t => {
	const page = await opened(t, 'days', {javaScriptEnabled: false});
	const more = page.locator('details', {has: page.locator('summary', {hasText: 'access-service'})});
	t.true(await more.locator('summary').isVisible());
	await more.locator('summary').click();
	await more.getByText('Move these peers to').waitFor();
	t.is(await page.locator('.find').count(), 0);
});

inBrowser('printed, nothing is folded and nothing is cut', async t => {
	const page = await opened(t, 'days');
	const file = join(folder, 'days.pdf');
	await page.pdf({path: file, preferCSSPageSize: true, printBackground: true});
	t.true(readFileSync(file).length > 20_000);
	await page.emulateMedia({media: 'print'});
	await page.evaluate("dispatchEvent(new Event('beforeprint'))");
	t.is(await page.locator('.more > details:not([open])').count(), 0);
	// As wide as A4 on its side with the margins of the sheet.
	await page.setViewportSize({width: 1032, height: 700});
	t.is(await page.evaluate("[...document.querySelectorAll('.t')].filter(each => each.scrollWidth > 1032).length"), 0);
	await page.evaluate("dispatchEvent(new Event('afterprint'))");
	t.true((await page.locator('.more > details:not([open])').count()) > 0);
});

for (const name of ['days', 'hostile', 'real'])
	for (const colorScheme of ['light', 'dark'] as const)
		for (const width of [1280, 400])
			inBrowser(`${name}, ${colorScheme}, ${width} px: nothing serious against accessibility, no overflow`, async t => {
				const page = await opened(t, name, {width, colorScheme});
				// What is folded or far below is looked at, too.
				await page.evaluate(`
					for (const each of document.querySelectorAll('details')) each.open = true;
					for (const each of document.querySelectorAll('section')) each.style.contentVisibility = 'visible';`);
				t.true(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width);
				await page.evaluate(axe.source);
				const found = await page.evaluate(async () => {
					type Axe = {
						run: () => Promise<{violations: Array<{id: string; impact: string; nodes: Array<{html: string}>}>}>;
					};
					const {violations} = await (globalThis as unknown as {axe: Axe}).axe.run();
					return violations.map(({id, impact, nodes}) => `${impact} ${id} ${nodes.length} ${nodes[0]?.html}`);
				});
				t.deepEqual(
					found.filter(each => /^(?:serious|critical)/.test(each)),
					[],
				);
				t.log(found);
			});
