import {tz, tzOffset} from '@date-fns/tz';
import {
	addDays,
	addHours,
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

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Hours, days, ISO weeks and months of a time zone, with its summer time. */
export function calendarOf(zone: string): Calendar {
	const there = {in: tz(zone)};
	/** By the offset: wall time does not tell an hour that comes twice from the one before. */
	const startOfHour = (moment: number): number => {
		const wall = moment + tzOffset(zone, new Date(moment)) * minuteMs;
		return moment - (((wall % hourMs) + hourMs) % hourMs);
	};
	const starts = {day: startOfDay, week: startOfISOWeek, month: startOfMonth} as const;
	const next = {hour: addHours, day: addDays, week: addWeeks, month: addMonths} as const;
	const startOf = (unit: PeriodUnit, moment: number): number =>
		unit === 'hour' ? startOfHour(moment) : starts[unit](moment, there).getTime();
	const hourOf = (moment: number): string => format(moment, 'yyyy-MM-dd HH:00', there);
	return {
		zone,
		startOf,
		endOf: (unit, moment) => startOf(unit, next[unit](startOf(unit, moment), 1, there).getTime()),
		nameOf(unit, moment) {
			if (unit === 'week')
				return `${getISOWeekYear(moment, there)}-W${String(getISOWeek(moment, there)).padStart(2, '0')}`;
			if (unit === 'hour') {
				const name = hourOf(moment);
				// When clocks are set back, an hour comes twice: only the offset tells them apart.
				const isTwice = [moment - hourMs, moment + hourMs].some(other => hourOf(other) === name);
				return isTwice ? `${name}${format(moment, 'xxx', there)}` : name;
			}
			return format(moment, unit === 'day' ? 'yyyy-MM-dd' : 'yyyy-MM', there);
		},
	};
}
