import {isIP} from 'node:net';
import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {localeMarks} from '../cli/locale.ts';
import type {ServerOptions} from '../cli/server-flags.ts';
import {mailboxProtocol, servicePorts} from '../cli/service-ports.ts';
import type {Settings} from '../cli/settings.ts';
import {stopOnSignal} from '../cli/stop.ts';
import type {Asked} from '../mailserver/compare/acceptance.ts';
import {dovecotMatrix} from '../mailserver/compare/dovecot-matrix.ts';
import {matrix} from '../mailserver/compare/matrix.ts';
import type {DovecotConfiguration} from '../mailserver/dovecot/configuration.ts';
import {emptyIncludes} from '../mailserver/dovecot/doveconf-output.ts';
import type {ServerPolicy} from '../mailserver/effective/effective.ts';
import {clientPolicies, serverPolicies} from '../mailserver/effective/effective-policy.ts';
import type {LintSubject} from '../mailserver/lint/checks/rule.ts';
import {editedSince, type LastLoad} from '../mailserver/lint/edited.ts';
import {lint, notCheckable} from '../mailserver/lint/lint.ts';
import {planOf} from '../mailserver/lint/plan.ts';
import {tagsOf, withVerdicts} from '../mailserver/lint/verdicts.ts';
import {noPostfix, type PostfixConfiguration} from '../mailserver/read/configuration.ts';
import {plausibleVersions} from '../mailserver/read/plausible-versions.ts';
import {type PostfixVersion, parseVersion, versionText} from '../mailserver/releases/postfix-version.ts';
import type {Policy} from '../policy/policy.ts';
import type {PeerView} from '../probe/certificate.ts';
import {probeVersions} from '../probe/probe.ts';
import {place, type StartTls, type Target} from '../probe/target.ts';
import {postfixJson} from '../report/formats/postfix-json.ts';
import {postfixScript} from '../report/formats/postfix-script.ts';
import {differs, type PostfixReport, seenInPart, unanswered} from '../report/postfix-report.ts';
import {coloured, monochrome} from '../report/text/layout.ts';
import {postfixText} from '../report/text/postfix-text.ts';
import {type LogEvidence, readEvidence} from './configuration/log-evidence.ts';
import {readConfiguration} from './configuration/read-configuration.ts';
import {judgingPolicy} from './policies.ts';
import {compareServed, type Served} from './served-certificates.ts';

/** Between two connections, ms: nobody's limits on connections are to be tried. */
const pause = 100;
/** For all connections to one service, ms. */
const within = 120_000;

type ProbeTarget = {readonly key: string; readonly port: number; readonly speaks: StartTls; readonly implicit: boolean};

function probeTargets(servers: readonly ServerPolicy[], dovecot: DovecotConfiguration | null): ProbeTarget[] {
	const targets: ProbeTarget[] = [];
	for (const {service, port, wrapper, role} of servers) {
		if (port === null || service.type !== 'inet' || role === 'internal') continue;
		targets.push({key: `${service.name}/${service.type}`, port, speaks: 'smtp', implicit: wrapper});
	}
	for (const listener of dovecot?.listeners ?? []) {
		const speaks = mailboxProtocol(listener);
		if (listener.port === 0 || speaks === null) continue;
		targets.push({key: listener.name, port: listener.port, speaks, implicit: listener.implicit});
	}
	return targets;
}

/**
 * Asks the host that the user named for what each of its services accepts, one service after another; a service that
 * offers no TLS is a result too. Keys are the names that the matrix has. `progress` is called for each connection.
 */
