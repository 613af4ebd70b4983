import type {EvidenceRow} from '../../model/evidence.ts';
import type {Filter} from '../../model/filter.ts';
import type {BrokenRule, Gravest} from '../../model/findings.ts';
import type {Histogram, HopRow, News, OverviewRow, SuiteRow} from '../../model/summary.ts';
import {placesOf} from '../../model/verdict.ts';
import type {Store} from '../store.ts';
import {evidence} from './evidence.ts';
import {brokenRules, gravest} from './findings/findings.ts';
import {histogram} from './histogram.ts';
import {atOnce} from './steps.ts';
import {hops, news, suites} from './summary.ts';

export type Overview = {
	readonly rows: readonly OverviewRow[];
	readonly news: readonly News[];
	readonly broken: readonly BrokenRule[];
	readonly gravest: Gravest | null;
	readonly histogram: Histogram;
	/** What the sessions say, for the verdict. */
	readonly evidence: readonly EvidenceRow[];
};

const placeOf = ({hop, port}: Pick<HopRow, 'hop' | 'port'>): string => `${hop} ${port}`;

function versionsOf(rows: readonly SuiteRow[]): Map<string, Record<string, number>> {
	const places = new Map<string, Map<string, number>>();
	for (const row of rows) {
		const versions = places.get(placeOf(row)) ?? new Map<string, number>();
		places.set(placeOf(row), versions);
		const version = row.protocol ?? '';
		versions.set(version, (versions.get(version) ?? 0) + row.sessions);
	}
	return new Map([...places].map(([place, versions]) => [place, Object.fromEntries(versions)]));
}

/** Returns hops, what is new on them, and traffic over time in `bins` equal parts. The sessions are judged before. */
export async function overview(store: Store, filter: Filter, bins: number): Promise<Overview> {
	const rows = await hops(store, filter);
	const broken = await brokenRules(store, filter);
	const versions = versionsOf(await suites(store, filter, atOnce));
	const said = await evidence(store, filter, atOnce);
	const places = new Map(placesOf(said).map(place => [placeOf(place), place]));
	const moments = (name: 'first_seen' | 'last_seen') => rows.flatMap(row => row[name] ?? []);
	const from = rows.length === 0 ? null : Math.min(...moments('first_seen'));
	const to = rows.length === 0 ? null : Math.max(...moments('last_seen'));
	const dated = from !== null && to !== null && Number.isFinite(from) && Number.isFinite(to);
	return {
		rows: rows.map(row => {
			const {decided = 0, undecided = 0, lacking = 0} = places.get(placeOf(row)) ?? {};
			return {
				...row,
				judged: decided + undecided - lacking,
				undecided: lacking,
				versions: versions.get(placeOf(row)) ?? {},
			};
		}),
		news: await news(store, filter),
		broken,
		gravest: broken.some(({severity}) => severity !== 'info') ? await gravest(store, filter) : null,
		evidence: said,
		histogram: await histogram(store, filter, dated ? {from, to, bins} : {from: null, to: null, bins}),
	};
}
