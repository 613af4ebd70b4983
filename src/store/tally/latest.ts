/**
 * By what a session `s` is later than another: its last moment, then its line, then its origin, as one number, so that the row ids of a
 * store decide nothing. Null counts as the least. An origin may have 64 bits; those that it has room for are taken.
 */
export const latestAt = (moment: string, line = 's.first_line'): string =>
	`((coalesce(epoch_us(${moment}), -1)::hugeint * 2147483648 + coalesce(${line}, 0)) * 2147483648 + (s.origin & 2147483647))`;
