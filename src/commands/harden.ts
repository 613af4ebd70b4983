import {readFile} from 'node:fs/promises';
import type {Outcome} from '../cli/exit.ts';
import {usualEnough} from '../cli/harden-flags.ts';
import {type Io, writeNew} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {unreadable} from '../ingest/sources/problem.ts';
import {harden as linesFor} from '../mailserver/harden/harden.ts';
import {configurationInUse, type InUse, nothingInUse, tableFile, tableInUse} from '../mailserver/harden/in-use.ts';
import {hardenText} from '../report/text/harden-text.ts';
import {keptMail, keptMonths} from '../store/queries/outbound/kept-mail.ts';
import {seenMail} from '../store/queries/seen-mail.ts';
import type {Store} from '../store/store.ts';
import {readConfiguration} from './configuration/read-configuration.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

/** The table of `--table`. Throws one sentence when it cannot be read. */
async function readTable(name: string, io: Io): Promise<InUse> {
	const file = tableFile(name);
	const itsSource = 'name its source, not what postmap made';
	const text = await readFile(file, 'utf8').catch(error => {
		throw new Error(unreadable(file, error, `no such table; ${itsSource}`), {cause: error});
	});
	// Its rows would not be seen, and a line that weakens one of them would be written.
	if (text.includes('\0')) throw new Error(`${file}: is no text; ${itsSource}`);
	const inUse = tableInUse(text, file);
	if (inUse.rows.size === 0) io.warn(`${file}: has no row; check that it is the table in use`);
	return inUse;
}

/** The configuration of `--postfix`. What of it could not be read is said; throws where all of it could not. */
async function readInUse(where: string, io: Io): Promise<InUse> {
	const {postfix, problems} = await readConfiguration(where, {postconf: false, dovecot: undefined, stdin: io.stdin});
	const [configuration] = postfix;
	if (configuration === undefined)
		throw new Error(problems[0] ?? `${where}: holds no configuration of Postfix; name the directory of main.cf`);
	for (const problem of problems) io.warn(problem);
	if (postfix.length > 1) io.warn(`${where}: has several instances of Postfix; only the first is looked at`);
	return configurationInUse(configuration);
}

/** Messages of deleted sessions that the span may mean. Their monthly sums know no server, and decide no line. */
async function deletedMessages(store: Store, {filter, zone}: Pick<Settings, 'filter' | 'zone'>): Promise<number> {
	const months = await keptMonths(store, async () => (await import('../cli/calendar.ts')).calendarOf(zone));
	const {kept} = await keptMail(store, filter, months, false);
	return kept?.leftOut ?? 0;
}

/**
 * `tlsaudit harden`: a table for smtp_tls_policy_maps from what was seen of mail that went out, beside what is in use. It touches no
 * configuration. Status 0 whatever it finds.
 */
export async function harden(settings: Settings, io: Io): Promise<Outcome> {
	const {table, postfix, minSessions, minDays, overwrite = false} = settings.hardening;
	const {output} = settings;
	if (table !== undefined && postfix !== undefined)
		throw new Error('--table and --postfix both say what is in use; give --postfix alone, which finds its tables');
	if (postfix === '-' && settings.files.length === 0)
		throw new Error('--postfix - takes standard input; name the logs as files');
	const inUse =
		table !== undefined
			? await readTable(table, io)
			: postfix !== undefined
				? await readInUse(postfix, io)
				: nothingInUse;
	const enough = {sessions: minSessions ?? usualEnough.sessions, days: minDays ?? usualEnough.days};
	const {store, incomplete, nothing, reading, signal} = await load(settings, await judgingPolicy(settings, io), io);
	try {
		if (nothing) return {incomplete};
		// Of a log that was left in the middle nobody wants a table: the rest may contradict it.
		if (reading.nothing === null && signal === null) {
			const text = hardenText({
				lines: linesFor(await seenMail(store, settings.filter), inUse, enough),
				enough,
				inUse: table ?? postfix ?? null,
				partial: incomplete,
				deleted: await deletedMessages(store, settings),
				unread: inUse.unread,
				dane: inUse.general?.level === 'dane',
				perSite: inUse.perSite,
			});
			if (output === undefined || output === '-') await io.write(text);
			else await writeNew(output, text, overwrite);
		}
		return {incomplete, unread: reading.nothing !== null, signal};
	} finally {
		await store.close();
	}
}
