import type {LintFinding} from '../../model/lint-finding.ts';
import {utcMinute} from '../../text/time.ts';
import type {PostfixConfiguration} from '../read/configuration.ts';

/** When Postfix last read its files, by the log (ms since 1970 UTC), and from which directory. */
export type LastLoad = {readonly at: number | null; readonly directory: string};

/**
 * Files changed after Postfix last said that it read them. master.cf counts from the next reload only; main.cf is
 * picked up by each new process, so for a while old and new rules both show in the log (master(8), postfix(1)). A copy
 * of the files somewhere else says nothing by its age. /
 */
export function editedSince({edited, directory}: PostfixConfiguration, load: LastLoad | null): LintFinding[] {
	const loadedAt = load?.at ?? null;
	if (loadedAt === null || load?.directory !== directory) return [];
	const where = directory === null || directory === '/etc/postfix' ? '' : ` -c ${directory}`;
	return (edited ?? [])
		.filter(({time}) => time > loadedAt)
		.map(({file, time}) => ({
			id: 'edited-not-loaded',
			severity: 'warn',
			service: file,
			parameter: null,
			place: {file, line: null},
			evidence: `changed ${utcMinute(time)} UTC, loaded ${utcMinute(loadedAt)} UTC`,
			why: 'The file is newer than what Postfix has read: what it says here and what the log shows are two configurations.',
			fix: [`postfix${where} reload`],
			source: 'postfix(1) reload; master(8)',
			verdict: 'confirmed',
		}));
}
