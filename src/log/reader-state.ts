import {type Coverage, emptyCoverage} from '../tls/coverage.ts';
import {type ClockState, emptyClockState} from './clock.ts';
import type {Host} from './entry.ts';
import type {HeadState} from './head.ts';
import {emptyJoinerState, type JoinerState} from './join/joiner-state.ts';
import type {ProgramsByPid} from './tag.ts';

/**
 * All that a reader knows between two lines. Plain data with shared references: a structured clone of it, made between two
 * lines and given to another reader, goes on as if nothing had happened. That is how an import resumes.
 */
export type ReaderState = {
	hosts: Map<string, Host>;
	programs: ProgramsByPid;
	joiner: JoinerState;
	/** Ids of the latest Dovecot connections. */
	logins: Set<string>;
	clock: ClockState;
	head: HeadState;
	coverage: Coverage;
	/** Lines counted with the one they are part of. */
	parts: number;
};

export function emptyReaderState(): ReaderState {
	return {
		hosts: new Map(),
		programs: new Map(),
		joiner: emptyJoinerState(),
		logins: new Set(),
		clock: emptyClockState(),
		head: {parts: '', record: null},
		coverage: emptyCoverage(),
		parts: 0,
	};
}
