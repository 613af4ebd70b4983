import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import {commandTree} from '../../src/cli/flags.ts';
import {HelpPage, nameless} from '../../src/cli/help-page.ts';
import {type HelpPageName, helpPages} from '../../src/cli/help-pages.ts';
import {commandNames} from '../../src/cli/shared-flags.ts';
import {blocksOf, sectionOf} from '../../src/manual/blocks.ts';
import {commandManual, helpManual} from '../../src/manual/command-manual.ts';
import {pageText} from '../../src/manual/page-text.ts';
import {pageMarkdown} from '../../src/manual/pages.ts';
import {width} from '../../src/text/width.ts';

const names = Object.keys(helpPages) as HelpPageName[];
const day = '2026-01-31';
const program = commandTree();
const manual = commandManual(program, blocksOf(pageMarkdown('reading')), day, '0.1.0').join('\n');
/** What the source of a page of the manual says, without fonts and escapes. */
const unset = (roff: string): string =>
	roff
		.replaceAll(/\\f[BR]/g, '')
		.replaceAll('\\-', '-')
		.replaceAll(/\\\[u([\dA-F]{4,6})\]/g, (_all, code) => String.fromCodePoint(Number.parseInt(code, 16)))
		.replaceAll(/\s+/g, ' ');

test('each file of src/help belongs to a page, and each page begins with its title', t => {
	const files = readdirSync('src/help');
	for (const name of names) t.true(files.includes(`${name}.md`), name);
	for (const file of files)
		t.true(
			names.some(name => new RegExp(`^${name}(?:-[a-z0-9-]+)?\\.md$`).test(file)),
			file,
		);
	for (const name of names) {
		const blocks = blocksOf(pageMarkdown(name));
		t.like(blocks[0], {kind: 'heading', depth: 1}, name);
		t.is(blocks.filter(block => block.kind === 'heading' && block.depth === 1).length, 1, name);
	}
});

test('the parts of a page follow it', t => {
	for (const file of readdirSync('src/help')) {
		const [name = ''] = file.replace('.md', '').split('-') as HelpPageName[];
		t.true(pageMarkdown(name as HelpPageName).includes(readFileSync(`src/help/${file}`, 'utf8').trim()), file);
	}
});

test('a page folds at the width; only what is typed or shown to the letter is wider', t => {
	for (const name of names) {
		const blocks = blocksOf(pageMarkdown(name));
		const code = new Set(blocks.flatMap(block => (block.kind === 'code' ? block.lines : [])));
		for (const columns of [40, 60, 80, 300])
			for (const line of pageText(blocks, {width: columns, whole: false}, null).split('\n'))
				t.true(width(line) <= Math.min(columns, 100) || code.has(line.slice(6)), `${name}, ${columns}: ${line}`);
	}
});

test('every word of a page is in its text, its lists and tables too', t => {
	const markdown =
		'# A *title*\n\nOne `two words` <three>, **four** [five](https://example.org/x).\n\n- six\n- seven\n\n      eight  nine\n\n3. ten\n\n| k | v |\n|---|---|\n| `a` | b |\n\n    code  stays\n';
	t.is(
		pageText(blocksOf(markdown.replace('<three>', '\\<three>')), {width: 80, whole: true}, null),
		'A title\n\n  One `two words` <three>, four five (https://example.org/x).\n\n  - six\n\n  - seven\n\n        eight  nine\n\n  3. ten\n\n  K    V\n  `a`  b\n\n      code  stays\n',
	);
	const painted = pageText(
		blocksOf('Say `tlsaudit help` now.'),
		{width: 18, whole: false},
		(_look, text) => `<${text}>`,
	);
	t.is(painted, '  Say <tlsaudit>\n  <help> now.\n');
});

test('what pages do not have is refused, with the words', t => {
	t.throws(() => blocksOf('> quoted'), {message: /"> quoted": a blockquote is nothing that pages of help have/});
	t.throws(() => blocksOf('a <b>c</b>'), {message: /a html is nothing/});
});

test('a section is what stands below its heading', t => {
	const blocks = blocksOf('# A\n\n## B\n\none\n\n### C\n\ntwo\n\n## D\n\nthree');
	t.is(sectionOf(blocks, 'B').length, 3);
	t.is(sectionOf(blocks, 'D').length, 1);
	t.deepEqual(sectionOf(blocks, 'E'), []);
	t.true(sectionOf(blocksOf(pageMarkdown('reading')), 'Exit status').length > 0);
});

test('tlsaudit(1) has every command, every flag and the statuses', t => {
	const text = unset(manual);
	for (const name of commandNames.slice(1)) t.true(text.includes(`"tlsaudit ${name}`), name);
	const helper = new HelpPage();
	const walk = (commands: readonly (typeof program)[]): void => {
		for (const command of commands) {
			for (const {flags} of helper.visibleOptions(command)) t.true(text.includes(flags), `${command.name()} ${flags}`);
			walk(command.commands);
		}
	};
	walk([program]);
	for (const {flags, hidden} of program.options) if (!hidden) t.true(text.includes(flags), flags);
	t.regex(text, /\.SH "EXIT STATUS" \.TP 0 clean/);
	t.notRegex(text, new RegExp(nameless.replaceAll(/[()]/g, '\\$&')));
});

test('package.json names the pages of the manual that a build writes', t => {
	const {man, files} = JSON.parse(readFileSync('package.json', 'utf8'));
	t.deepEqual(man, ['dist/man/tlsaudit.1', ...names.map(name => `dist/man/tlsaudit-${name}.7`).sort()]);
	for (const file of man) t.true(existsSync(file), `${file}: run npm run build`);
	t.true(files.includes('dist'));
});

const hasMandoc = spawnSync('mandoc', ['-h']).error === undefined;
(hasMandoc ? test : test.skip)('mandoc has nothing to say of the pages of the manual', t => {
	const pages = [manual, ...names.map(name => helpManual(name, blocksOf(pageMarkdown(name)), day, '0.1.0').join('\n'))];
	for (const page of pages) {
		const {stdout} = spawnSync('mandoc', ['-T', 'lint'], {input: `${page}\n`, encoding: 'utf8'});
		t.is(stdout, '');
	}
});

const hasMan = spawnSync('man', ['--version']).status === 0;
(hasMan ? test : test.skip)('man shows the pages without a warning, and the words that a shell reads', t => {
	for (const name of ['tlsaudit.1', ...names.map(each => `tlsaudit-${each}.7`)]) {
		const env = {...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8'};
		const words = ['--warnings', '-E', 'UTF-8', '-l', `dist/man/${name}`];
		const {stdout, stderr, status} = spawnSync('man', words, {env, encoding: 'utf8'});
		t.is(status, 0, name);
		t.is(stderr, '', name);
		t.true(stdout.length > 500, name);
	}
	const {stdout} = spawnSync('man', ['-E', 'UTF-8', '-l', 'dist/man/tlsaudit-policies.7'], {encoding: 'utf8'});
	t.true(stdout.includes('tlsaudit check mail.log --policy bsi-tr-02102-2 --at 2032-01-01'));
});
