import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {clientPolicies, serverPolicies} from '../src/mailserver/effective/effective-policy.ts';
import {lint} from '../src/mailserver/lint/lint.ts';
import {readMainCf} from '../src/mailserver/read/main-cf.ts';
import {readMasterCf} from '../src/mailserver/read/master-cf.ts';
import {parseVersion} from '../src/mailserver/releases/postfix-version.ts';

/** What a folder with main.cf and master.cf comes to: level, governing list and versions of each service; the findings. */
export type ExpectedConfiguration = {
	readonly version: string;
	readonly services: Readonly<Record<string, readonly [level: string, parameter: string | null, versions: string[]]>>;
	readonly findings: ReadonlyArray<readonly [id: string, severity: string, service: string]>;
};

/** The same, as it is found. */
export function foundConfiguration(folder: string, version: string): ExpectedConfiguration {
	const main = readMainCf(readFileSync(join(folder, 'main.cf'), 'utf8'), 'main.cf');
	const master = readMasterCf(readFileSync(join(folder, 'master.cf'), 'utf8'), 'master.cf');
	const configuration = {
		form: 'files',
		directory: '/etc/postfix',
		version: parseVersion(version),
		main: main.main,
		services: master.services,
		defaults: null,
		tables: new Map(),
		unread: [],
		faults: [...main.faults, ...master.faults],
		warnings: [],
	} as const;
	const servers = serverPolicies(configuration);
	const findings = lint({configuration, servers, clients: clientPolicies(configuration), dovecot: null});
	return {
		version,
		services: Object.fromEntries(
			servers.map(({service, level, protocols}) => [
				`${service.name}/${service.type}`,
				[level, protocols?.parameter ?? null, [...(protocols?.allowed ?? [])]] as const,
			]),
		),
		findings: findings.map(({id, severity, service}) => [id, severity, service] as const),
	};
}
