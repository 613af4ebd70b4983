import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {ownName} from './cast.ts';
import {type Authority, createAuthority, type Identity} from './certificates.ts';
import {type Dns, startDns} from './dns.ts';
import {writeOpensslSettings} from './openssl-settings.ts';
import {createPostfix, type Postfix} from './postfix-instance.ts';
import {leftovers} from './processes.ts';
import {until} from './programs.ts';
import {type Syslog, startSyslog} from './syslog.ts';

/** What all servers of a test share. */
export type Site = {
	readonly folder: string;
	readonly dns: Dns;
	readonly syslog: Syslog;
	readonly postfix: Postfix;
	readonly authority: Authority;
	/** Our certificates. */
	readonly rsa: Identity;
	readonly ecdsa: Identity;
	/** OpenSSL's configuration, and the line of main.cf that hands it to Postfix. */
	readonly openssl: string;
	readonly importOpenssl: string;
	/** Something to stop before Postfix; the last added is stopped first. */
	onEnd(stop: () => Promise<void>): void;
	/** Stops everything, and throws when a process is left over. */
	end(): Promise<void>;
};

/** Makes a directory of its own in this world; Postfix is not started yet. */
export async function createSite(name: string): Promise<Site> {
	const world = process.env.TLSAUDIT_E2E;
	if (world === undefined) throw new Error('this test starts real servers; run it by: npm run test:e2e');
	const folder = join(world, name);
	mkdirSync(folder, {recursive: true});
	const postfix = await createPostfix(join(folder, 'postfix'));
	const authority = await createAuthority(join(folder, 'certificates'));
	const [rsa, ecdsa] = await Promise.all([
		authority.issue('mx-rsa', [ownName, 'imap.example.org', 'smtp.example.org']),
		authority.issue('mx-ecdsa', [ownName], {kind: 'ecdsa'}),
	]);
	const openssl = writeOpensslSettings(join(folder, 'openssl.cnf'));
	const dns = await startDns();
	const syslog = await startSyslog(join(folder, 'log'), postfix.queue);
	const stops: Array<() => Promise<void>> = [() => dns.close(), () => syslog.end()];
	return {
		folder,
		dns,
		syslog,
		postfix,
		authority,
		rsa,
		ecdsa,
		openssl,
		importOpenssl: `import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C OPENSSL_CONF=${openssl}\n`,
		onEnd: stop => void stops.push(stop),
		async end() {
			const problems: unknown[] = [];
			for (const stop of stops.splice(0).reverse()) await stop().catch(error => problems.push(error));
			await until('all processes have ended', () => leftovers().length === 0, 5000).catch(() =>
				problems.push(new Error(`still there after the servers were stopped: ${leftovers().join(', ')}`)),
			);
			if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join('; '));
		},
	};
}