async function askServices(
	host: string,
	servers: readonly ServerPolicy[],
	dovecot: DovecotConfiguration | null,
	{connections = 40, timeout = 10_000}: ServerOptions,
	signal: AbortSignal,
	progress: (message: string) => void,
): Promise<{results: ReadonlyMap<string, Asked>; served: Served}> {
	const results = new Map<string, Asked>();
	const served = new Map<string, readonly PeerView[]>();
	const servername = isIP(host) === 0 ? host : null;
	for (const {key, port, speaks, implicit} of probeTargets(servers, dovecot)) {
		if (signal.aborted) break;
		const target: Target = {host, port, starttls: implicit ? null : speaks, usual: false, speaks};
		const bounds = {timeout, within, connections, pause};
		const {
			results: versions,
			problem,
			peers,
		} = await probeVersions(target, servername, bounds, {
			signal,
			roots: null,
			progress,
		});
		results.set(key, {target: place(host, port), results: versions, problem});
		served.set(key, peers);
	}
	return {results, served};
}

/** The release that a configuration is checked for, and where it is from; `version` null: it is not known. */
type DetectedVersion = {readonly version: PostfixVersion | null; readonly source: string};

/**
 * The release by the best source there is: the user, the program's own defaults, the log. Defaults differ between releases,
 * so where it is not known the words say what was assumed.
 */
function detectVersion(
	configuration: PostfixConfiguration,
	flag: string | undefined,
	logged: PostfixVersion | null,
): DetectedVersion {
	const typed = flag === undefined ? null : parseVersion(flag);
	if (typed !== null) return {version: typed, source: 'as given'};
	if (configuration.version !== null) return {version: configuration.version, source: 'from postconf'};
	if (logged !== null) return {version: logged, source: 'from the log'};
	const {oldest, newest} = plausibleVersions(configuration);
	return {
		version: null,
		source: `release not known, at least ${versionText(oldest)}; taken for ${versionText(newest)}: give --postfix-version`,
	};
}

type Evidence = {
	readonly policy: Policy;
	readonly release: DetectedVersion;
	readonly log: LogEvidence | null;
	readonly asked: ReadonlyMap<string, Asked>;
};

const subjectOf = (configuration: PostfixConfiguration, dovecot: DovecotConfiguration | null): LintSubject => ({
	configuration,
	servers: serverPolicies(configuration),
	clients: clientPolicies(configuration),
	dovecot,
});

const lastLoad = ({loaded, loadedAt}: LogEvidence): LastLoad | null =>
	loaded === null ? null : {at: loadedAt, directory: loaded.directory};

/** Matrix and findings of a second instance carry its name: both have an `smtp/inet`. */
function named(instance: string | undefined, part: ReturnType<typeof comparison>): ReturnType<typeof comparison> {
	if (instance === undefined) return part;
	const full = (service: string): string => `${instance}: ${service}`;
	return {
		...part,
		matrix: part.matrix.map(row => ({...row, service: full(row.service), sharedWith: row.sharedWith.map(full)})),
		findings: part.findings.map(finding => ({...finding, service: full(finding.service)})),
	};
}

/** Matrix and findings of one instance of Postfix; Dovecot's are with the first. */
function comparison(subject: LintSubject, {policy, release, log, asked}: Evidence) {
	const {configuration, servers, clients, dovecot} = subject;
	const sessions = log?.sessions ?? null;
	const found = lint(subject);
	return {
		matrix: [
			...matrix(servers, clients, {version: release.version, policy, observed: sessions, asked}),
			...(dovecot === null ? [] : dovecotMatrix(dovecot, policy, sessions, asked)),
		],
		findings:
			log === null
				? found
				: [...withVerdicts(found, log.witnesses, tagsOf(subject)), ...editedSince(configuration, lastLoad(log))],
		plan: planOf(subject).plan,
		notCheckable: notCheckable(subject),
		unread: configuration.unread,
	};
}

/** Asks the host that `--probe` names; nobody without it. */
async function asked(
	subjects: readonly LintSubject[],
	{server}: Settings,
	io: Io,
): Promise<{results: ReadonlyMap<string, Asked>; served: Served; signal: number | null}> {
	const host = server.probe;
	if (host === undefined) return {results: new Map(), served: new Map(), signal: null};
	const stop = stopOnSignal();
	try {
		const servers = subjects.flatMap(each => each.servers);
		const dovecot = subjects[0]?.dovecot ?? null;
		const found = await askServices(host, servers, dovecot, server, stop.signal, io.detail);
		return {...found, signal: stop.number()};
	} finally {
		stop.release();
	}
}

