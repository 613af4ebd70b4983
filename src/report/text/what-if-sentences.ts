import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {type TriedRule, totals, unlogged} from '../what-if-result.ts';
import {judgedBy, partlyRead} from './sentences.ts';

/** The sentences of `whatif`, for all formats that people read. Any text comes in; it is made safe here. */

/** The rule that was tried: `TLSv1.2 or later, none of RC4`. */
export function ruleWords({min_version, ban, policy, at}: TriedRule['rule']): string {
	const words: string[] = [];
	if (min_version !== null) words.push(`${min_version} or later`);
	if (ban.length > 0) words.push(`none of ${ban.join(', ')}`);
	if (policy !== null) words.push(`policy ${judgedBy(policy, at)}`);
	return plain(words.join(', '));
}

/** `52 peers, 53 sessions, 41 messages`; who only probed has sent none. */
export function countWords(rows: TriedRule['breaks']): string {
	const {peers, sessions, messages} = totals(rows);
	const words = [many(peers, 'peer'), many(sessions, 'session')];
	if (rows.some(({probe}) => !probe)) words.push(many(messages, 'message'));
	return words.join(', ');
}

const remaining = ({remains}: TriedRule): number => remains.reduce((sum, row) => sum + row.remains, 0);

/** Whether a trial is bad news, good news, or leaves open who would be turned away. */
export function whatIfTone(result: TriedRule): 'bad' | 'good' | 'open' {
	if (result.breaks.some(({probe}) => !probe)) return 'bad';
	return unlogged(result).sessions === 0 && remaining(result) > 0 && !result.partial ? 'good' : 'open';
}

/** Who would be turned away: the first sentence of whatever is printed of a trial. */
export function whatIfSentence(result: TriedRule): string {
	const {rule, breaks, nothing} = result;
	if (nothing !== null) return `Nothing read: ${plain(nothing)}.`;
	const {peers, sessions, messages} = totals(breaks);
	const probes = breaks.filter(({probe}) => probe);
	const start = `What if ${ruleWords(rule)}:`;
	const rest = result.partial ? `; ${partlyRead}` : '';
	const only = `${probes.length === 0 ? '' : `; of these ${countWords(probes)} without mail and login`}${rest}`;
	if (breaks.length > probes.length)
		return `${start} ${many(peers, 'peer')} would be turned away, with ${many(sessions, 'session')} and ${many(messages, 'message')}${only}.`;
	const remain = remaining(result);
	const others = `${probes.length === 0 ? '' : `; ${countWords(probes)} without either would`}${rest}`;
	if (unlogged(result).sessions === 0 && remain === 0)
		return `${start} no session with mail or a login was seen${others}.`;
	if (unlogged(result).sessions === 0)
		return `${result.partial ? 'So far nobody' : 'Nobody'} who sent mail or logged in would be turned away by ${ruleWords(rule)}${others}.`;
	return `${start} no session with mail or a login would break of which the log says enough${others}.`;
}

/** How many sessions the log says too little of; null where there is none. */
export function unloggedSentence(result: TriedRule): string | null {
	const {sessions, of} = unlogged(result);
	if (sessions === 0) return null;
	return `Unknown for ${count(sessions)} of ${many(of, 'session')}: the log does not show what the rule asks.`;
}

export const relayNote =
	'Relays that find no TLS may send in plaintext, which is worse than old TLS (RFC 9325, section 5.2).';
