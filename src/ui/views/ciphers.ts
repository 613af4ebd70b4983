import type {Grade} from '../../model/inventory.ts';
import {cipherFacts} from '../../tls/cipher.ts';
import {counted, shared, timed, type Verdict, verdict} from '../columns.ts';
import type {GradedCipher} from '../screen-data.ts';
import type {Table} from '../table-view.ts';
import {versionName, versionTone} from '../version-bar.ts';

/** What is to be known about a suite, in few words. */
export function suiteWords(cipher: string | null): string {
	const facts = cipher === null ? null : cipherFacts(cipher);
	if (facts === null) return '';
	return [
		facts.forwardSecret ? 'forward secret' : 'no forward secrecy',
		facts.aead ? 'AEAD' : 'no AEAD',
		...(facts.authentication === 'none' ? ['anonymous'] : []),
		`${facts.bits} bits`,
	].join(', ');
}

const placesOf = (row: GradedCipher): string =>
	Object.entries(row.places)
		.sort((a, b) => b[1] - a[1])
		.map(([place]) => place)
		.join(', ');

/** A suite is marked for itself: an old version with a good suite is not the suite's fault. */
const marks: Readonly<Record<Grade, Verdict>> = {
	forbidden: 'violation',
	weak: 'weakness',
	fine: 'pass',
	unknown: 'undecided',
};

/** Versions with ciphers. `whole` is the number of all encrypted sessions that are counted. */
export function cipherTable(whole: number): Table<GradedCipher> {
	return {
		columns: [
			verdict(row => marks[row.grade], {id: 'grade', value: row => row.grade}),
			{
				id: 'protocol',
				title: 'VERSION',
				width: 8,
				priority: 0,
				value: row => row.protocol,
				text: row => versionName(row.protocol) || 'unknown',
				tone: row => versionTone(row.protocol),
			},
			{
				id: 'cipher',
				ascends: true,
				title: 'CIPHER',
				width: 29,
				least: 16,
				grow: 4,
				priority: 0,
				value: row => row.cipher,
				text: row => row.cipher ?? 'not logged',
			},
			counted('sessions', 'SESSIONS', row => row.sessions, {priority: 0}),
			shared(
				'share',
				'SHARE',
				row => row.sessions,
				() => whole,
				{priority: 2},
			),
			counted('violations', 'VIOLATE', row => row.violations, {bad: 'bad', priority: 1}),
			{
				id: 'facts',
				title: 'WHAT IT IS',
				width: 18,
				grow: 24,
				priority: 5,
				sorts: false,
				value: row => suiteWords(row.cipher),
			},
			{id: 'places', title: 'WHERE', width: 12, grow: 40, priority: 3, sorts: false, value: placesOf},
			timed('first_seen', 'FIRST SEEN', row => row.first_seen, {priority: 7}),
			timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 6}),
		],
		key: row => `${row.protocol} ${row.cipher}`,
		opens: row => ({
			view: 'peers',
			title: `${versionName(row.protocol) || 'unknown version'} ${row.cipher ?? 'unknown cipher'}`,
			scope: [
				{kind: 'outcome', values: ['encrypted']},
				{kind: 'same', column: 'protocol', value: row.protocol},
				{kind: 'same', column: 'cipher', value: row.cipher},
			],
			order: 'sessions',
		}),
		violates: row => row.grade === 'forbidden',
		empty: 'No encrypted session.',
		order: 'sessions',
	};
}
