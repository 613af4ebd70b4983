import type {Coverage} from '../model/coverage.ts';
import {ownCopy} from './lines/text.ts';

/**
 * Keeps the coverage of the lines: each is exactly one of understood, irrelevant, foreign, malformed. Says whether a
 * line is shown.
 */
export type CoverageRecorder = {
	readonly coverage: Coverage;
	/** The text of a mail program's line that no rule knew: shown if it speaks of TLS. */
	unknown(text: string, source: string | null, line: number): boolean;
	/** A line that nobody reads, foreign or malformed: shown if it names what only a TLS session has. */
	unread(line: string, source: string | null, number: number): boolean;
	/** A sentence about the log, said once. */
	notice(sentence: string): void;
};

export const mostExamples = 50;
/** Letters of an example. */
const mostText = 1024;
/** Letters of its shape, in which a long head is short. */
const mostShape = 400;
const speaksOfTls = /\b(?:TLS|SSL)(?:v?\d|\b)|STARTTLS/;
/**
 * The version of a session, or words that Postfix, Exim and Sendmail have about one. Of a program that is not read, «TLS» or
 * «SSL» alone may be about anything (opendkim and its library).
 */
const namesSession = /\bTLSv?1(?:[._]\d)?\b|\bSSLv[23]\b|\b(?:TLS|SSL) connection\b|\bSTARTTLS\b/;

/** Texts that name TLS and are about something else, or repeat what another line said. */
const saidElsewhere =
	/\(delivery temporarily suspended: |^(?:table|dict|hash|lmdb|btree|cdb):|tlsmgr_cache|tls_(?:session|random)|smtpd?_tls_session_cache/;

/** `full` is called when an example is left out, as there are too many. */
export function createCoverageRecorder(coverage: Coverage, full: () => void = () => undefined): CoverageRecorder {
	const shapes = new Map(coverage.examples.map(example => [example.shape, example]));

	function add(said: string, source: string | null, line: number): void {
		const text = said.trimEnd().slice(0, mostText);
		coverage.notUnderstood++;
		const shape = shapeOf(text);
		const known = shapes.get(shape);
		if (known) known.count++;
		else if (shapes.size < mostExamples) {
			const example = {shape: ownCopy(shape), count: 1, example: ownCopy(text), source, line};
			shapes.set(example.shape, example);
			coverage.examples.push(example);
		} else full();
	}

	return {
		coverage,
		unknown(text, source, line) {
			const isShown = speaksOfTls.test(text) && !saidElsewhere.test(text);
			if (isShown) add(text, source, line);
			return isShown;
		},
		unread(line, source, number) {
			const isShown = namesSession.test(line);
			if (isShown) add(line, source, number);
			return isShown;
		},
		notice(sentence) {
			if (!coverage.notices.includes(sentence) && coverage.notices.length < 20) coverage.notices.push(sentence);
		},
	};
}

/** The text or the whole line with what varies folded: queue ids, addresses, names, numbers. */
function shapeOf(text: string): string {
	return text
		.replace(/^[0-9A-Za-z]{6,}: /, 'QID: ')
		.replace(/<[^>]*>/g, '<…>')
		.replace(/\S*\[[^\]]*\](?::\d+)?/g, 'PEER')
		.replace(/\b(?=[A-Za-z]*\d)[0-9A-Za-z]{6,}(?=: )/g, 'QID')
		.replace(/\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi, 'NAME')
		.replace(/\d+/g, 'N')
		.slice(0, mostShape);
}
