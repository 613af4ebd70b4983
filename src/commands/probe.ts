import {isIP} from 'node:net';
import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {stopOnSignal} from '../cli/stop.ts';
import type {ProbeResult} from '../model/probe-result.ts';
import {summarise} from '../probe/certificate.ts';
import {judgeProbe} from '../probe/judge.ts';
import {type Probed, probeServer} from '../probe/probe.ts';
import {systemRoots} from '../probe/roots.ts';
import {place, readTarget, type StartTls} from '../probe/target.ts';
import {probeJson} from '../report/formats/json.ts';
import {coloured, monochrome} from '../report/text/layout.ts';
import {probeText} from '../report/text/probe-text.ts';

/** What the command line of `probe` means. */
export type ProbeSettings = {
	/** `HOST:PORT` as it was typed. */
	readonly target: string;
	/** Undefined: the usual way of the port. */
	readonly starttls?: StartTls | 'none' | undefined;
	readonly format: string;
	/** Never more than this many; default 40. */
	readonly connections?: number | undefined;
	/** Milliseconds for one connection; default 10 s. */
	readonly timeout?: number | undefined;
	/** Milliseconds for the whole probe; default 2 min. */
	readonly within?: number | undefined;
	/** Milliseconds between two connections; default 100. */
	readonly pause?: number | undefined;
	/** Name to ask for and to look for in the certificate; default: the host. */
	readonly servername?: string | undefined;
};

/** Why no handshake came about: the sentence that the command fails with. */
function failure({ended, results}: Probed, where: string): string {
	if (ended !== null) return ended;
	const said = results.find(({reason}) => reason !== null && reason !== 'local' && reason !== 'refused')?.error;
	const refused = `${where} refused every version that could be offered; see the server's log, its certificate may be missing`;
	return said ?? refused;
}

/**
 * `tlsaudit probe`: asks one server what it accepts. Status 1 when that is older than TLS 1.2, a weak suite, or a
 * certificate out of its dates; 2 when no handshake came about or not every handshake has a result. /
 */
export async function probe(settings: ProbeSettings, io: Io): Promise<Outcome> {
	const target = readTarget(settings.target, settings.starttls);
	const {timeout = 10_000, within = 120_000, connections = 40, pause = 100} = settings;
	const name = settings.servername ?? target.host;
	const roots = systemRoots(process.env.SSL_CERT_FILE);
	const stop = stopOnSignal();
	try {
		// RFC 6066 section 3: an address is no server name.
		const servername = isIP(name) === 0 ? name : null;
		const bounds = {timeout, within, connections, pause};
		const outside = {signal: stop.signal, roots: roots.pem, progress: io.detail};
		const probed = await probeServer(target, servername, bounds, outside);
		const certificate = probed.peer === null ? null : summarise(probed.peer, name, roots.from, Date.now());
		const findings = judgeProbe(probed, certificate, target, name);
		const {address, results, suites, used} = probed;
		const rows: ProbeResult = {
			target: place(target.host, target.port),
			starttls: target.starttls,
			usual: target.usual,
			servername,
			address,
			results,
			suites,
			certificate,
			connections: {used, limit: connections},
			...findings,
		};
		const {verdict} = findings;
		if (settings.format === 'json') await io.write(probeJson(rows));
		else if (verdict !== 'failed') await io.write(probeText(rows, io.colour ? coloured : monochrome));
		if (verdict === 'failed') io.complain(failure(probed, rows.target));
		const incomplete = verdict === 'failed' || verdict === 'incomplete';
		return {incomplete, violations: verdict === 'violations', signal: stop.number()};
	} finally {
		stop.release();
	}
}
