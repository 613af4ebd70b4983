import {compareProtocols, type Protocol, protocolOf, protocols} from '../tls/version.ts';
import type {Theme, Tone} from './theme.ts';

/** Parts of a bar in the order of `Glyphs.fillings`, the worst first: what is counted together, and its tone. */
const parts: ReadonlyArray<{readonly name: string; readonly tone: Tone; readonly of: readonly string[]}> = [
	{name: '1.0 or SSL', tone: 'bad', of: ['TLSv1', 'SSLv3', 'SSLv2']},
	{name: '1.1', tone: 'warn', of: ['TLSv1.1']},
	{name: '1.2', tone: 'accent', of: ['TLSv1.2']},
	{name: '1.3', tone: 'good', of: ['TLSv1.3']},
];

const tones: readonly Tone[] = ['exposed', ...parts.map(({tone}) => tone), 'dim'];
const names: readonly string[] = ['plaintext', ...parts.map(({name}) => name), 'not logged'];

/** What a bar counts: encrypted sessions by version, `''` where none was logged, and sessions in plaintext. */
export type BarCounts = {readonly versions: Readonly<Record<string, number>>; readonly plaintext: number};

/** Widths of the parts of a bar that sum to `width`; whatever is there gets a place, however small it is. */
export function barParts(counts: readonly number[], width: number): number[] {
	const whole = counts.reduce((sum, each) => sum + each, 0);
	if (whole === 0) return counts.map(() => 0);
	const widths = counts.map(each => (each === 0 ? 0 : Math.max(1, Math.floor((each * width) / whole))));
	const used = (): number => widths.reduce((sum, each) => sum + each, 0);
	while (used() < width) {
		const short = counts.map((each, index) => (each * width) / whole - (widths[index] ?? 0));
		const index = short.indexOf(Math.max(...short));
		widths[index] = (widths[index] ?? 0) + 1;
	}
	while (used() > width) {
		const index = widths.indexOf(Math.max(...widths));
		widths[index] = (widths[index] ?? 0) - 1;
	}
	return widths;
}

function countsOf({versions, plaintext}: BarCounts): number[] {
	const counts = parts.map(({of}) => of.reduce((sum, name) => sum + (versions[name] ?? 0), 0));
	const known = counts.reduce((sum, each) => sum + each, 0);
	const all = Object.values(versions).reduce((sum, each) => sum + each, 0);
	return [plaintext, ...counts, all - known];
}

/** A part of a bar: so many sessions, with a filling of `Glyphs.fillings` in a tone. */
export type BarPart = {readonly sessions: number; readonly filling: number; readonly tone: Tone};

/** So many columns of a part. */
export const filling = (part: Omit<BarPart, 'sessions'>, length: number, {paint, glyphs}: Theme): string =>
	paint(part.tone, (glyphs.fillings[part.filling] ?? '?').repeat(length));

/** Parts as one bar, exactly `width` columns wide; blank where nothing is counted. */
export function bar(parts: readonly BarPart[], width: number, theme: Theme): string {
	const widths = barParts(
		parts.map(({sessions}) => sessions),
		width,
	);
	const drawn = parts.map((part, index) => filling(part, widths[index] ?? 0, theme));
	return drawn.join('') + ' '.repeat(width - widths.reduce((sum, each) => sum + each, 0));
}

const filled = (index: number, length: number, theme: Theme): string =>
	filling({filling: index, tone: tones[index] ?? 'plain'}, length, theme);

/** The share of plaintext and of each version as one bar, the worst first; blank when no session came about. */
export function versionBar(counts: BarCounts, width: number, theme: Theme): string {
	const parts = countsOf(counts).map((sessions, index) => ({sessions, filling: index, tone: tones[index] ?? 'plain'}));
	return bar(parts, width, theme);
}

/** What the fillings mean: `P plaintext  █ 1.0 or SSL …`, as many of them as fit into `room` columns. */
export function versionLegend(theme: Theme, room: number): string {
	const entries = names.map((name, index) => ({text: `${filled(index, 1, theme)} ${name}`, width: name.length + 2}));
	for (const between of [2, 1]) {
		const used = entries.reduce((sum, {width}) => sum + width + between, -between);
		if (used <= room) return entries.map(({text}) => text).join(' '.repeat(between));
	}
	const short = ['P', '1.0', '1.1', '1.2', '1.3', '?'];
	return short.map((name, index) => `${filled(index, 1, theme)}${index === 0 ? 'lain' : name}`).join(' ');
}

/** The oldest version with at least one session, `null` when none was logged. */
export function worstVersion(versions: Readonly<Record<string, number>>): Protocol | null {
	const seen = Object.keys(versions).flatMap(name => protocolOf(name) ?? []);
	return seen.sort(compareProtocols)[0] ?? null;
}

/** How good a version is. */
export function versionTone(version: string | null): Tone {
	const protocol = version === null ? null : protocolOf(version);
	if (protocol === null) return 'dim';
	const rank = protocols.indexOf(protocol);
	return rank >= 4 ? 'good' : rank === 3 ? 'warn' : 'bad';
}

/** The worst of sessions: `plain` where one was in plaintext, as the bar has it; else the oldest version. */
export function worstOf(worst: string | null, plaintext: number): string | null {
	return plaintext > 0 ? 'plain' : worst;
}

/** How bad that is; plaintext is no alarm where the policy asks nothing of any session, such as within the host. */
export function worstTone(worst: string | null, plaintext: number, judged: boolean): Tone {
	if (plaintext > 0) return judged ? 'bad' : 'plain';
	return versionTone(worst);
}

/** `TLSv1.3` as `TLS 1.3`, `TLSv1` as `TLS 1.0`; what is no version stays as it was logged. */
export function versionName(version: string | null): string {
	if (version === null || version === '') return '';
	if (version === 'TLSv1') return 'TLS 1.0';
	return version.replace(/^TLSv/, 'TLS ').replace(/^SSLv/, 'SSL ');
}
