import {compareProtocols, type Protocol, protocolOf, protocols} from '../tls/version.ts';
import type {Theme, Tone} from './theme.ts';

/** Parts of a bar, best first: what is counted together, its tone, its place among the fillings. */
const parts: ReadonlyArray<{readonly name: string; readonly tone: Tone; readonly of: readonly string[]}> = [
	{name: '1.3', tone: 'good', of: ['TLSv1.3']},
	{name: '1.2', tone: 'accent', of: ['TLSv1.2']},
	{name: '1.1', tone: 'warn', of: ['TLSv1.1']},
	{name: '1.0 or SSL', tone: 'bad', of: ['TLSv1', 'SSLv3', 'SSLv2']},
];

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

function countsOf(versions: Readonly<Record<string, number>>): number[] {
	const counts = parts.map(({of}) => of.reduce((sum, name) => sum + (versions[name] ?? 0), 0));
	const known = counts.reduce((sum, each) => sum + each, 0);
	const all = Object.values(versions).reduce((sum, each) => sum + each, 0);
	return [...counts, all - known];
}

/** The share of each version as one bar; blank when nothing was encrypted. */
export function versionBar(versions: Readonly<Record<string, number>>, width: number, theme: Theme): string {
	const widths = barParts(countsOf(versions), width);
	const bar = widths.map((length, index) => {
		const filling = (theme.glyphs.fillings[index] ?? '?').repeat(length);
		return theme.paint(parts[index]?.tone ?? 'dim', filling);
	});
	return bar.join('') + ' '.repeat(width - widths.reduce((sum, each) => sum + each, 0));
}

/** What the fillings mean: `█ 1.3  ▓ 1.2 …`. */
export function versionLegend(theme: Theme): string {
	const names = [...parts.map(({name}) => name), 'not logged'];
	return names
		.map((name, index) => {
			const filling = theme.paint(parts[index]?.tone ?? 'dim', theme.glyphs.fillings[index] ?? '?');
			return `${filling} ${name}`;
		})
		.join('  ');
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

/** `TLSv1.3` as `TLS 1.3`, `TLSv1` as `TLS 1.0`; what is no version stays as it was logged. */
export function versionName(version: string | null): string {
	if (version === null || version === '') return '';
	if (version === 'TLSv1') return 'TLS 1.0';
	return version.replace(/^TLSv/, 'TLS ').replace(/^SSLv/, 'SSL ');
}
