import {stat} from 'node:fs/promises';
import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import {readerOptions, type Settings} from '../cli/settings.ts';
import {stopOnSignal} from '../cli/stop.ts';
import {readBlocks} from '../ingest/blocks.ts';
import {unreadable} from '../ingest/sources/problem.ts';
import {type Source, standardInput} from '../ingest/sources/source.ts';
import {createExplainer, type WantedLines} from '../log/explain.ts';
import type {Bytes} from '../log/reader-options.ts';
import type {Explanation} from '../model/explanation.ts';
import {explainJson, explainText} from '../report/text/explain-text.ts';
import {coloured, monochrome} from '../report/text/layout.ts';

/** Lines that are explained at a time: each is a page. */
const mostLines = 10_000;
/** A block holds two of the longest lines. */
const blockBytes = 1 << 20;

/** What is to be explained of which source. */
type Target = {readonly source: Source; readonly lines: WantedLines};

async function isThere(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

/** The file at a path. Throws one sentence where there is none, or a directory. */
async function fileAt(path: string): Promise<Source> {
	const found = await stat(path).catch((error: unknown) => {
		throw new Error(unreadable(path, error), {cause: error});
	});
	if (found.isDirectory()) throw new Error(`${path}: is a directory; name a file in it, and a line: FILE:LINE`);
	return {name: path, path, modified: found.mtimeMs, size: found.isFile() ? found.size : null};
}

/**
 * What `FILE:LINE`, `FILE:FIRST-LAST` or `-` means: the last colon parts the file from the line, so that a name may have colons.
 * Throws one sentence when it means nothing.
 */
async function targetOf(text: string): Promise<Target> {
	if (text === '-') return {source: standardInput, lines: {from: 1, to: mostLines}};
	const [, path = '', first, last = first] = /^(.+):(\d{1,10})(?:-(\d{1,10}))?$/s.exec(text) ?? [];
	if (first === undefined || (!(await isThere(path)) && (await isThere(text)))) {
		await fileAt(text);
		throw new Error(`${text}: which line? write FILE:LINE, such as ${text}:57`);
	}
	const lines = {from: Number(first), to: Number(last)};
	const source = await fileAt(path);
	if (lines.from === 0) throw new Error(`${path}: lines are counted from 1`);
	if (lines.to < lines.from) throw new Error(`${text}: the last line is before the first; swap them`);
	if (lines.to - lines.from >= mostLines) throw new Error(`${text}: explain at most ${mostLines} lines at a time`);
	return {source, lines};
}

/** Reads a source as far as the explanation needs it. */
async function explained(
	{source, lines}: Target,
	settings: Settings,
	io: Io,
	signal: AbortSignal,
): Promise<Explanation[]> {
	const explainer = createExplainer(readerOptions(settings), lines);
	const free: Buffer[] = [0, 1, 2].map(() => Buffer.allocUnsafeSlow(blockBytes));
	explainer.open({name: source.name, modified: source.modified});
	const blocks = readBlocks(source, {
		into: () => free.pop() ?? Buffer.allocUnsafeSlow(blockBytes),
		stdin: io.stdin,
		signal,
		onBytes: () => undefined,
		onWaiting: io.warn,
	});
	for await (const {bytes, from, to} of blocks) {
		explainer.block(bytes as unknown as Bytes, Math.min(from, to), to);
		free.push(bytes);
		if (explainer.isDone) break;
	}
	const count = explainer.lineNumber;
	const found = explainer.end();
	if (source.path === null) {
		if (found.length === 0) throw new Error('nothing to explain: standard input has no line; pipe lines of a log in');
		if (count > found.length) io.warn(`only the first ${found.length} of ${count} lines are explained`);
	} else if (count < lines.to) {
		const has = count === 1 ? 'it has 1 line' : `it has ${count} lines`;
		throw new Error(`${source.name}: no such line: ${lines.from > count ? lines.from : lines.to}; ${has}`);
	}
	return found;
}

/**
 * `tlsaudit explain FILE:LINE`: what the parser makes of a line, and why. The file is read from its beginning, as for a report,
 * until nothing more can be learned of the line. Throws one sentence when there is no such line.
 */
export async function explain(settings: Settings, io: Io): Promise<Outcome> {
	if (settings.subject === '-' && io.inputIsDevice)
		throw new Error(
			'nothing to explain; name a line, FILE:LINE, or pipe lines in: grep smtpd mail.log | tlsaudit explain -',
		);
	const target = await targetOf(settings.subject);
	const stop = stopOnSignal();
	try {
		const explanations = await explained(target, settings, io, stop.signal);
		if (settings.format === 'json') await io.write(explainJson(explanations));
		else {
			const style = io.colour ? coloured : monochrome;
			await io.write(explanations.map(each => explainText(each, style, io.page)).join('\n'));
		}
		return {signal: stop.number()};
	} finally {
		stop.release();
	}
}
