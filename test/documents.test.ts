import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';

const pages = readdirSync('src/help').map(name => `src/help/${name}`);
const documents = ['README.md', 'src/README.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md', ...pages];

/** Paths of the repository that a document names in backquotes, from its root. */
function pathsIn(text: string): string[] {
	return [...text.matchAll(/`((?:src|test|samples|bin|\.github|\.ci)\/[\w./-]+|[A-Z]+\.md)`/g)].map(
		([, path = '']) => path,
	);
}

for (const name of documents)
	test(`${name} names only files that exist`, t => {
		const paths = pathsIn(readFileSync(name, 'utf8'));
		t.true(paths.length > 0 || pages.includes(name));
		t.deepEqual(
			paths.filter(path => !existsSync(path)),
			[],
		);
	});

test('every link to a file leads to one', t => {
	for (const name of documents) {
		const links = [...readFileSync(name, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
		t.deepEqual(
			links.filter(path => !existsSync(join(dirname(name), path))),
			[],
			name,
		);
	}
});

test('src/README.md names a first file of every room', t => {
	const named = pathsIn(readFileSync('src/README.md', 'utf8'));
	const rooms = readdirSync('src', {withFileTypes: true}).filter(entry => entry.isDirectory());
	t.deepEqual(
		rooms.map(({name}) => name).filter(room => !named.some(path => path.startsWith(`src/${room}/`))),
		[],
	);
});

test('every script that README.md and CONTRIBUTING.md name is in package.json', t => {
	const {scripts} = JSON.parse(readFileSync('package.json', 'utf8'));
	for (const name of ['README.md', '.github/CONTRIBUTING.md']) {
		const named = [...readFileSync(name, 'utf8').matchAll(/npm (?:run ([\w:]+)|(start|test))/g)];
		t.true(named.length > 0);
		for (const [, script, short = ''] of named) t.true((script ?? short) in scripts, script);
	}
});
