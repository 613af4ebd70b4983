import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {attempts, byTls, type Destinations} from './destinations.ts';
import {policyRows} from './policy-rows.ts';
import type {Site} from './site.ts';
import {tlsaudit} from './tlsaudit.ts';

/** The table that `harden` makes of mail to all destinations, in use before the tables that were. */
export type Hardened = {
	/** Its file and its text. */
	readonly table: string;
	readonly text: string;
	/** Its lines: next hop and level. */
	readonly rows: ReadonlyMap<string, string>;
	/** What the log says of the mail that went out before the table, and under it. */
	readonly first: string;
	readonly second: string;
};

/** Sends the mail of all destinations, has `harden` make a table of it, puts that in use, and sends the mail again. */
export async function hardened(site: Site, destinations: Destinations, inUse: readonly string[]): Promise<Hardened> {
	await destinations.send();
	const table = join(site.folder, 'hardened');
	const log = site.syslog.files.rfc3339;
	const few = ['--min-sessions', '1', '--min-days', '1'];
	const {status, said} = await tlsaudit('harden', log, ...inUse, ...few, '-o', table);
	if (status !== 0) throw new Error(`tlsaudit harden ended with ${status}: ${said}`);
	const text = readFileSync(table, 'utf8');
	const first = site.syslog.read('rfc3339');
	destinations.write(`texthash:${table}, texthash:${destinations.policies}`);
	await site.postfix.reload();
	// It throws where mail that went out before does not go out now.
	await destinations.send();
	return {table, text, rows: policyRows(text), first, second: site.syslog.read('rfc3339').slice(first.length)};
}

/** Holds that no mail that went out before is put off for the sake of TLS, and that what can arrive does. */
export function nothingPutOff(t: ExecutionContext, {all}: Destinations, {rows, first, second}: Hardened): void {
	const calm = all.filter(each => !attempts(first, each).some(line => byTls.test(line)));
	t.true(calm.length > rows.size);
	for (const each of calm) {
		const {one} = each;
		const lines = attempts(second, each);
		t.true(lines.length >= one.messages, one.about);
		t.deepEqual(
			lines.filter(line => byTls.test(line)),
			[],
			one.about,
		);
		if (one.arrives)
			t.true(
				lines.every(line => line.startsWith('status=sent')),
				lines.join('\n'),
			);
	}
}
