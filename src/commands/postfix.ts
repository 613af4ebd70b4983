import type {Asked} from '../config/acceptance.ts';
import type {PostfixConfiguration} from '../config/configuration.ts';
import type {DovecotConfiguration} from '../config/doveconf-output.ts';
import {dovecotMatrix} from '../config/dovecot-matrix.ts';
import {clientPolicies, serverPolicies} from '../config/effective-policy.ts';
import {editedSince, type LastLoad} from '../config/lint/edited.ts';
import {lint, notCheckable} from '../config/lint/lint.ts';
import type {LintSubject} from '../config/lint/rule.ts';
import {tagsOf, withVerdicts} from '../config/lint/verdicts.ts';
import {matrix} from '../config/matrix.ts';
import {versionText} from '../config/postfix-version.ts';
import type {Outcome} from '../exit.ts';
import {coloured, monochrome} from '../report/layout.ts';
import {postfixJson} from '../report/postfix-json.ts';
import {differs, type PostfixReport, unanswered} from '../report/postfix-report.ts';
import {postfixText} from '../report/postfix-text.ts';
import type {Policy} from '../tls/policy.ts';
import {askServices} from './ask-services.ts';
import {releaseTold, type ToldRelease} from './detect-version.ts';
import type {Io} from './io.ts';
import {localeMarks} from './locale.ts';
import {type LogEvidence, readEvidence} from './log-evidence.ts';
import {loadPolicy} from './policies.ts';
import {readConfiguration} from './read-configuration.ts';
import {servicePorts} from './service-ports.ts';
import type {Settings} from './settings.ts';
import {stopOnSignal} from './stop.ts';

type Evidence = {
	readonly policy: Policy;
	readonly told: ToldRelease;
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

/** Matrix and findings of one instance of Postfix; Dovecot's stand with the first. */
function comparison(subject: LintSubject, {policy, told, log, asked}: Evidence) {
	const {configuration, servers, clients, dovecot} = subject;
	const sessions = log?.sessions ?? null;
	const found = lint(subject);
	return {
		matrix: [
			...matrix(servers, clients, {version: told.version, policy, observed: sessions, asked}),
			...(dovecot === null ? [] : dovecotMatrix(dovecot, policy, sessions, asked)),
		],
		findings:
			log === null
				? found
				: [...withVerdicts(found, log.witnesses, tagsOf(subject)), ...editedSince(configuration, lastLoad(log))],
		notCheckable: notCheckable(subject),
		unread: configuration.unread,
	};
}

/** Asks the host that `--probe` names; nobody without it. */
async function asked(
	subjects: readonly LintSubject[],
	{server}: Settings,
	io: Io,
): Promise<{answers: ReadonlyMap<string, Asked>; signal: number | null}> {
	const host = server.probe;
	if (host === undefined) return {answers: new Map(), signal: null};
	const stop = stopOnSignal();
	try {
		const servers = subjects.flatMap(each => each.servers);
		const dovecot = subjects[0]?.dovecot ?? null;
		const answers = await askServices(host, servers, dovecot, server, stop.signal, io.detail);
		return {answers, signal: stop.number()};
	} finally {
		stop.release();
	}
}

/**
 * `tlsaudit postfix`: what was intended, what Postfix will do with its configuration, what the server accepts when asked,
 * and what the log saw, side by side. Status 1 when they differ or the configuration has a mistake of severity `error`.
 */
export async function postfix(settings: Settings, io: Io): Promise<Outcome> {
	const {server, subject: where, files, db, format} = settings;
	const policy = await loadPolicy(settings.policy);
	const given = await readConfiguration(where, {
		postconf: server.postconf === true,
		dovecot: server.dovecot,
		stdin: io.stdin,
	});
	for (const problem of given.problems) io.complain(problem);
	if (given.postfix.length === 0 && given.dovecot === null) return {incomplete: true};
	const {ports} = servicePorts(given.postfix.flatMap(serverPolicies));
	const hasLog = files.length > 0 || db !== undefined;
	const log = hasLog
		? await readEvidence({...settings, ports: new Map([...ports, ...settings.ports])}, policy, io)
		: null;
	const instances = given.postfix.map(configuration => {
		const told = releaseTold(configuration, server.postfixVersion, log?.loaded?.version ?? null);
		return {told, configuration: {...configuration, version: told.version}};
	});
	const subjects = instances.map(({configuration}, index) =>
		subjectOf(configuration, index === 0 ? given.dovecot : null),
	);
	const {answers, signal} = await asked(subjects, settings, io);
	const parts = subjects.map((subject, index) =>
		named(
			subject.configuration.instance,
			comparison(subject, {policy, told: instances[index]?.told ?? unknownRelease, log, asked: answers}),
		),
	);
	const told = instances[0]?.told ?? unknownRelease;
	const report: PostfixReport = {
		version: told.version === null ? null : versionText(told.version),
		versionSource: told.source,
		config: where,
		policy: policy.name,
		matrix: parts.flatMap(part => part.matrix),
		findings: parts.flatMap(part => part.findings),
		notCheckable: parts[0]?.notCheckable ?? [],
		unread: [...new Set(parts.flatMap(part => part.unread))],
		loadedAt: log?.loadedAt ?? null,
		log: log !== null,
		nothing: log?.nothing ?? null,
		missing: log?.missing ?? [],
		probed: server.probe ?? null,
	};
	const style = io.colour ? coloured : monochrome;
	await io.write(format === 'json' ? postfixJson(report) : postfixText(report, style, localeMarks(process.env)));
	return {
		incomplete:
			given.problems.length > 0 || unanswered(report).length > 0 || (hasLog && (log === null || log.incomplete)),
		unread: report.nothing !== null,
		violations: differs(report),
		signal: log?.signal ?? signal,
	};
}

const unknownRelease: ToldRelease = {version: null, source: 'release not known'};
