import {atLeast, type PostfixVersion} from './postfix-version.ts';

const grades = ['high', 'medium', 'low', 'export', 'null'] as const;
export type Grade = (typeof grades)[number];

/**
 * The grade a word stands for, any case, or null where it is none (`HIGH:!aNULL`): then every handshake fails. From 3.8 on
 * `low` and `export` are other names of `medium` (tls_misc.c, tls_cipher_grade_table).
 */
export function gradeOf(word: string, version: PostfixVersion): Grade | null {
	const grade = grades.find(one => one === word.toLowerCase());
	if (grade === undefined) return null;
	return (grade === 'low' || grade === 'export') && atLeast(version, 3, 8) ? 'medium' : grade;
}

/** The items of an exclusion list: names, or properties joined by `+`; blanks, commas and colons stand between them. */
export function exclusionItems(list: string): readonly string[] {
	return list.split(/[\s,:]+/).filter(item => item !== '');
}

/** Whether an item is refused at the first handshake (`invalid unary '!+-@' in cipher exclusion`, tls_set_ciphers). */
export function isBadExclusion(item: string): boolean {
	return /^[!+\-@]/.test(item);
}
