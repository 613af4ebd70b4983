import {spawnSync} from 'node:child_process';
import {tally} from '../tally.ts';

/** One line of the text format of Prometheus. */
export type Sample = {readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number};

/** Reads the text format of Prometheus (its «Exposition formats», text based format); throws on a line that is none. */
export function readSamples(text: string): Sample[] {
	const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
	return lines.map(line => {
		const [, name = '', , inside = '', value = ''] = /^([a-z_]+)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
		if (name === '') throw new Error(`no sample: ${line}`);
		const labels = [...inside.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
		return {name, labels: Object.fromEntries(labels), value: Number(value)};
	});
}

/** The sums of a counter by some of its labels, as `value value: sum`, sorted; sums of 0 are left out. */
export function sums(samples: readonly Sample[], name: string, ...by: string[]): string[] {
	return tally(
		samples
			.filter(sample => sample.name === name)
			.map(({labels, value}) => [by.map(label => labels[label]).join(' '), value]),
	);
}

const tool = 'promtool';
/** Why nothing is checked by promtool here; null where it is. */
export const withoutPromtool: string | null =
	spawnSync(tool, ['--version']).status === 0
		? null
		: 'promtool is not installed (Debian: prometheus): not checked by it';

/** What promtool says, and its status. */
export function promtool(words: readonly string[], input = ''): {status: number | null; said: string} {
	const {status, stdout, stderr} = spawnSync(tool, [...words], {input, encoding: 'utf8'});
	return {status, said: stdout + stderr};
}
