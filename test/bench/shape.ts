/** The shapes of log that the busy site can write: what the cost of reading must not hang on. */
import type {CastSizes} from './site-cast.ts';

export type Shape = {
	/** Mean distance of two lines in microseconds. */
	readonly gap: number;
	/** How many affairs are under way at the same time, so that the lines of one stand among those of many. */
	readonly underWay: number;
	/** A process retires after so many uses; the fewer, the more pids. */
	readonly uses: number;
	readonly hosts: number;
	readonly cast: CastSizes;
	/** How often what happens: all kinds, mostly those of one or a few lines a session, or mostly other programs' lines. */
	readonly affairs: 'all' | 'short' | 'foreign';
	/** Sessions are open longer than a reader waits for their lines, so its counts need not be the truth. */
	readonly stretched?: boolean;
	/** In words, for the table. */
	readonly what: string;
};

const dense: Shape = {
	gap: 16_000,
	underWay: 48,
	uses: 100,
	hosts: 1,
	cast: {inbound: 2500, outbound: 900, users: 1500},
	affairs: 'all',
	what: 'sixty lines a second, 550 sessions a MB',
};

const rich: Shape = {
	...dense,
	affairs: 'short',
	cast: {inbound: 20_000, outbound: 5000, users: 20_000},
	what: '1,400 sessions a MB, tens of thousands of peers',
};

/** Each shape by name; `dense` is the one that all other benchmarks read. */
export const shapes = {
	dense,
	thin: {...dense, gap: 1_600_000, stretched: true, what: 'the same lines, a hundred times as much time'},
	rich,
	'rich-thin': {...rich, gap: 1_600_000, stretched: true, what: 'rich and thin'},
	pids: {...rich, uses: 1, what: 'rich, a process for each session'},
	crowded: {...dense, underWay: 4000, gap: 400, what: 'four thousand affairs under way'},
	hosts: {...dense, hosts: 100, underWay: 480, gap: 1600, what: 'a hundred hosts in one log'},
	foreign: {...dense, affairs: 'foreign', what: 'most lines of other programs'},
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;
