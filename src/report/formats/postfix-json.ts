import type {MatrixRow} from '../../model/service-matrix.ts';
import {isoDate} from '../../text/time.ts';
import {type PostfixReport, passes} from '../postfix-report.ts';
import {jsonText} from './json.ts';

function serviceJson(row: MatrixRow): object {
	const {intended, effective, accepted, observed} = row;
	return {
		service: row.service,
		hop: row.hop,
		side: row.side,
		port: row.port,
		tag: row.tag,
		shared_with: row.sharedWith,
		level: row.level,
		wrapper: row.wrapper,
		protocol_parameter: effective.parameter,
		protocol_value: effective.value,
		protocol_origin: effective.origin,
		intended: intended.versions,
		allowed: effective.versions,
		accepted:
			accepted === null
				? null
				: {
						target: accepted.target,
						versions: accepted.versions,
						refused: accepted.refused,
						untried: accepted.untried,
						problem: accepted.problem,
					},
		observed:
			observed === null
				? null
				: {
						sessions: observed.sessions,
						plaintext: observed.plaintext,
						failed: observed.failed,
						unlogged: observed.unlogged,
						messages: observed.messages,
						versions: Object.fromEntries(observed.versions.map(({protocol, sessions}) => [protocol, sessions])),
						never_seen: observed.neverSeen,
						not_allowed: observed.versions
							.filter(({notAllowed}) => notAllowed)
							.map(({protocol, sessions, firstSeen, lastSeen, current}) => ({
								protocol,
								sessions,
								first_seen: isoDate(firstSeen),
								last_seen: isoDate(lastSeen),
								since_loaded: current,
							})),
						unwanted: observed.versions.filter(({unwanted}) => unwanted).map(({protocol}) => protocol),
					},
		demand: {intended: intended.demand, effective: effective.demand},
		intended_by: intended.sources,
		grade: effective.grade,
		excluded: effective.excluded,
		inert: effective.inert,
		fault: effective.fault,
		verdict: {
			effective: effective.verdict,
			accepted: accepted?.verdict ?? null,
			observed: observed?.verdict ?? null,
		},
	};
}

/** The comparison for programs; the first three keys are settled names. */
export function postfixJson(report: PostfixReport): string {
	return jsonText({
		version: report.version,
		services: report.matrix.map(serviceJson),
		lint: report.findings.map(({id, severity, service, evidence, why, fix, parameter, place, source, verdict}) => ({
			id,
			severity,
			service,
			evidence,
			why,
			fix,
			parameter,
			file: place?.file ?? null,
			line: place?.line ?? null,
			source,
			verdict,
		})),
		plan: report.plans.map(({instance, directory, steps, byHand}) => ({
			instance,
			directory,
			steps,
			by_hand: byHand,
		})),
		not_checkable: report.notCheckable,
		unread: report.unread,
		version_source: report.versionSource,
		config: report.config,
		policy: report.policy,
		loaded_at: isoDate(report.loadedAt),
		nothing_read: report.nothing,
		partial: report.partial,
		missing_logging: report.missing,
		pass: passes(report),
	});
}
