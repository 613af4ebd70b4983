import type {DovecotStatement} from '../../dovecot/configuration.ts';
import {releaseOfLine} from '../../dovecot/doveconf-output.ts';
import {cameWith24, endedWith23, type RenamedSetting} from '../../dovecot/names.ts';
import type {Rule} from '../checks/rule.ts';
import {deletion, inBlocks, setting, settingFromFile} from './configuration-lines.ts';
import {dovecotRule, type Finding, type Known} from './dovecot-rule.ts';

const upgrading = 'Dovecot 2.4 manual, upgrading from 2.3 to 2.4';

const whereIn = (blocks: readonly string[]): string => (blocks.length === 0 ? '' : `, in ${blocks.join(' { ')}`);
const shown = ({kind, name, value}: DovecotStatement): string =>
	kind === 'block' ? `${name} {` : value === null ? name : `${name} = ${value}`;

/** What is left to a person: the line stays, since to delete it alone would lose what it says. */
function byHand({name, blocks}: DovecotStatement, what: string): string {
	return inBlocks(blocks, [`# by hand, in place of ${name}: ${what}`]);
}

/** The line with the name of the other release, and the old one as a comment; what needs a person is said. */
function replaced(
	statement: DovecotStatement,
	name: string | null,
	turn: (value: string) => string | null | undefined,
): string {
	const {blocks, value} = statement;
	if (name === null) return inBlocks(blocks, [deletion(statement)]);
	if (value === null) return inBlocks(blocks, [`# the name is now ${name}; its value stays`]);
	const turned = turn(value);
	if (turned === undefined) return inBlocks(blocks, [deletion(statement)]);
	if (turned === null)
		return byHand(statement, `the name is ${name}, and its value cannot be told from ${value || 'an empty one'}`);
	const line = turned.startsWith('<') ? settingFromFile(name, turned.slice(1)) : setting(name, turned);
	return inBlocks(blocks, [deletion(statement), line]);
}

/** The lines that stand for a setting of 2.3 in 2.4. */
function inRecent(
	statement: DovecotStatement,
	{now, forward = same, split, byHand: hint = ''}: RenamedSetting,
): string {
	const {blocks, value} = statement;
	if (split === undefined) return replaced(statement, now, forward);
	const parts = value === null ? null : split(value);
	if (parts === null) return byHand(statement, hint);
	return inBlocks(blocks, [deletion(statement), ...parts.map(([name, text]) => setting(name, text))]);
}

const same = (value: string): string => value;

function oldName(statement: DovecotStatement, renamed: RenamedSetting, {version}: Known): Finding {
	const {now} = renamed;
	return {
		parameter: statement.name,
		place: statement.place,
		evidence: `${shown(statement)}${whereIn(statement.blocks)}, Dovecot ${version ?? '2.4'}`,
		why: `The setting ended with 2.3${now === null ? '' : ` (now ${now})`}: this server does not start (Unknown setting: ${statement.name}).`,
		fix: [inRecent(statement, renamed)],
		source: `${upgrading}: converted and removed settings`,
	};
}

function newName(statement: DovecotStatement, {old, back = same}: RenamedSetting, {version}: Known): Finding {
	return {
		parameter: statement.name,
		place: statement.place,
		evidence: `${shown(statement)}${whereIn(statement.blocks)}, Dovecot ${version ?? '2.3'}`,
		why: `The setting came with 2.4${old === '' ? '' : ` (before: ${old})`}: this server does not start (Unknown setting: ${statement.name}).`,
		fix: [replaced(statement, old === '' ? null : old, back)],
		source: `${upgrading}: converted settings`,
	};
}

const blockReasons: Readonly<Record<string, string>> = {
	plugin: 'The block ended with 2.3, its settings stand outside of any block now',
	passdb: 'From 2.4 on the block has the name of its driver (passdb pam {)',
	userdb: 'From 2.4 on the block has the name of its driver (userdb passwd {)',
};

/** A block of another release. */
function strangeBlock({name, place}: DovecotStatement, {version, recent}: Known): Finding {
	const why = recent === true ? (blockReasons[name] ?? '') : 'The block came with 2.4';
	return {
		parameter: name,
		place,
		evidence: `${name} {, Dovecot ${version ?? ''}`,
		why: `${why}: this server does not start.`,
		source: `${upgrading}: plugin settings, section naming; config file syntax, named filters`,
	};
}

