import type {ReactElement} from 'react';
import {filterFields} from '../filter-language.ts';
import {fitted} from '../format.ts';
import {bindings} from '../keymap.ts';
import {Lines} from '../line.tsx';
import {titleOf, views} from '../pages.ts';
import type {Look} from '../sheet.ts';
import {versionLegend} from '../version-bar.ts';

const keyWords: Readonly<Record<string, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	enter: 'Enter',
	escape: 'Esc',
	backspace: 'Backspace',
	tab: 'Tab',
	'shift-tab': 'Shift-Tab',
	' ': 'Space',
};

/** A key as people call it. */
export function keyWord(key: string): string {
	return keyWords[key] ?? key.replace(/^ctrl-(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);
}

/** All help there is, made from the tables of keys and of filter words. */
export function helpLines(look: Look, width: number): string[] {
	const {theme} = look;
	const section = (title: string): string => theme.paint('strong', ` ${title}`);
	const keys = bindings
		.filter(({help}) => help !== undefined)
		.map(({keys: names, help = ''}) => `  ${fitted(names.map(keyWord).join(' '), 18)} ${help}`);
	const digits = views.map((view, index) => `${index + 1} ${titleOf(view)}`).join('  ');
	const {pass, weak, fail, between} = theme.glyphs;
	return [
		section('Marks'),
		`  ${theme.paint('bad', fail)} breaks the policy   ${theme.paint('warn', weak)} weak   ${theme.paint('good', pass)} nothing found   ${between} none, or not judged`,
		`  ${versionLegend(theme)}`,
		'',
		section('Views'),
		`  ${digits}`,
		'',
		section('Keys'),
		...keys,
		'',
		section('Filter: all words must hold; - before one leaves out what it matches'),
		...filterFields.map(([, example, meaning]) => `  ${fitted(example, 20)} ${meaning}`),
		`  ${fitted('example.org', 20)} a bare word is looked for in names, addresses, users and ciphers`,
		'',
		section('Hops'),
		'  submission   our users hand mail in        access     our users read mail',
		'  relay-in     other servers send to us      delivery   mail goes to the mailbox',
		'  relay-out    we send to other servers      internal   within this host',
	].map(line => (width > 0 ? line : ''));
}

/** The help, scrolled to a line. */
export function Help({
	look,
	width,
	height,
	top,
}: {
	readonly look: Look;
	readonly width: number;
	readonly height: number;
	readonly top: number;
}): ReactElement {
	const lines = helpLines(look, width);
	const from = Math.max(0, Math.min(top, lines.length - height));
	return <Lines of={lines.slice(from, from + height)} height={height} />;
}
