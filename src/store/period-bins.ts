import type {Calendar, PeriodUnit} from '../model/periods.ts';
import type {Parameters, Store} from './store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * The hours, days, weeks or months in which sessions `s` begin that a condition selects, as the rows `(start, name)` of a VALUES
 * list, to be joined by `asof join … on epoch_ms(s.started_at) >= start`; null where no session has a date. No name comes
 * from a log: the calendar gives them.
 */
export async function periodBins(
	store: Store,
	{where, parameters}: {readonly where: string; readonly parameters: Parameters},
	unit: PeriodUnit,
	calendar: Calendar,
	sessions = 'session_rows',
): Promise<string | null> {
	const [step, span] = unit === 'hour' ? ['hour', hourMs] : ['day', dayMs];
	const steps = await store.all<{moment: number}>(
		`select distinct epoch_ms(date_trunc('${step}', s.started_at)::timestamp)::double as moment from ${sessions} s
			where s.started_at is not null and ${where}`,
		parameters,
	);
	const starts = new Set<number>();
	// A day of UTC touches up to three of a zone, where one of them is short; an hour two, where they begin at other minutes.
	for (const {moment} of steps)
		for (const each of [moment, moment + span / 2, moment + span - 1]) starts.add(calendar.startOf(unit, each));
	if (starts.size === 0) return null;
	return [...starts]
		.sort((a, b) => a - b)
		.map(start => `(${start}, '${calendar.nameOf(unit, start)}')`)
		.join(', ');
}
