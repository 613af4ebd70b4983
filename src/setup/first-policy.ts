import type {PeerFinding} from '../model/findings.ts';
import type {Hop} from '../model/session.ts';
import {parseCidr} from '../policy/peer.ts';
import {plain} from '../text/plain.ts';

/** What a log shows that a policy may say. */
export type Seen = {
	/** Names of the logs. */
	readonly logs: readonly string[];
	/** Who breaks the policy. */
	readonly broken: readonly PeerFinding[];
	/** Hops of which each session that did not fail had TLS 1.3, with their number. */
	readonly newestOnly: ReadonlyArray<{readonly hop: Hop; readonly sessions: number}>;
};

/** More are read by nobody: then the policy is wrong, or the server is. */
const mostExceptions = 20;

/** Prose has two signs before it; a rule that waits to be taken has one. */
const prose = (text: string): string => `## ${text}`.trimEnd();
const waiting = (text: string): string => `#${text}`;

const sessionsText = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);

/** The exceptions that the log would need, one per peer and rule, of peers with an address; and how many there are besides. */
function exceptionLines(
	broken: readonly PeerFinding[],
	until: string,
): {readonly lines: readonly string[]; readonly besides: readonly string[]} {
	const networked = broken.flatMap(each => {
		const cidr = `${each.peer}/${each.peer.includes(':') ? 128 : 32}`;
		return parseCidr(cidr) === null ? [] : [{...each, cidr}];
	});
	const lines = networked.slice(0, mostExceptions).map(({rule, cidr, hop, port, sessions}) => {
		const reason = `${hop} ${port ?? 'without a port'}, ${sessionsText(sessions)}: say who it is`;
		return waiting(`  - {rules: [${rule}], cidr: "${cidr}", reason: "${reason}", until: ${until}}`);
	});
	const more = networked.length - lines.length;
	const others = broken.length - networked.length;
	const besides = [
		...(more > 0 ? [`and ${more} more, which tlsaudit check names`] : []),
		...(others > 0 ? [`Breaks of the policy by peers without an address: ${others}; tlsaudit check names them.`] : []),
	];
	return {lines, besides: besides.map(prose)};
}

/** Rules that are stricter than the base, where the log shows nobody whom they would harm; else an example. */
function stricterLines(seen: Seen | null): string[] {
	const hops = seen?.newestOnly ?? [];
	if (hops.length === 0) return [waiting('  submission:'), waiting('    min-version: TLSv1.3')];
	return hops.flatMap(({hop, sessions}) => [
		prose(
			sessions === 1
				? 'the one session that did not fail had TLS 1.3'
				: `all ${sessions} sessions that did not fail had TLS 1.3`,
		),
		waiting(`  ${hop}:`),
		waiting('    min-version: TLSv1.3'),
	]);
}

/**
 * The text of a first policy: what `base` says, and nothing else until a comment is taken away. `table` holds the lines of what the
 * base asks of each way in, and what was seen; `until` is the last day of exceptions, `YYYY-MM-DD`.
 */
export function firstPolicy(
	base: string,
	table: readonly string[],
	seen: Seen | null,
	{day, version, until}: {readonly day: string; readonly version: string; readonly until: string},
): string {
	const {lines: exceptions, besides} = exceptionLines(seen?.broken ?? [], until);
	const example = `  - {cidr: 192.0.2.61/32, reason: "the old scanner", until: ${until}}`;
	const shown = seen === null ? [] : ['', 'Seen in these logs:', ...seen.logs.map(name => `  ${plain(name)}`)];
	return [
		prose(`What this server is held to. Written by tlsaudit ${version} on ${day}.`),
		prose(''),
		prose('Lines that begin with ## explain. Lines that begin with one # are rules that wait: without the # they'),
		prose('hold. After a change: tlsaudit policy validate FILE. More that can be said: tlsaudit help policies.'),
		...[...shown, '', `What ${base} asks of each way in${seen === null ? '' : ', and what was seen'}:`].map(prose),
		...table.map(line => prose(plain(line))),
		'',
		'name: ours',
		prose(`What is not said below is as in this policy; tlsaudit policy show ${base} prints its rules.`),
		`extends: ${base}`,
		'',
		prose('Stricter, by hop. What is said of a hop replaces what the policy above says of the same thing.'),
		prose('First: tlsaudit whatif LOG --min-version TLSv1.3 names who would be turned away.'),
		waiting('hops:'),
		...stricterLines(seen),
		'',
		prose('Mail to these has to be encrypted to a server whose certificate was checked.'),
		waiting('destinations:'),
		waiting('  bank.example: verified'),
		'',
		prose('Who may break a rule for a while: a network, domain or user, with a reason and a last day.'),
		...(exceptions.length === 0
			? []
			: [prose('These break the policy now. Better than an exception is to mend them.')]),
		waiting('exceptions:'),
		...(exceptions.length === 0 ? [waiting(example)] : exceptions),
		...besides,
		'',
	].join('\n');
}
