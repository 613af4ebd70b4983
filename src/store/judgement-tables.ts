/** Joins a finding `f` to what excepts it, `x`. */
const samePeer = [
	'f.rule = x.rule',
	...['peer_ip', 'peer_host', 'username'].map(name => `f.${name} is not distinct from x.${name}`),
].join(' and ');

const allOfSession = (table: string): string => `${table}.* exclude (session, handshake)`;

/** What judging makes of the sessions: can be made anew at any time. */
export const judgementTables: readonly string[] = [
	`create table handshake_findings(handshake integer, rule text, severity text, observed text, required text,
		reference text)`,
	`create table handshake_undecided(handshake integer, rule text)`,
	`create table destination_findings(handshake integer, peer_host text, rule text, severity text, observed text,
		required text, reference text)`,
	`create table exceptions(peer_ip text, peer_host text, username text, rule text, reason text, until text)`,
	// One row per session and finding; `session` tells sessions apart that are alike in every column.
	`create view findings as
		select f.rule, f.severity, f.observed, f.required, f.reference, s.session, ${allOfSession('s')}
		from numbered_sessions s join handshake_findings f on f.handshake = s.handshake
		union all
		select f.rule, f.severity, f.observed, f.required, f.reference, s.session, ${allOfSession('s')}
		from numbered_sessions s join destination_findings f on f.handshake = s.handshake and f.peer_host = s.peer_host`,
	`create view judged as
		select f.*, x.reason as excepted_reason, x.until as excepted_until
		from findings f left join exceptions x on ${samePeer}`,
	`create view violations as
		select * exclude (session, excepted_reason, excepted_until) from judged where excepted_until is null`,
	`create view excepted as
		select excepted_reason as reason, excepted_until as until, * exclude (session, excepted_reason, excepted_until)
		from judged where excepted_until is not null`,
];
