import {fitted, folded, shortened} from '../../text/width.ts';
import {bindings, keyWord} from '../keymap.ts';
import {shortTitleOf, views} from '../pages.ts';
import type {Look} from '../table-view.ts';
import type {Tone} from '../theme.ts';
import {filterFields} from '../typing/filter-language.ts';
import {versionLegend} from '../version-bar.ts';

/** A word and what it means, folded beside it; below it where the window is narrow. */
function explained(word: string, meaning: string, width: number): string[] {
	const label = 20;
	if (width < 60)
		return [`  ${shortened(word, width - 2)}`, ...folded(meaning, width - 6).map(line => `      ${line}`)];
	return folded(meaning, width - label - 4).map((line, index) => `  ${fitted(index === 0 ? word : '', label)} ${line}`);
}

const hopWords: ReadonlyArray<readonly [string, string]> = [
	['submission', 'our users hand mail in'],
	['relay-in', 'other servers send to us'],
	['relay-out', 'we send to other servers'],
	['access', 'our users read mail'],
	['delivery', 'mail goes to the mailbox'],
	['internal', 'within this host'],
];

/** All help there is, made from the tables of keys and of filter words. */
function allLines(look: Look, width: number): string[] {
	const {theme} = look;
	const section = (title: string): string[] => folded(title, width - 2).map(line => theme.paint('strong', ` ${line}`));
	const keys = bindings.flatMap(({keys: names, help}) =>
		help === undefined ? [] : explained(names.map(name => keyWord(name, theme.glyphs)).join(' '), help, width),
	);
	const digits = views.map((view, index) => `${index + 1} ${shortTitleOf(view)}`).join(' ');
	const {pass, weak, fail, undecided, between} = theme.glyphs;
	const marks: ReadonlyArray<readonly [Tone, string, string]> = [
		['bad', fail, 'breaks the policy'],
		['warn', weak, 'weak'],
		['good', pass, 'nothing found'],
		['warn', undecided, 'too little was logged, or read'],
		['dim', between, 'none, or not checked'],
	];
	return [
		...section('Marks'),
		...marks.map(([tone, mark, meaning]) => `  ${theme.paint(tone, mark)} ${meaning}`),
		`  ${versionLegend(theme, width - 4)}`,
		'',
		...section('Views'),
		...folded(digits, width - 4).map(line => `  ${line}`),
		'',
		...section('Keys'),
		...keys,
		'',
		...section('Filter: all words must hold; - before one leaves out what it matches'),
		...filterFields.flatMap(([, example, meaning]) => explained(example, meaning, width)),
		...explained('example.org', 'a bare word is looked for in names, addresses, users and ciphers', width),
		'',
		...section('Hops'),
		...hopWords.flatMap(([hop, meaning]) => explained(hop, meaning, width)),
	];
}

/** The help, scrolled to a line as far as it goes. */
export function helpLines({
	look,
	width,
	height,
	top,
}: {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	readonly top: number;
}): string[] {
	const lines = allLines(look, width);
	const from = Math.max(0, Math.min(top, lines.length - height));
	return lines.slice(from, from + height);
}
