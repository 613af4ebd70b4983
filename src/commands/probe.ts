import {isIP} from 'node:net';
import {complaint, type Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {stopOnSignal} from '../cli/stop.ts';
import type {ProbeCertificate, ProbeResult, ProbeTlsa} from '../model/probe-result.ts';
import {summarise} from '../probe/certificate.ts';
import {certificateWords, isStrictPort, judgeProbe} from '../probe/judge.ts';
import {type Probed, probeServer} from '../probe/probe.ts';
import {systemRoots} from '../probe/roots.ts';
import {place, readTarget, type StartTls, type Target} from '../probe/target.ts';
import {compareTlsa, readTlsa, type Served, sentBehind, type TlsaOrigin, type TlsaRecord} from '../probe/tlsa.ts';
import {lookupTlsa} from '../probe/tlsa-lookup.ts';
import {probeJson} from '../report/formats/json.ts';
import {nagiosStatus, nagiosUnknown, probeNagiosLine, probeNagiosState} from '../report/formats/nagios.ts';
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
	/** Whether certificates are judged strictly; default: by the port. */
	readonly strict?: boolean | undefined;
	/** Days before the end of a certificate from which it is said; default 14. */
	readonly warnDays?: number | undefined;
	/** TLSA records to compare with; `true`: those that the resolver has. */
	readonly tlsa?: true | readonly string[] | undefined;
};

/** Why no handshake came about: the sentence that the command fails with. */
function failure({ended, results}: Probed, where: string): string {
	if (ended !== null) return ended;
	const said = results.find(({reason}) => reason !== null && reason !== 'local' && reason !== 'refused')?.error;
	const refused = `${where} refused every version that could be offered; see the server's log, its certificate may be missing`;
	return said ?? refused;
}

/** The records to compare with; null where none are asked for. */
type Wanted = {readonly records: readonly TlsaRecord[]; readonly origin: TlsaOrigin; readonly problem: string | null};

async function wantedTlsa(
	asked: ProbeSettings['tlsa'],
	name: string,
	{port}: Target,
	signal: AbortSignal,
): Promise<Wanted | null> {
	if (asked === undefined) return null;
	const at = `_${port}._tcp.${name}`;
	if (asked !== true) {
		const origin: TlsaOrigin = {source: 'given', name: at, resolver: null, authenticated: null};
		return {records: asked.map(readTlsa), origin, problem: null};
	}
	if (isIP(name) !== 0)
		throw new Error(`--tlsa: ${name} is an address, and TLSA records belong to names; give --servername`);
	const {records, resolver, authenticated, problem} = await lookupTlsa(at, signal);
	return {records, origin: {source: 'dns', name: at, resolver, authenticated}, problem};
}

function tlsaOf(wanted: Wanted | null, {peers}: Probed, certificates: readonly ProbeCertificate[]): ProbeTlsa | null {
	if (wanted === null) return null;
	const {records, origin, problem} = wanted;
	if (problem !== null) {
		const said = `the TLSA records at ${origin.name}: the resolver ${origin.resolver ?? ''} gives no answer (${problem})`;
		return {...origin, records: [], verdict: 'unknown', said, notes: []};
	}
	const served = peers.flatMap(({certificate}, index): Served[] => {
		const facts = certificates[index];
		if (certificate === null || facts === undefined) return [];
		const what = certificateWords(facts, certificates);
		return [{what, certificate, chain: sentBehind(certificate), nameMatches: facts.name_matches}];
	});
	return compareTlsa(records, served, origin);
}

/** Makes the handshakes and judges them. */
async function probed(settings: ProbeSettings, target: Target, io: Io, signal: AbortSignal) {
	const {timeout = 10_000, within = 120_000, connections = 40, pause = 100, warnDays = 14} = settings;
	const name = settings.servername ?? target.host;
	const roots = systemRoots(process.env.SSL_CERT_FILE);
	// RFC 6066 section 3: an address is no server name.
	const servername = isIP(name) === 0 ? name : null;
	const wanted = await wantedTlsa(settings.tlsa, name, target, signal);
	const outside = {signal, roots: roots.pem, progress: io.detail};
	const found = await probeServer(target, servername, {timeout, within, connections, pause}, outside);
	const certificates = found.peers.flatMap(peer => summarise(peer, name, roots.from, Date.now()) ?? []);
	const tlsa = tlsaOf(wanted, found, certificates);
	const strict = settings.strict ?? isStrictPort(target);
	const rows: ProbeResult = {
		target: place(target.host, target.port),
		starttls: target.starttls,
		usual: target.usual,
		servername,
		address: found.address,
		results: found.results,
		suites: found.suites,
		groups: found.groups,
		certificate: certificates[0] ?? null,
		certificates,
		strict,
		tlsa,
		connections: {used: found.used, limit: connections},
		...judgeProbe(found, certificates, target, name, {strict, warnDays, tlsa}),
	};
	return {rows, warnDays, failure: rows.verdict === 'failed' ? failure(found, rows.target) : null};
}

async function probeTarget(settings: ProbeSettings, io: Io): Promise<Outcome> {
	const target = readTarget(settings.target, settings.starttls);
	const nagios = settings.format === 'nagios';
	const stop = stopOnSignal();
	try {
		const {rows, warnDays, failure: failed} = await probed(settings, target, io, stop.signal);
		const {verdict} = rows;
		if (nagios) await io.write(failed === null ? probeNagiosLine(rows, warnDays) : nagiosUnknown(failed));
		else if (settings.format === 'json') await io.write(probeJson(rows));
		else if (failed === null) await io.write(probeText(rows, io.colour ? coloured : monochrome, io.page));
		if (failed !== null) io.complain(failed);
		if (nagios) return {own: nagiosStatus[probeNagiosState(rows, warnDays)], signal: stop.number()};
		const incomplete = verdict === 'failed' || verdict === 'incomplete';
		return {incomplete, violations: verdict === 'violations', signal: stop.number()};
	} finally {
		stop.release();
	}
}

/**
 * `tlsaudit probe`: asks one server what it accepts. Status 1 when that is older than TLS 1.2 or a weak suite (on port 25 by what
 * may stay there), or a certificate out of its dates, one that clients refuse where that is strict, or one that its TLSA
 * records do not name; 2 when no handshake came about or not everything has a result. With `--format nagios` the status is that
 * of Nagios, and a certificate that ends soon a WARNING.
 */
export async function probe(settings: ProbeSettings, io: Io): Promise<Outcome> {
	if (settings.format !== 'nagios') return probeTarget(settings, io);
	try {
		return await probeTarget(settings, io);
	} catch (error) {
		await io.write(nagiosUnknown(complaint(error, false)));
		return {own: nagiosStatus.UNKNOWN};
	}
}
