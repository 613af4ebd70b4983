/** Holds the counts of `tlsaudit report --format json` against what the generator knows. */
import type {Truth} from './site.ts';

type ReportedHop = {
	readonly hop: string;
	readonly port: number | null;
	readonly sessions: number;
	readonly encrypted: number;
	readonly plaintext: number;
	readonly failed: number;
	readonly messages: number;
	readonly versions: Readonly<Record<string, number>>;
};

type Report = {
	readonly coverage: {readonly lines: number};
	readonly hops: readonly ReportedHop[];
	readonly failures: ReadonlyArray<{
		readonly reason: string;
		readonly hop: string;
		readonly port: number | null;
		readonly count: number;
	}>;
};

/** One sentence for every count that differs; none means that all agree. Throws when the text is no report. */
export function differences(json: string, truth: Truth): string[] {
	const report = JSON.parse(json) as Report;
	const expected = expectedCounts(truth);
	const found = reportedCounts(report);
	const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
	return keys
		.filter(key => (expected[key] ?? 0) !== (found[key] ?? 0))
		.map(key => `${key}: ${found[key] ?? 0} reported, ${expected[key] ?? 0} true.`);
}

function expectedCounts(truth: Truth): Record<string, number> {
	const counts: Record<string, number> = {lines: truth.lines};
	for (const [key, count] of Object.entries(truth.sessions)) {
		const [hop, port, outcome, protocol] = key.split('|');
		add(counts, `sessions ${hop} ${port}`, count);
		add(counts, `${outcome} ${hop} ${port}`, count);
		if (protocol !== '') add(counts, `${protocol} ${hop} ${port}`, count);
	}
	for (const [hop, count] of Object.entries(truth.messages)) add(counts, `messages ${hop}`, count);
	for (const [key, count] of Object.entries(truth.failures)) add(counts, `failure ${key.replaceAll('|', ' ')}`, count);
	return counts;
}

function reportedCounts(report: Report): Record<string, number> {
	const counts: Record<string, number> = {lines: report.coverage.lines};
	for (const {hop, port, sessions, encrypted, plaintext, failed, messages, versions} of report.hops) {
		add(counts, `sessions ${hop} ${port}`, sessions);
		add(counts, `encrypted ${hop} ${port}`, encrypted);
		add(counts, `plaintext ${hop} ${port}`, plaintext);
		add(counts, `failed ${hop} ${port}`, failed);
		add(counts, `messages ${hop}`, messages);
		for (const [version, count] of Object.entries(versions)) add(counts, `${version} ${hop} ${port}`, count);
	}
	for (const {reason, hop, port, count} of report.failures) add(counts, `failure ${reason} ${hop} ${port}`, count);
	return counts;
}

function add(counts: Record<string, number>, key: string, more: number): void {
	counts[key] = (counts[key] ?? 0) + more;
}
