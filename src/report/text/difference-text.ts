import type {Effective, MatrixRow, SeenVersion} from '../../model/service-matrix.ts';
import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcMinute} from '../../text/time.ts';
import {demandWords, versionRange} from './matrix-text.ts';

const longRange = (versions: readonly string[]): string => (versions.length === 0 ? 'none' : versions.join(', '));
const times = (sessions: number): string => (sessions === 1 ? 'once' : `${count(sessions)} times`);

function whyOf({parameter, value, origin}: Effective): string {
	if (parameter === null) return 'no parameter asks for TLS';
	const text = value === null || value === '' ? 'empty' : `"${plain(value)}"`;
	return `${parameter} rules: ${text}${origin === null ? '' : ` (${plain(origin)})`}`;
}

function effectSentence(row: MatrixRow): string[] {
	const {intended, effective} = row;
	if (effective.verdict !== 'differs') return [];
	if (effective.fault !== null)
		return [effective.versions.length > 0 ? plain(effective.fault) : `TLS does not work: ${plain(effective.fault)}`];
	const sentences: string[] = [];
	const more = effective.versions.filter(each => intended.versions !== null && !intended.versions.includes(each));
	if (more.length > 0) {
		const inert =
			effective.inert === null
				? ''
				: `; ${effective.inert.parameter} (${plain(effective.inert.origin)}) is not read here`;
		sentences.push(`${longRange(more)} allowed and not intended: ${whyOf(effective)}${inert}`);
	}
	if (intended.demand !== null && more.length === 0)
		sentences.push(`${demandWords[effective.demand]}; intended: ${demandWords[intended.demand]}`);
	return sentences;
}

function acceptedSentence({accepted, effective}: MatrixRow): string[] {
	if (accepted === null) return [];
	if (accepted.problem !== null) return [`${plain(accepted.target)} was asked: ${plain(accepted.problem)}`];
	const surplus = accepted.versions.filter(each => !effective.versions.includes(each));
	if (surplus.length > 0)
		return [
			`${plain(accepted.target)} accepts ${longRange(surplus)}, which the files do not allow: ` +
				'they are not in force (reload Postfix), or another server answers',
		];
	const held = accepted.refused.filter(each => effective.versions.includes(each));
	if (held.length > 0)
		return [`${plain(accepted.target)} refuses ${longRange(held)}, which the files allow: its OpenSSL forbids it`];
	return [];
}

function seenWords({protocol, sessions, firstSeen, lastSeen}: SeenVersion): string {
	return `${plain(protocol)} ${times(sessions)} (${utcMinute(firstSeen)} to ${utcMinute(lastSeen)})`;
}

function observedSentences({observed, effective, intended}: MatrixRow): string[] {
	if (observed === null || observed.sessions === 0) return [];
	const sentences: string[] = [];
	const strange = observed.versions.filter(({notAllowed}) => notAllowed);
	const current = strange.filter(each => each.current);
	const past = strange.filter(each => !each.current);
	if (current.length > 0)
		sentences.push(
			`seen and not allowed: ${current.map(seenWords).join(', ')}: another host, version or time wrote these lines`,
		);
	if (past.length > 0) sentences.push(`before the configuration was loaded: ${past.map(seenWords).join(', ')}`);
	const unwanted = observed.versions.filter(each => each.unwanted && !each.notAllowed && each.current);
	if (unwanted.length > 0) sentences.push(`seen, allowed and not intended: ${unwanted.map(seenWords).join(', ')}`);
	if (observed.plaintextUses > 0 && intended.demand !== 'offered' && effective.demand !== 'offered')
		sentences.push(`${times(observed.plaintextUses)} mail or a login came in plaintext`);
	const asked = observed.sessions - observed.failed;
	if (observed.unlogged > 0)
		sentences.push(`the log does not say the TLS version of ${count(observed.unlogged)} of ${many(asked, 'session')}`);
	if (observed.neverSeen.length > 0 && effective.versions.length > 0)
		sentences.push(`allowed and never seen: ${longRange(observed.neverSeen)}`);
	return sentences;
}

/** What is to be said of one row, one sentence a line; empty where all agrees. */
export function differenceLines(row: MatrixRow): string[] {
	const sentences = [...effectSentence(row), ...acceptedSentence(row), ...observedSentences(row)];
	if (sentences.length === 0) return [];
	const wanted = row.intended.versions;
	const by = row.intended.sources.length === 0 ? '' : ` (${row.intended.sources.map(plain).join('; ')})`;
	const intent = wanted === null ? [] : [`intended: ${versionRange(wanted)}${by}`];
	const place = row.port === null ? '' : `, port ${row.port}`;
	return [`${plain(row.service)}${place}`, ...[...intent, ...sentences].map(each => `  ${each}`)];
}

/** Services that no line of a log distinguishes, a sentence a tag. */
export function sharedTagLines(rows: readonly MatrixRow[]): string[] {
	const groups = new Map<string, string[]>();
	for (const {tag, sharedWith, service} of rows)
		if (tag !== null && sharedWith.length > 0) groups.set(tag, [...(groups.get(tag) ?? []), service]);
	return [...groups].map(
		([tag, services]) =>
			`${services.map(plain).join(' and ')} log as ${plain(tag)}: ${
				tag.endsWith('/tlsproxy')
					? 'one tlsproxy shakes hands for all of them, and the log does not distinguish them'
					: 'give each its own syslog_name, or the log does not distinguish them'
			}`,
	);
}
