import type {Narrow} from './narrow.ts';
import type {Screen} from './screen.ts';
import {earlier, later, tallies} from './tallies.ts';

/** One version with one cipher over all hops in question. Times in ms since 1970 UTC. */
export type CipherRow = {
	protocol: string | null;
	cipher: string | null;
	sessions: number;
	messages: number;
	violations: number;
	weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	judged: number;
	undecided: number;
	/** Sessions by hop and port, such as `submission 465`. */
	places: Record<string, number>;
	first_seen: number | null;
	last_seen: number | null;
};

/** Failures of one reason on one hop and port. Times in ms since 1970 UTC. */
export type FailureRow = {
	reason: string;
	hop: string;
	port: number | null;
	outcome: string | null;
	sessions: number;
	first_seen: number | null;
	last_seen: number | null;
};

/** Versions and ciphers of the encrypted sessions, the most frequent first. */
export async function ciphers(screen: Screen, narrow: Narrow): Promise<CipherRow[]> {
	const rows = new Map<string, CipherRow>();
	for (const tally of await tallies(screen, narrow)) {
		if (tally.outcome !== 'encrypted') continue;
		const {protocol, cipher} = tally;
		const key = JSON.stringify([protocol, cipher]);
		let row = rows.get(key);
		if (row === undefined) {
			row = {
				protocol,
				cipher,
				sessions: 0,
				messages: 0,
				violations: 0,
				weaknesses: 0,
				judged: 0,
				undecided: 0,
				places: {},
				first_seen: null,
				last_seen: null,
			};
			rows.set(key, row);
		}
		const place = tally.port === null ? tally.hop : `${tally.hop} ${tally.port}`;
		row.places[place] = (row.places[place] ?? 0) + tally.sessions;
		row.sessions += tally.sessions;
		row.messages += tally.messages;
		row.violations += tally.violations;
		row.weaknesses += tally.weaknesses;
		row.judged += tally.judged;
		row.undecided += tally.undecided;
		row.first_seen = earlier(row.first_seen, tally.first_seen);
		row.last_seen = later(row.last_seen, tally.last_seen);
	}
	return [...rows.values()].sort((a, b) => b.sessions - a.sessions);
}

/** Failures by reason, hop and port; a failed session without a reason counts as `other`. */
export async function failures(screen: Screen, narrow: Narrow): Promise<FailureRow[]> {
	const rows = new Map<string, FailureRow>();
	for (const {hop, port, outcome, failure, sessions, first_seen, last_seen} of await tallies(screen, narrow)) {
		if (failure === null && outcome !== 'failed') continue;
		const reason = failure ?? 'other';
		const key = JSON.stringify([reason, hop, port, outcome]);
		const known = rows.get(key);
		if (known === undefined) rows.set(key, {reason, hop, port, outcome, sessions, first_seen, last_seen});
		else {
			known.sessions += sessions;
			known.first_seen = earlier(known.first_seen, first_seen);
			known.last_seen = later(known.last_seen, last_seen);
		}
	}
	return [...rows.values()].sort((a, b) => b.sessions - a.sessions);
}
