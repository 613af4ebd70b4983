import {isIP} from 'node:net';
import type {Asked} from '../config/acceptance.ts';
import type {DovecotConfiguration} from '../config/doveconf-output.ts';
import type {ServerPolicy} from '../config/effective.ts';
import {probeVersions} from '../probe/probe.ts';
import {place, type StartTls, type Target} from '../probe/target.ts';
import type {ServerOptions} from '../server-flags.ts';
import {mailboxProtocol} from './service-ports.ts';

/** Between two connections, ms: nobody's limits on connections are to be tried. */
const pause = 100;
/** For all connections to one service, ms. */
const within = 120_000;

type Question = {readonly key: string; readonly port: number; readonly speaks: StartTls; readonly implicit: boolean};

function questions(servers: readonly ServerPolicy[], dovecot: DovecotConfiguration | null): Question[] {
	const asked: Question[] = [];
	for (const {service, port, wrapper, role} of servers) {
		if (port === null || service.type !== 'inet' || role === 'internal') continue;
		asked.push({key: `${service.name}/${service.type}`, port, speaks: 'smtp', implicit: wrapper});
	}
	for (const listener of dovecot?.listeners ?? []) {
		const speaks = mailboxProtocol(listener);
		if (listener.port === 0 || speaks === null) continue;
		asked.push({key: listener.name, port: listener.port, speaks, implicit: listener.implicit});
	}
	return asked;
}

/**
 * Asks the host that the user named for what each of its services accepts, one service after another; a service that
 * offers no TLS answers so. By the names the matrix has. `progress` is told of each connection.
 */
export async function askServices(
	host: string,
	servers: readonly ServerPolicy[],
	dovecot: DovecotConfiguration | null,
	{connections = 40, timeout = 10_000}: ServerOptions,
	signal: AbortSignal,
	progress: (failureMessage: string) => void,
): Promise<ReadonlyMap<string, Asked>> {
	const answers = new Map<string, Asked>();
	const servername = isIP(host) === 0 ? host : null;
	for (const {key, port, speaks, implicit} of questions(servers, dovecot)) {
		if (signal.aborted) break;
		const target: Target = {host, port, starttls: implicit ? null : speaks, usual: false, speaks};
		const bounds = {timeout, within, connections, pause};
		const {results, problem} = await probeVersions(target, servername, bounds, {signal, roots: null, progress});
		answers.set(key, {target: place(host, port), results, problem});
	}
	return answers;
}
