/** Joins a finding `f` to what excepts it, `x`. */
const samePeer = [
	'f.rule = x.rule',
	...['peer_ip', 'peer_host', 'username'].map(name => `f.${name} is not distinct from x.${name}`),
].join(' and ');

const allOfSession = (table: string): string => `${table}.* exclude (session, handshake)`;

/** The columns of the findings of a handshake. */
export const findingColumns = `handshake integer, rule text, severity text, observed text, required text, reference text`;

/**
 * What judging makes of the sessions, for this run only: temporary tables and views, so that a database is judged that may
 * only be read, by several at once, and nobody reads what another policy left.
 */
export const judgementTables: readonly string[] = [
	`create or replace temp table handshake_findings(${findingColumns})`,
	`create or replace temp table handshake_undecided(handshake integer, rule text)`,
	`create or replace temp table destination_findings(handshake integer, peer_host text, rule text, severity text, observed text,
		required text, reference text)`,
	`create or replace temp table exceptions(peer_ip text, peer_host text, username text, rule text, reason text, until text)`,
	// One row per session and finding; `session` tells sessions apart that are alike in every column.
	`create or replace temp view findings as
		select f.rule, f.severity, f.observed, f.required, f.reference, s.session, ${allOfSession('s')}
		from numbered_sessions s join handshake_findings f on f.handshake = s.handshake
		union all
		select f.rule, f.severity, f.observed, f.required, f.reference, s.session, ${allOfSession('s')}
		from numbered_sessions s join destination_findings f on f.handshake = s.handshake and f.peer_host = s.peer_host`,
	`create or replace temp view judged as
		select f.*, x.reason as excepted_reason, x.until as excepted_until
		from findings f left join exceptions x on ${samePeer}`,
	`create or replace temp view violations as
		select * exclude (session, excepted_reason, excepted_until) from judged where excepted_until is null`,
	`create or replace temp view excepted as
		select excepted_reason as reason, excepted_until as until, * exclude (session, excepted_reason, excepted_until)
		from judged where excepted_until is not null`,
];