/** No release knows the lines of both. */
function mixed({statements}: Known): readonly Finding[] {
	const old = statements.find(each => releaseOfLine(each) === '2.3');
	const recent = statements.find(each => releaseOfLine(each) === '2.4');
	if (old === undefined || recent === undefined) return [];
	return [
		{
			parameter: old.name,
			place: old.place,
			evidence: `${shown(old)}, and ${shown(recent)} (${recent.place.file}:${recent.place.line ?? ''})`,
			why: `${shown(old)} ended with 2.3 and ${shown(recent)} came with 2.4: Dovecot of neither release starts with both.`,
			source: `${upgrading}: converted settings, section naming`,
		},
	];
}

const namesOfAnotherRelease = dovecotRule(
	{id: 'dovecot-name-of-another-release', severity: 'error', source: upgrading, needs: ['release of Dovecot']},
	dovecot => {
		const {version, recent, statements} = dovecot;
		// Where only the names tell the release, they cannot be of another.
		if (version === null || recent === null) return mixed(dovecot);
		const other = recent ? '2.3' : '2.4';
		return statements
			.filter(statement => releaseOfLine(statement) === other)
			.map(statement => {
				if (statement.kind === 'block') return strangeBlock(statement, dovecot);
				const strange = recent ? endedWith23(statement) : cameWith24(statement);
				const none = {old: '', now: null};
				return recent ? oldName(statement, strange ?? none, dovecot) : newName(statement, strange ?? none, dovecot);
			});
	},
	{complaints: [{words: 'Unknown setting: ', tag: /dovecot|doveconf/}]},
);

const fileSettings = /^ssl_(?:server_|client_)(?:alt_)?(?:cert|key|dh|ca)_file$/;
const contentSettings = /^ssl_(?:alt_|client_)?(?:cert|key)$|^ssl_(?:dh|ca)$/;

/**
 * `<` before a path: until 2.3 the value of ssl_cert is the certificate itself, which `<` reads from a file; from 2.4 on the
 * value of ssl_server_cert_file is the path, and with `<` Dovecot tries to open a file of the certificate's text.
 */
const pathOrContent = dovecotRule(
	{
		id: 'dovecot-path-or-content',
		severity: 'error',
		source: 'Dovecot manual, SSL configuration; Dovecot 2.4 manual, settings types: file',
	},
	({statements, recent}) =>
		statements.flatMap(statement => {
			const {kind, name, blocks, place} = statement;
			const value = statement.value ?? '';
			if (kind !== 'setting') return [];
			// In the other release the name itself is the mistake.
			if (fileSettings.test(name) && (recent !== false || cameWith24(statement) === null) && value.startsWith('<'))
				return [
					{
						parameter: name,
						place,
						evidence: `${name} = ${value}${whereIn(blocks)}`,
						why: 'The value is the name of the file: with < before it Dovecot looks for a file that is called as the text within, and does not start.',
						fix: [inBlocks(blocks, [deletion(statement), setting(name, value.replace(/^<\s*/, ''))])],
					},
				];
			if (recent !== true && contentSettings.test(name) && value.startsWith('/'))
				return [
					{
						parameter: name,
						place,
						evidence: `${name} = ${value}${whereIn(blocks)}`,
						why: 'Without < before it the path itself is taken for the text of the file, and no TLS session comes about.',
						fix: [inBlocks(blocks, [deletion(statement), settingFromFile(name, value)])],
					},
				];
			return [];
		}),
);

const firstSetting = dovecotRule(
	{
		id: 'dovecot-config-version',
		severity: 'error',
		source: `${upgrading}: required settings; config-parser.c`,
	},
	({main, recent, statements, gaps, settings}) => {
		if (!main || recent !== true) return [];
		const [first] = statements;
		if (first === undefined) return [];
		const has = (name: string): boolean => settings.has(name);
		const missing = has('dovecot_config_version') ? [] : ['dovecot_config_version'];
		if (gaps.length === 0 && !has('dovecot_storage_version')) missing.push('dovecot_storage_version');
		if (first.name === 'dovecot_config_version' && missing.length === 0) return [];
		return [
			{
				parameter: missing[0] ?? 'dovecot_config_version',
				place: first.place,
				evidence:
					missing.length > 0
						? `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`
						: `${first.name} stands before dovecot_config_version`,
				why: 'Dovecot 2.4 starts only where dovecot_config_version is the first setting of dovecot.conf and dovecot_storage_version is set; the value of both is the release that the settings were written for.',
			},
		];
	},
);

/** Rules about settings that the release does not know. */
export const otherReleaseRules: readonly Rule[] = [namesOfAnotherRelease, pathOrContent, firstSetting];