/**
 * `tlsaudit postfix`: what was intended, what Postfix will do with its configuration, what the server accepts when asked,
 * and what the log saw, side by side. Status 1 when they differ or the configuration has a mistake of severity `error`.
 */
export async function postfix(settings: Settings, io: Io): Promise<Outcome> {
	const {server, subject: where, files, db, journal, format} = settings;
	const policy = await judgingPolicy(settings, io);
	const given = await readConfiguration(where, {
		postconf: server.postconf === true,
		dovecot: server.dovecot,
		stdin: io.stdin,
	});
	for (const problem of given.problems) io.complain(problem);
	if (given.postfix.length === 0 && given.dovecot === null) return {incomplete: true};
	const {ports} = servicePorts(given.postfix.flatMap(serverPolicies));
	const hasLog = files.length > 0 || db !== undefined || journal !== undefined;
	const log = hasLog
		? await readEvidence({...settings, ports: new Map([...ports, ...settings.ports])}, policy, io)
		: null;
	const instances = (given.postfix.length === 0 ? [noPostfix] : given.postfix).map(configuration => {
		if (configuration === noPostfix) return {release: unreadPostfix, configuration};
		const release = detectVersion(configuration, server.postfixVersion, log?.loaded?.version ?? null);
		return {release, configuration: {...configuration, version: release.version}};
	});
	const subjects = instances.map(({configuration}, index) =>
		subjectOf(configuration, index === 0 ? given.dovecot : null),
	);
	const {results, served, signal} = await asked(subjects, settings, io);
	const [first] = subjects;
	// The services of other instances have the same names.
	const certificates = first === undefined ? null : await compareServed(first, served, given.readFile, settings.now);
	const parts = subjects.map((subject, index) =>
		named(
			subject.configuration.instance,
			comparison(subject, {policy, release: instances[index]?.release ?? unknownRelease, log, asked: results}),
		),
	);
	const release = instances[0]?.release ?? unknownRelease;
	const partial = hasLog && (log === null || log.incomplete);
	const report: PostfixReport = {
		version: release.version === null ? null : versionText(release.version),
		versionSource: release.source,
		config: where,
		policy: policy.name,
		matrix: parts.flatMap(part => (partial ? part.matrix.map(seenInPart) : part.matrix)),
		findings: [...(certificates?.findings ?? []), ...parts.flatMap(part => part.findings)],
		plans: parts.map(part => part.plan),
		notCheckable: [...(parts[0]?.notCheckable ?? []), ...(certificates?.notCheckable ?? [])],
		unread: [
			...new Set([
				...parts.flatMap(part => part.unread),
				...(given.dovecot === null ? [] : emptyIncludes(given.dovecot)),
			]),
		],
		loadedAt: log?.loadedAt ?? null,
		log: log !== null,
		partial,
		partOfFiles: given.problems.length > 0,
		nothing: log?.nothing ?? null,
		missing: log?.missing ?? [],
		probed: server.probe ?? null,
		partOfDovecot: (given.dovecot?.gaps.length ?? 0) > 0,
	};
	const style = io.colour ? coloured : monochrome;
	await io.write(
		format === 'json'
			? postfixJson(report)
			: format === 'sh'
				? postfixScript(report)
				: postfixText(report, style, localeMarks(process.env), io.page),
	);
	return {
		incomplete: report.partOfFiles || unanswered(report).length > 0 || partial,
		unread: report.nothing !== null,
		violations: differs(report),
		signal: log?.signal ?? signal,
	};
}

const unknownRelease: DetectedVersion = {version: null, source: 'release not known'};
const unreadPostfix: DetectedVersion = {version: null, source: 'no configuration read'};
