/**
 * What was sent where. `exports`: of each target the number of the last import step whose sessions it has. `exported`: its
 * segments; those that are not `sent` were begun, and are sent first. `exported_rows`: as JSON what the database may have forgotten since,
 * the handshakes and origins of what was sent, and the sums of sessions that had been deleted before anything was; what is deleted later
 * stays in the lake as it is.
 */
export const exportTables: readonly string[] = [
	'create table exports(target text, fingerprint text, step integer)',
	`create table exported(target text, day text, log_host text, number integer, sessions integer, step integer,
		sent boolean)`,
	'create table exported_rows(target text, part text, "row" text)',
];
