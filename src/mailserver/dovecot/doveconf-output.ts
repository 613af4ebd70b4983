import {atLeast, type PostfixVersion, parseVersion} from '../releases/postfix-version.ts';
import type {DovecotConfiguration, DovecotGap, DovecotLine, DovecotStatement} from './configuration.ts';
import {dovecotListeners} from './listeners.ts';
import {loginPolicy, protocolSettings} from './login-policy.ts';
import {cameWith24, dovecotNames, endedWith23, releaseOfBlock} from './names.ts';
import {dovecotStatements, settingsIn} from './statements.ts';

/** The first line of doveconf's output: `# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf`. */
const head = /^# (\d+\.\d+(?:\.\d+)*)\S*(?: \([^)]*\))?: \S/m;
const ownBlocks =
	/^[ \t]*(?:service|protocol|passdb|userdb|namespace|local|local_name|remote|ssl_server|protocols)\b[^=\n]*\{/m;
const ownNames = new RegExp(
	`^[ \\t]*(?:${[
		'ssl',
		'ssl_min_protocol',
		'ssl_protocols',
		'ssl_cipher_list',
		'ssl_cipher_suites',
		'ssl_curve_list',
		'ssl_options',
		'auth_mechanisms',
		'login_log_format_elements',
		...dovecotNames,
	].join('|')})[ \\t]*=`,
	'm',
);
const ownInclude = /^[ \t]*!include(?:_try)?[ \t]/m;

/** Where output of doveconf begins in a text into which other outputs were pasted before it; -1: nowhere. */
export function doveconfStart(text: string): number {
	return head.exec(text)?.index ?? -1;
}

/** Whether a text is output of doveconf(1), or a file of Dovecot's configuration. */
export function isDoveconfOutput(text: string): boolean {
	return head.test(text) || ownBlocks.test(text) || ownNames.test(text) || ownInclude.test(text);
}

/** Whether a text includes other files, which doveconf's output never does. */
export function hasIncludes(text: string): boolean {
	return ownInclude.test(text);
}

/** The release by doveconf's heading; in a file to which lines were added it is that of the time when it was made. */
export function headingVersion(text: string): string | null {
	return head.exec(text)?.[1] ?? null;
}

/** Default of ssl_cipher_list of a server; of other releases it is not known here (2.4: ssl-settings.c). */
function defaultCiphers(release: PostfixVersion | null): string | null {
	if (release === null || !atLeast(release, 2, 3)) return null;
	return 'ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH';
}

/** The release as a version: a fourth number is left out. */
export function releaseOf(version: string | null): PostfixVersion | null {
	return version === null ? null : parseVersion(version.split('.').slice(0, 3).join('.'));
}

/** Whether a line is of one release alone, by the name of its setting or by its block. Null: of both. */
export function releaseOfLine(statement: DovecotStatement): '2.3' | '2.4' | null {
	if (statement.kind === 'block') return releaseOfBlock(statement);
	if (statement.kind !== 'setting') return null;
	if (endedWith23(statement) !== null) return '2.3';
	return cameWith24(statement) === null ? null : '2.4';
}

/** Whether the settings are those of 2.4 and later; by the release, else by the names. Null: nothing tells. */
export function isRecent({version, statements}: Pick<DovecotConfiguration, 'version' | 'statements'>): boolean | null {
	const release = releaseOf(version);
	if (release !== null) return atLeast(release, 2, 4);
	const releases = new Set(statements.map(releaseOfLine));
	return releases.has('2.3') === releases.has('2.4') ? null : releases.has('2.4');
}

const debianProtocols = /\/dovecot\/protocols\.d\//;

/** `!include conf.d/*.conf (dovecot.conf:12)`. */
function includeWords({name, value, place}: DovecotStatement): string {
	return `${name} ${value}${place.line === null ? '' : ` (${place.file}:${place.line})`}`;
}

/** What the includes leave open. */
function unreadIncludes(statements: readonly DovecotStatement[]): readonly DovecotGap[] {
	return statements.flatMap(statement => {
		const {kind, value, inclusion} = statement;
		if (kind !== 'include' || (inclusion !== undefined && inclusion.kind !== 'unread')) return [];
		const why = inclusion === undefined ? 'is in another file' : inclusion.why;
		return [{words: `${includeWords(statement)}: ${why}`, protocolsOnly: debianProtocols.test(value ?? '')}];
	});
}

/** Each `!include_try` without files, for the list of what was not read: nothing is missing, and nobody need wonder. */
export function emptyIncludes({statements}: Pick<DovecotConfiguration, 'statements'>): readonly string[] {
	return statements.filter(({inclusion}) => inclusion?.kind === 'nothing').map(includeWords);
}

/** A part of a configuration, for all that its own lines say. */
function fragment(statements: readonly DovecotStatement[], main: boolean): readonly DovecotGap[] {
	const logins = statements.some(({kind, name}) => kind === 'block' && (name === 'passdb' || name === 'userdb'));
	if (main && logins) return [];
	const why = main
		? 'it has neither passdb nor userdb, without which nobody logs in'
		: 'it has not the heading that doveconf prints';
	return [{words: `this may be a part of the configuration: ${why}`, protocolsOnly: false}];
}

/** Variables of login lines that name protocol and cipher; the short ones ended with 2.3 (upgrading from 2.3 to 2.4). */
const shortElements = /%[A-Z\d.-]*k(?![a-z])|%\{(?:ssl_security|secured_string)\}|%\{k\}/;
const longElements = /%\{\s*(?:ssl_security|secured_string)\s*[}|]/;

/** What of the text is known beside its lines. */
export type TextOrigin = {
	/** The file that Dovecot begins with, its includes in their places. */
	readonly main: boolean;
	readonly printed: boolean;
	/** By doveconf's heading. */
	readonly version: string | null;
};

/** The configuration in lines of one or of several files. Never throws. */
export function readDovecotLines(
	lines: Iterable<DovecotLine>,
	{main, printed, version: printedVersion}: TextOrigin,
): DovecotConfiguration {
	const statements = dovecotStatements(lines);
	const settings = settingsIn(statements);
	const written = settings.get('dovecot_config_version') ?? null;
	const version = printed ? (printedVersion ?? written) : (written ?? printedVersion);
	const release = releaseOf(version);
	const unread = unreadIncludes(statements);
	const gaps = printed
		? []
		: [...unread, ...(unread.some(({protocolsOnly}) => !protocolsOnly) ? [] : fragment(statements, main))];
	const whole = gaps.every(({protocolsOnly}) => protocolsOnly);
	const recent = isRecent({version, statements});
	const elements = settings.get('login_log_format_elements');
	return {
		version,
		printed,
		main,
		statements,
		settings,
		gaps,
		...loginPolicy(settings, release, whole),
		protocols: new Map([...protocolSettings(settings)].map(([name, own]) => [name, loginPolicy(own, release, whole)])),
		cipherList: settings.get('ssl_cipher_list') || (whole ? defaultCiphers(release) : null),
		listeners: dovecotListeners({statements, settings, gaps, recent: recent === true, release}),
		logsTls:
			elements === undefined ? (whole ? false : null) : (recent === true ? longElements : shortElements).test(elements),
	};
}

/**
 * Reads output of `doveconf -n` or `doveconf` of Dovecot 2.2 to 2.4, or the text of a file, called `file`; defaults that -n
 * leaves out are filled in by version. A text without doveconf's heading may be a part of a configuration: what is not in
 * it is then not known. Never throws.
 */
export function readDoveconf(text: string, file = 'doveconf'): DovecotConfiguration {
	const version = headingVersion(text);
	const lines = text.split(/\r?\n/).map((line, index) => ({text: line, place: {file, line: index + 1}}));
	return readDovecotLines(lines, {main: false, printed: version !== null && !hasIncludes(text), version});
}
