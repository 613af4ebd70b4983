import type {ConfigSource} from '../../ingest/configuration/config-source.ts';

/** More names than anybody means: `{a,b}{a,b}…` doubles with each brace. */
const mostPatterns = 256;

/** `{a,b}.conf` as `a.conf` and `b.conf` (glob(3) GLOB_BRACE); none where there are too many. */
function withoutBraces(pattern: string): readonly string[] {
	const done: string[] = [];
	const open = [pattern];
	while (open.length > 0 && done.length + open.length <= mostPatterns) {
		const next = open.pop() ?? '';
		const [, before = '', choices, after = ''] = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(next) ?? [];
		if (choices === undefined) done.push(next);
		else
			open.push(
				...choices
					.split(',')
					.map(choice => before + choice + after)
					.reverse(),
			);
	}
	return open.length === 0 ? done : [];
}

type Token = '*' | ((character: string) => boolean);

/** `[a-z_]` and `[!a-z]` (glob(7)). */
function oneOf(inner: string): Token {
	const negated = /^[!^]/.test(inner);
	const ranges = [...(negated ? inner.slice(1) : inner).matchAll(/([\s\S])-([\s\S])|[\s\S]/g)];
	return character =>
		negated !==
		ranges.some(([all, first, last]) =>
			first === undefined || last === undefined ? character === all : first <= character && character <= last,
		);
}

function tokens(part: string): readonly Token[] {
	return [...part.matchAll(/\[([!^]?\]?[^\]]*)\]|[\s\S]/g)].map(([all, inner]): Token => {
		if (inner !== undefined) return oneOf(inner);
		if (all === '*') return '*';
		return all === '?' ? () => true : character => character === all;
	});
}

/** Whether a name fits a part of a path. A wildcard is no dot at the beginning (glob(7)). Takes no longer than both are long. */
function fits(name: string, part: readonly Token[], literalDot: boolean): boolean {
	if (name.startsWith('.') && !literalDot) return false;
	let [at, token, star, resume] = [0, 0, -1, 0];
	while (at < name.length) {
		const wanted = part[token];
		if (wanted === '*') {
			star = token;
			resume = at;
			token += 1;
		} else if (wanted?.(name[at] ?? '') === true) {
			at += 1;
			token += 1;
		} else if (star >= 0) {
			resume += 1;
			at = resume;
			token = star + 1;
		} else return false;
	}
	return part.slice(token).every(each => each === '*');
}

const isPattern = (part: string): boolean => /[*?[]/.test(part);

async function matching(source: ConfigSource, pattern: string): Promise<readonly string[]> {
	let found: readonly string[] = [pattern.startsWith('/') ? '/' : ''];
	for (const [index, part] of pattern
		.split('/')
		.filter(each => each !== '')
		.entries()) {
		const next: string[] = [];
		const wanted = tokens(part);
		for (const folder of found) {
			const names = isPattern(part) ? await source.list(folder === '' ? '.' : folder) : [part];
			const before = index === 0 ? folder : `${folder}/`;
			for (const name of names)
				if (!isPattern(part) || fits(name, wanted, part.startsWith('.'))) next.push(before + name);
		}
		found = next;
	}
	const there: string[] = [];
	for (const path of found) if ((await source.changed(path)) !== null) there.push(path);
	return there;
}

/** The files of a source that a pattern of glob(3) with braces names, in its order: brace by brace, by name. */
export async function filesMatching(source: ConfigSource, pattern: string): Promise<readonly string[]> {
	const found: string[] = [];
	for (const each of withoutBraces(pattern)) found.push(...(await matching(source, each)));
	return found;
}
