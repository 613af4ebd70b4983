import type {Settings} from '../cli/settings.ts';
import {staleText} from '../policy/calendar.ts';
import type {Policy} from '../policy/policy.ts';
import type {PolicyOption} from '../ui/screen-data.ts';
import type {Span} from '../ui/typing/span.ts';

/** The time that the command line asks for, as the screen begins with it. */
export const spanOf = ({filter: {since, until}}: Pick<Settings, 'filter'>): Span => ({
	since: since ?? null,
	until: until ?? null,
	last: null,
});

/** A date as `--since` reads it; the calendar is loaded when the first one is typed. Throws one sentence. */
export async function readDate(text: string, zone: string): Promise<number> {
	const {readMoment} = await import('../cli/date-flag.ts');
	return readMoment(text, '', zone, Date.now());
}

/** A policy as the screen offers it, `now` in ms since 1970. */
export const optionOf = (policy: Policy, now: number): PolicyOption => ({
	name: policy.name,
	title: policy.title,
	source: policy.source,
	stale: staleText(policy, now),
});
