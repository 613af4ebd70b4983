import type {Calendar, PeriodUnit} from '../model/periods.ts';
import type {Parameters, Store} from './store.ts';

const dayMs = 86_400_000;

/**
 * The days, weeks or months in which sessions `s` begin that a condition selects, as the rows `(start, name)` of a VALUES
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
	const days = await store.all<{day: number}>(
		`select distinct epoch_ms(date_trunc('day', s.started_at)::timestamp)::double as day from ${sessions} s
			where s.started_at is not null and ${where}`,
		parameters,
	);
	const starts = new Set<number>();
	// A day of UTC touches up to three of a zone, where one of them is short.
	for (const {day} of days)
		for (const moment of [day, day + dayMs / 2, day + dayMs - 1]) starts.add(calendar.startOf(unit, moment));
	if (starts.size === 0) return null;
	return [...starts]
		.sort((a, b) => a - b)
		.map(start => `(${start}, '${calendar.nameOf(unit, start)}')`)
		.join(', ');
}
