import type {DovecotStatement} from '../../dovecot/configuration.ts';
import type {Rule} from '../checks/rule.ts';
import {inBlocks, setting, settingFromFile} from './configuration-lines.ts';
import {dovecotRule} from './dovecot-rule.ts';

/** What stands on the block's line, each block with its settings; what may be a secret is left to the person. */
function inLines(block: DovecotStatement, statements: readonly DovecotStatement[]): string {
	const groups = new Map<string, {readonly blocks: readonly string[]; readonly lines: string[]}>();
	for (const {kind, blocks, name, value, place} of statements) {
		if (kind !== 'setting' || place !== block.place) continue;
		const key = blocks.join('\n');
		const group = groups.get(key) ?? {blocks, lines: []};
		groups.set(key, group);
		if (value === null) group.lines.push(`# ${name}, with its value`);
		else group.lines.push(value.startsWith('<') ? settingFromFile(name, value.slice(1)) : setting(name, value));
	}
	return ['# in place of the line', ...[...groups.values()].map(({blocks, lines}) => inBlocks(blocks, lines))].join(
		'\n',
	);
}

const blockOnOneLine = dovecotRule(
	{id: 'dovecot-block-on-one-line', severity: 'error', source: "Dovecot, config-parser.c: Garbage after '{'"},
	({statements}) => {
		const glued = statements.filter(each => each.glued === true);
		return glued
			.filter((each, index) => glued.findIndex(({place}) => place === each.place) === index)
			.map(block => ({
				parameter: block.value ? `${block.name} ${block.value}` : block.name,
				place: block.place,
				evidence: `${block.name} ${block.value ?? ''} { goes on behind its brace`,
				why: 'Each block is opened and closed on a line of its own: with this line Dovecot does not start.',
				fix: [inLines(block, statements)],
			}));
	},
);

const includesItself = dovecotRule(
	{id: 'dovecot-include-loop', severity: 'error', source: 'Dovecot, config-parser.c: Recursive include file'},
	({statements}) =>
		statements
			.filter(({inclusion}) => inclusion?.kind === 'loop')
			.map(({name, value, place}) => ({
				parameter: name,
				place,
				evidence: `${name} ${value}`,
				why: 'A file of this name is being read already, or waits to be read by the pattern of an earlier line: Dovecot does not start.',
			})),
);

/** Rules about the form of the files. */
export const syntaxRules: readonly Rule[] = [blockOnOneLine, includesItself];
