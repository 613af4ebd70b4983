import test from 'ava';
import fc from 'fast-check';
import {createTheme} from '../../src/ui/theme.ts';
import {barParts, versionBar, versionName, worstVersion} from '../../src/ui/version-bar.ts';

const theme = createTheme({colour: false, unicode: true});
const bar = (versions: Record<string, number>, width: number): string =>
	versionBar(versions, width, theme).replaceAll(/\u001B\[\d+m/g, '');

test('a bar is as wide as asked, and whatever is there can be seen', t => {
	t.is(bar({'TLSv1.3': 1, TLSv1: 1}, 8), '████░░░░');
	t.is(bar({'TLSv1.3': 9999, TLSv1: 1}, 8), '███████░');
	t.is(bar({}, 4), '    ');
	t.is(bar({'': 1, 'TLSv9.9': 1}, 4), '····', 'not logged, or unknown');
	fc.assert(
		fc.property(
			fc.array(fc.nat(1_000_000), {minLength: 5, maxLength: 5}),
			fc.integer({min: 5, max: 80}),
			(counts, width) => {
				const parts = barParts(counts, width);
				const sum = parts.reduce((all, part) => all + part, 0);
				return (
					(counts.every(each => each === 0) ? sum === 0 : sum === width) &&
					counts.every((each, index) => each === 0 || (parts[index] ?? 0) > 0)
				);
			},
		),
	);
});

test('the oldest version is the worst', t => {
	t.is(worstVersion({'TLSv1.3': 4, 'TLSv1.1': 1}), 'TLSv1.1');
	t.is(worstVersion({'': 3}), null);
	t.is(worstVersion({SSLv3: 1, TLSv1: 1}), 'SSLv3');
});

test('versions in words', t => {
	t.is(versionName('TLSv1'), 'TLS 1.0');
	t.is(versionName('TLSv1.3'), 'TLS 1.3');
	t.is(versionName('SSLv3'), 'SSL 3');
	t.is(versionName(null), '');
});
