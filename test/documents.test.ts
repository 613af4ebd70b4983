import {existsSync, readdirSync, readFileSync} from 'node:fs';
import test from 'ava';

const documents = ['README.md', 'src/README.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md'];

/** Paths of the repository that a document names in backquotes, from its root. */
function pathsIn(text: string): string[] {
	return [...text.matchAll(/`((?:src|test|samples|bin|\.github|\.ci)\/[\w./-]+|[A-Z]+\.md)`/g)].map(
		([, path = '']) => path,
	);
}

for (const name of documents)
	test(`${name} names only files that exist`, t => {
		const paths = pathsIn(readFileSync(name, 'utf8'));
		t.true(paths.length > 0);
		t.deepEqual(
			paths.filter(path => !existsSync(path)),
			[],
		);
	});

test('src/README.md names a first file of every room', t => {
	const named = pathsIn(readFileSync('src/README.md', 'utf8'));
	const rooms = readdirSync('src', {withFileTypes: true}).filter(entry => entry.isDirectory());
	t.deepEqual(
		rooms.map(({name}) => name).filter(room => !named.some(path => path.startsWith(`src/${room}/`))),
		[],
	);
});

test('every script that CONTRIBUTING.md names is in package.json', t => {
	const {scripts} = JSON.parse(readFileSync('package.json', 'utf8'));
	const named = [...readFileSync('.github/CONTRIBUTING.md', 'utf8').matchAll(/npm run ([\w:]+)/g)];
	t.true(named.length > 0);
	for (const [, script = ''] of named) t.true(script in scripts, script);
});
