import type {Governing} from '../read/parameters.ts';
import {atLeast, type PostfixVersion} from '../releases/postfix-version.ts';
import type {GoverningCiphers, GoverningProtocols, TlsFault} from './effective.ts';
import {allowed, invalidWords, type Side} from './protocol-list.ts';
import {leavesNoSuite} from './remaining-suites.ts';

const grades = ['high', 'medium', 'low', 'export', 'null'] as const;
type Grade = (typeof grades)[number];

/**
 * The grade a word means, any case, or null where it is none (`HIGH:!aNULL`): then every handshake fails. From 3.8 on
 * `low` and `export` are other names of `medium` (tls_misc.c, tls_cipher_grade_table).
 */
export function gradeOf(word: string, version: PostfixVersion): Grade | null {
	const grade = grades.find(one => one === word.toLowerCase());
	if (grade === undefined) return null;
	return (grade === 'low' || grade === 'export') && atLeast(version, 3, 8) ? 'medium' : grade;
}

/** The items of an exclusion list: names, or properties joined by `+`; blanks, commas and colons are between them. */
export function exclusionItems(list: string): readonly string[] {
	return list.split(/[\s,:]+/).filter(item => item !== '');
}

/** Whether an item is refused at the first handshake (`invalid unary '!+-@' in cipher exclusion`, tls_set_ciphers). */
export function isBadExclusion(item: string): boolean {
	return /^[!+\-@]/.test(item);
}

/** A protocol list with what it comes to. */
export function governedProtocols(list: Governing, version: PostfixVersion, side: Side): GoverningProtocols {
	return {...list, allowed: allowed(list.value, version, side), invalid: invalidWords(list.value, version)};
}

/** A grade and its exclusions; `added` are the items that Postfix excludes by itself. */
export function governedCiphers(
	grade: Governing,
	exclusions: readonly Governing[],
	added: readonly string[],
	version: PostfixVersion,
): GoverningCiphers {
	const listed = exclusions.flatMap(({value}) => exclusionItems(value));
	return {
		grade: {...grade, valid: gradeOf(grade.value, version) !== null},
		exclusions,
		excluded: [...new Set([...listed, ...added])],
	};
}

/** Why a handshake cannot come about with these lists, though TLS is on; null when it can. */
export function listFault(protocols: GoverningProtocols, ciphers: GoverningCiphers): TlsFault | null {
	const {parameter, value, invalid} = protocols;
	if (invalid.length > 0) {
		const text = `${parameter} = ${value}: "${invalid.join('", "')}" is no version this Postfix knows, which switches TLS off.`;
		return {kind: 'invalid-protocols', effect: 'off', text};
	}
	if (protocols.allowed.length === 0) {
		const text = `${parameter} = ${value} leaves no version at all, so that every handshake fails.`;
		return {kind: 'empty-protocols', effect: 'off', text};
	}
	const {grade, exclusions} = ciphers;
	if (!grade.valid) {
		const text = `${grade.parameter} = ${grade.value} is no grade (high, medium, null), so that every handshake fails.`;
		return {kind: 'invalid-grade', effect: 'off', text};
	}
	for (const list of exclusions) {
		const bad = exclusionItems(list.value).find(isBadExclusion);
		if (bad === undefined) continue;
		const text = `${list.parameter} names "${bad}" with a sign before it, so that every handshake fails.`;
		return {kind: 'invalid-exclusion', effect: 'off', text};
	}
	if (grade.value.toLowerCase() !== 'null' && leavesNoSuite(ciphers.excluded)) {
		const names = exclusions.filter(({setting}) => setting !== null).map(({parameter}) => parameter);
		const text = `${names.join(', ')} leaves no suite at all, so that every handshake fails.`;
		return {kind: 'no-suite', effect: 'off', text};
	}
	return null;
}
