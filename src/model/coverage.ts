/**
 * How the lines of a log are counted: what was read, what of it was understood. The sum always holds:
 * lines = understood + irrelevant + foreign + malformed; `notUnderstood` is a part of the last three.
 */
export type Coverage = {
	/** All lines read, blank ones included. */
	lines: number;
	/** Lines that say something about a session. */
	understood: number;
	/** Lines of mail programs that say nothing about a session. */
	irrelevant: number;
	/** Lines of other programs, blank lines, headers of journalctl and the like. */
	foreign: number;
	/** Lines with no readable head, impossible dates, NUL runs, and lines cut because they were too long. */
	malformed: number;
	/** Lines that speak of TLS and that no rule knew, whichever program wrote them. */
	notUnderstood: number;
	/** One example of each kind of `notUnderstood` (digits and names folded), at most 50. */
	examples: Array<{shape: string; count: number; example: string; source: string | null; line: number}>;
	/** TCP connections that ended before any dialogue (port scans): no session, hence no row. */
	noDialogue: number;
	/** Sessions that memory limits closed before their end was seen. */
	evicted: number;
	/** Sentences about what the log lacks or lost, each once. */
	notices: string[];
};

export function emptyCoverage(): Coverage {
	return {
		lines: 0,
		understood: 0,
		irrelevant: 0,
		foreign: 0,
		malformed: 0,
		notUnderstood: 0,
		examples: [],
		noDialogue: 0,
		evicted: 0,
		notices: [],
	};
}

const counters = [
	'lines',
	'understood',
	'irrelevant',
	'foreign',
	'malformed',
	'notUnderstood',
	'noDialogue',
	'evicted',
] as const satisfies ReadonlyArray<keyof Coverage>;

/** The coverage of several readers together, or of several runs. */
export function summedCoverage(parts: readonly Coverage[]): Coverage {
	const sum = emptyCoverage();
	for (const part of parts) {
		for (const counter of counters) sum[counter] += part[counter];
		for (const example of part.examples) {
			const known = sum.examples.find(({shape}) => shape === example.shape);
			if (known) known.count += example.count;
			else sum.examples.push({...example});
		}
		for (const notice of part.notices) if (!sum.notices.includes(notice)) sum.notices.push(notice);
	}
	return sum;
}

/** What is left of a coverage when a part of it is taken away. Notices stay: they cannot be assigned to a part. */
export function without(whole: Coverage, part: Coverage): Coverage {
	const rest = {...emptyCoverage(), notices: [...whole.notices]};
	for (const counter of counters) rest[counter] = Math.max(0, whole[counter] - part[counter]);
	for (const example of whole.examples) {
		const count = example.count - (part.examples.find(({shape}) => shape === example.shape)?.count ?? 0);
		if (count > 0) rest.examples.push({...example, count});
	}
	return rest;
}

/** The counts of a coverage by the names that databases and JSON have for them. */
export type CoverageCounts = {
	lines: number;
	understood: number;
	irrelevant: number;
	foreign: number;
	malformed: number;
	not_understood: number;
	no_dialogue: number;
	evicted: number;
};

/** The counts of a coverage, in the order of the table `coverage`. */
export function coverageCounts(coverage: Coverage): CoverageCounts {
	return {
		lines: coverage.lines,
		understood: coverage.understood,
		irrelevant: coverage.irrelevant,
		foreign: coverage.foreign,
		malformed: coverage.malformed,
		not_understood: coverage.notUnderstood,
		no_dialogue: coverage.noDialogue,
		evicted: coverage.evicted,
	};
}
