import {type StampKnown, stampKnown} from './stamp-shapes.ts';

/** How the head of a line was found, to explain the line by; kept only where lines are explained. */
export type HeadTrace = {
	/** What was taken off, from the outside in. */
	layers: Array<{readonly what: string; readonly text: string}>;
	/** How the innermost part was read. */
	shape: string | null;
	/** The stamp that gave the time, as it was written, and how much of a moment it writes down. */
	stamp: string | null;
	known: StampKnown;
};

/** A trace of a line that was not read yet. */
export function emptyTrace(): HeadTrace {
	return {layers: [], shape: null, stamp: null, known: stampKnown.nothing};
}

/** Writes down how a head is found, where somebody asks for it. */
export type HeadTracer = {
	readonly traceLayer: (what: string, text: string) => void;
	readonly traceShape: (shape: string) => void;
	readonly traceStamp: (text: string, known: StampKnown) => void;
	/** A copy of the trace, to go back to. */
	readonly traceSoFar: () => HeadTrace | undefined;
	/** What was tried was no head: the trace is what it was before. */
	readonly traceBack: (before: HeadTrace | undefined) => void;
};

/** Makes a tracer that does nothing without a trace. */
export function createHeadTracer(trace: HeadTrace | undefined): HeadTracer {
	return {
		traceLayer(what, text) {
			if (trace && text !== '') trace.layers.push({what, text});
		},
		traceShape(shape) {
			if (trace) trace.shape = shape;
		},
		traceStamp(text, known) {
			if (trace) Object.assign(trace, {stamp: text, known});
		},
		traceSoFar: () => trace && {...trace, layers: [...trace.layers]},
		traceBack(before) {
			if (trace && before) Object.assign(trace, before);
		},
	};
}
