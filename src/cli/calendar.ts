import {tz} from '@date-fns/tz';
import {
	addDays,
	addMonths,
	addWeeks,
	format,
	getISOWeek,
	getISOWeekYear,
	startOfDay,
	startOfISOWeek,
	startOfMonth,
} from 'date-fns';
import type {Calendar, PeriodUnit} from '../model/periods.ts';

/** Days, ISO weeks and months of a time zone, with its summer time. */
export function calendarOf(zone: string): Calendar {
	const there = {in: tz(zone)};
	const starts = {day: startOfDay, week: startOfISOWeek, month: startOfMonth} as const;
	const next = {day: addDays, week: addWeeks, month: addMonths} as const;
	const startOf = (unit: PeriodUnit, moment: number): number => starts[unit](moment, there).getTime();
	return {
		zone,
		startOf,
		endOf: (unit, moment) => startOf(unit, next[unit](startOf(unit, moment), 1, there).getTime()),
		nameOf(unit, moment) {
			if (unit === 'week')
				return `${getISOWeekYear(moment, there)}-W${String(getISOWeek(moment, there)).padStart(2, '0')}`;
			return format(moment, unit === 'day' ? 'yyyy-MM-dd' : 'yyyy-MM', there);
		},
	};
}
