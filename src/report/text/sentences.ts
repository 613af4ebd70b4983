import type {Lack} from '../../model/evidence.ts';
import type {PeerFinding} from '../../model/findings.ts';
import type {MissingLogging} from '../../model/missing-logging.ts';
import type {HostEnd} from '../../model/summary.ts';
import {isUndecided, type PlaceEvidence, type Verdict} from '../../model/verdict.ts';
import type {Exception} from '../../policy/policy.ts';
import {count, many} from '../../text/number.ts';
import {lineRange, placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {isoDate, utcSecond} from '../../text/time.ts';
import {hostAndAddress} from './peer-words.ts';

const lackWords: Readonly<Record<Lack, string>> = {
	outcome: 'whether TLS was used',
	version: 'the TLS version and the cipher',
	cipher: 'the cipher',
	trust: 'how far the peer is trusted',
	port: 'the port and how TLS began',
	group: 'the group of the key exchange',
};

/** A policy by its name, and the day by whose calendar it judges where that is not today. */
export function judgedBy(policy: string, at: string | null): string {
	return at === null ? policy : `${policy} as of ${at}`;
}

/** How to see the peers that a list leaves out. */
export const allPeers = "tlsaudit sql 'from violations', with the same files and policy";

/** The same for those that failed. */
export const allFailed =
	'tlsaudit sql "from sessions where failure is not null or outcome = \'failed\'", with the same files';

/** What is not in the log, in words. */
export const lackText = (lacks: Lack): string => lackWords[lacks];

/** One sentence: where, which program, for how many sessions it logged too little, and the one setting to change. */
export function missingText({hop, port, program, sessions, lacks, remedy}: MissingLogging): string {
	const who = program === null ? 'the log' : plain(program);
	return `${placeWords({hop, port})}: of ${many(sessions, 'session')} ${who} does not log ${lackWords[lacks]}; ${remedy}.`;
}

/** Whom an exception is for: `198.51.100.0/24`, `old.example.org`, or a user; all that are given. */
export function exceptionSelector({cidr, domain, user}: Exception): string {
	return [cidr, domain, user]
		.filter(word => word !== undefined)
		.map(plain)
		.join(' ');
}

/** A sentence about an exception that is past its date. */
export function expiredText(exception: Exception): string {
	const {until, reason} = exception;
	return `the exception for ${exceptionSelector(exception)} ended on ${until} (${plain(reason)}); renew it or take it out`;
}

/** `mail.log:11-16`, the lines of a session; empty when the log does not say. */
export function placeOf({source, first_line, last_line}: PeerFinding): string {
	const lines = lineRange(first_line, last_line);
	if (source === null || lines === null) return '';
	return `${plain(source === '-' ? 'stdin' : source)}:${lines}`;
}

/** One finding in a sentence without a full stop. */
export function peerFindingText(finding: PeerFinding): string {
	const {peer, peer_host, usernames, hop, port, sessions, observed, required} = finding;
	const host = hostAndAddress(peer_host, peer);
	const users = usernames.slice(0, 3).join(', ') + (usernames.length > 3 ? ` and ${usernames.length - 3} more` : '');
	const who = users === '' ? host : `${users} from ${host}`;
	const last = finding.last_seen === null ? '' : `, last ${isoDate(finding.last_seen)}`;
	return plain(
		`${placeWords({hop, port})}: ${who}: ${observed.join(', ')}; required ${required}; ${many(sessions, 'session')}${last}`,
	);
}

/** What a verdict hangs on, as far as people are to read of it. */
export type VerdictWords = {
	readonly verdict: Verdict;
	readonly policy: string;
	/** See `judgedBy`; a screen judges by today. */
	readonly at?: string | null;
	/** Sessions that break rules, a session once per rule. */
	readonly counted: number;
	/** As many may. */
	readonly max: number;
	readonly places: readonly PlaceEvidence[];
	readonly maxUndecided: number;
	/** Why there is no session to judge. */
	readonly nothing: string | null;
	/** Not all logs could be read to the end. */
	readonly partial?: boolean;
};

/** How a verdict looks; see `Style`. */
export const verdictLooks = {
	pass: 'pass',
	fail: 'violation',
	undecided: 'weakness',
	'nothing-read': 'weakness',
} as const;

/** Places named in the sentence; the table of hops has all. */
const mostPlaces = 3;

/** How many sessions do not say what the policy asks, of how many that it asks about; null where all say it. */
function lackingWords(places: readonly PlaceEvidence[]): string | null {
	const undecided = places.reduce((sum, place) => sum + place.undecided, 0);
	const asked = places.reduce((sum, place) => sum + place.decided + place.undecided, 0);
	return undecided === 0 ? null : `in ${count(undecided)} of ${many(asked, 'session')} the log lacks what it asks for`;
}

const dayMs = 86_400_000;
/** Hosts that are named. */
const mostSilent = 5;

/** Sentences about hosts that were silent while others logged, by the last moment of each, the earliest first. */
export function silentHosts(ends: readonly HostEnd[]): string[] {
	const newest = Math.max(...ends.map(({last_seen}) => last_seen));
	const silent = ends.filter(({last_seen}) => last_seen < newest - dayMs);
	const rest = silent.length - mostSilent;
	return [
		...silent
			.slice(0, mostSilent)
			.map(
				({log_host, last_seen}) =>
					`${log_host} has logged no session since ${utcSecond(last_seen)} UTC, a day or more before the last of all hosts.`,
			),
		...(rest > 0 ? [`So long silent are ${many(rest, 'more host')}.`] : []),
	];
}

/** Said of what rests on a part of the logs. */
export const partlyRead = 'not all logs could be read to the end';

/** Violations that are few enough: `2 violations of policy founding, at most 5`. */
const toleratedWords = ({counted, max}: VerdictWords, of = ''): string =>
	`${many(counted, 'violation')}${of}, at most ${count(max)}`;

function undecidedSentence(words: VerdictWords): string {
	const {policy, at, places, maxUndecided, counted, partial} = words;
	const named = places
		.filter(place => isUndecided(place, maxUndecided))
		.map(
			({undecided, decided, ...place}, index) =>
				`${count(undecided)} of ${count(decided + undecided)}${index === 0 ? ' sessions' : ''} on ${placeWords(place)}`,
		);
	const rest = named.length - mostPlaces;
	const where = [...named.slice(0, mostPlaces), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
	const judge = `policy ${plain(judgedBy(policy, at ?? null))}`;
	const seen = (of = ''): string => (counted === 0 ? `no violation${of} is seen` : toleratedWords(words, of));
	if (partial === true && where === '') return `Undecided: ${partlyRead}; ${seen(` of ${judge}`)}.`;
	const what = `the log lacks what ${judge} asks for in ${where === '' ? 'every session' : where}`;
	return `Undecided: ${what}; ${partial === true ? `${partlyRead}; ` : ''}${seen()}.`;
}

export const wereDeleted = (sessions: number): string => `${sessions === 1 ? 'was' : 'were'} deleted by import --keep`;

/** Why there is no session, without a full stop: the lines had none, or those that they had are deleted. */
export function noSession(lines: number, deleted: number): string {
	if (deleted > 0)
		return `${deleted === 1 ? 'the only session' : `all ${count(deleted)} sessions`} ${wereDeleted(deleted)}`;
	return `${many(lines, 'line')} ${lines === 1 ? 'says' : 'say'} nothing of a session`;
}

/** The verdict as the first sentence of whatever is printed of a log. */
export function verdictSentence(words: VerdictWords): string {
	const {verdict, counted, places, partial} = words;
	const policy = `policy ${plain(judgedBy(words.policy, words.at ?? null))}`;
	const gaps = lackingWords(places);
	switch (verdict) {
		case 'nothing-read':
			return `Nothing read: ${words.nothing ?? 'there is no session to judge'}.`;
		case 'undecided':
			return undecidedSentence(words);
		case 'fail':
			return `Fail: ${many(counted, 'violation')} of ${policy}${gaps === null ? '' : `; ${gaps}`}${partial === true ? `; ${partlyRead}` : ''}.`;
		case 'pass': {
			const used = places.some(({decided}) => decided > 0);
			const broken = counted === 0 ? `no session breaks ${policy}` : toleratedWords(words, ` of ${policy}`);
			const more = gaps ?? (used || counted > 0 ? null : 'none is of a kind that it asks about');
			return `Pass: ${broken}${more === null ? '' : `; ${more}`}.`;
		}
	}
}
