import type {DuckDBAppender} from '@duckdb/node-api';
import type {HeldLine} from '../model/outbound.ts';
import {DuckDBTimestampValue} from './duckdb.ts';

/** Adds lines about mail that TLS held back to `held_lines`, as those of an import step, or of none; item by item, as they are few. */
export function appendHeldLines(appender: DuckDBAppender, lines: readonly HeldLine[], step: number | null): void {
	const word = (text: string | null): void => {
		if (text === null) appender.appendNull();
		else appender.appendVarchar(text);
	};
	for (const {time, logHost, tag, queueId, domain, reason, connected} of lines) {
		if (time === null) appender.appendNull();
		else appender.appendTimestamp(new DuckDBTimestampValue(BigInt(Math.round(time)) * 1000n));
		for (const text of [logHost, tag, queueId, domain, reason]) word(text);
		appender.appendBoolean(connected);
		if (step === null) appender.appendNull();
		else appender.appendInteger(step);
		appender.endRow();
	}
	appender.flushSync();
}
