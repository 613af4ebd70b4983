import {fitted, shortened} from '../../text/width.ts';
import {filterFields} from '../filter-language.ts';
import {bindings, keyWord} from '../keymap.ts';
import {shortTitleOf, views} from '../pages.ts';
import type {Look} from '../table-view.ts';
import {versionLegend} from '../version-bar.ts';

/** All help there is, made from the tables of keys and of filter words. */
function allLines(look: Look, width: number): string[] {
	const {theme} = look;
	const section = (title: string): string => theme.paint('strong', ` ${title}`);
	const keys = bindings
		.filter(({help}) => help !== undefined)
		.map(
			({keys: names, help = ''}) => `  ${fitted(names.map(name => keyWord(name, theme.glyphs)).join(' '), 18)} ${help}`,
		);
	const digits = views.map((view, index) => `${index + 1} ${shortTitleOf(view)}`).join(' ');
	const {pass, weak, fail, undecided, between} = theme.glyphs;
	return [
		section('Marks'),
		`  ${theme.paint('bad', fail)} breaks the policy   ${theme.paint('warn', weak)} weak   ${theme.paint('good', pass)} nothing found`,
		`  ${theme.paint('warn', undecided)} the log says too little   ${between} none, or not checked`,
		`  ${versionLegend(theme)}`,
		'',
		section('Views'),
		` ${digits}`,
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
	].map(line => shortened(line, width));
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
