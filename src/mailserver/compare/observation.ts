import type {Demand, Observed, SeenVersion} from '../../model/service-matrix.ts';
import {earlier, later, type ObservedRow} from '../../model/summary.ts';
import {isUndecided, usualShare} from '../../model/verdict.ts';
import {compareProtocols, type Protocol, protocolOf} from '../../tls/version.ts';

export type Expectation = {
	/** Null: nobody said. */
	readonly intended: readonly Protocol[] | null;
	readonly allowed: readonly Protocol[];
	/** The stronger of what was intended and what is configured; null where neither is known. */
	readonly demand: Demand | null;
};

const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
	rows.reduce((total, row) => total + of(row), 0);

function seenVersions(rows: readonly ObservedRow[], {intended, allowed}: Expectation): SeenVersion[] {
	const found = new Map<string, SeenVersion>();
	for (const row of rows) {
		if (row.outcome !== 'encrypted' || row.protocol === null) continue;
		const before = found.get(row.protocol);
		const version = protocolOf(row.protocol);
		found.set(row.protocol, {
			protocol: row.protocol,
			sessions: (before?.sessions ?? 0) + row.sessions,
			firstSeen: earlier(before?.firstSeen ?? null, row.first_seen),
			lastSeen: later(before?.lastSeen ?? null, row.last_seen),
			current: (before?.current ?? false) || row.current > 0,
			unwanted: intended !== null && (version === null || !intended.includes(version)),
			notAllowed: version === null || !allowed.includes(version),
		});
	}
	const rank = ({protocol}: SeenVersion): Protocol => protocolOf(protocol) ?? 'TLSv1.3';
	return [...found.values()].sort((a, b) => compareProtocols(rank(a), rank(b)));
}

/**
 * What the log says of one service beside what was expected. Only sessions since the configuration is in force can
 * break it; plaintext breaks it where TLS is demanded and mail or a login came through, and where TLS is offered and
 * not one session took it: then it is not really offered. Sessions whose version the log does not show prove nothing:
 * where they are more than a few, or all there is, the log neither agrees nor differs. /
 */
export function observation(rows: readonly ObservedRow[], expectation: Expectation): Observed {
	const versions = seenVersions(rows, expectation);
	const plain = rows.filter(({outcome}) => outcome === 'plaintext');
	const demanded = expectation.demand === 'required' || expectation.demand === 'implicit';
	const taken = rows.some(({outcome, current}) => current > 0 && (outcome === 'encrypted' || outcome === null));
	const neverTaken = expectation.demand === 'offered' && !taken;
	const broken =
		versions.some(({current, unwanted, notAllowed}) => current && (unwanted || notAllowed)) ||
		((demanded || neverTaken) && sum(plain, row => row.current_used) > 0);
	const sessions = sum(rows, row => row.sessions);
	const unlogged = sum(
		rows.filter(({outcome, protocol}) => outcome === null || (outcome === 'encrypted' && protocol === null)),
		row => row.sessions,
	);
	const known = sum(versions, each => each.sessions) + sum(plain, row => row.sessions);
	const silent = known === 0 || isUndecided({decided: known, undecided: unlogged}, usualShare);
	return {
		versions,
		neverSeen:
			unlogged > 0 ? [] : expectation.allowed.filter(each => !versions.some(({protocol}) => protocol === each)),
		sessions,
		plaintext: sum(plain, row => row.sessions),
		plaintextUses: sum(plain, row => row.used),
		failed: sum(
			rows.filter(({outcome}) => outcome === 'failed'),
			row => row.sessions,
		),
		unlogged,
		messages: sum(rows, row => row.messages),
		verdict: broken ? 'differs' : silent ? 'unknown' : 'agrees',
	};
}
