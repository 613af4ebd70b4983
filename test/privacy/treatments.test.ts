import test from 'ava';
import type {PeerFinding} from '../../src/model/findings.ts';
import type {Session} from '../../src/model/session.ts';
import {treatments} from '../../src/privacy/treatments.ts';
import type {Summary} from '../../src/report/summary.ts';
import type {Checked, PeerFindings} from '../../src/report/verdict.ts';
import type {TriedRule} from '../../src/report/what-if-result.ts';
import {sessionColumns} from '../../src/store/schema.ts';
import {openStore} from '../../src/store/store.ts';
import type {ScreenData} from '../../src/ui/screen-data.ts';

type Plain = number | boolean | null | undefined | bigint;
type Item<T> = T extends ReadonlyArray<infer Each> ? Each : T;
type HasText<T> = [Extract<Item<T>, string>] extends [never] ? false : true;

/** The names of all columns of a result that have a text, those of rows inside of rows too. */
type TextColumns<T> = T extends string | Plain
	? never
	: T extends ReadonlyArray<infer Each>
		? TextColumns<Each>
		: string extends keyof T
			? TextColumns<T[keyof T]>
			: {[Name in keyof T & string]: (HasText<T[Name]> extends true ? Name : never) | TextColumns<T[Name]>}[keyof T &
					string];

/** `peerIp` as `peer_ip`. */
type Snake<Text extends string> = Text extends `${infer First}${infer Rest}`
	? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
	: '';
/** Columns of sessions with a text; times are texts where they are written. */
type SessionTexts = Snake<{[Name in keyof Session]: HasText<Session[Name]> extends true ? Name : never}[keyof Session]>;

type Answer<Name extends keyof ScreenData> = ScreenData[Name] extends (...asked: never[]) => infer Result
	? Awaited<Result>
	: never;
type OnScreen =
	| Answer<'overview' | 'violations' | 'peers' | 'ciphers' | 'failures' | 'whatIf' | 'sessions' | 'change'>
	| Answer<'keyExchange' | 'domains' | 'findings' | 'remedy' | 'coverage'>
	| Omit<Answer<'progress'>, 'phase'>;

type Shown = Summary | Omit<Checked, 'policy'> | PeerFindings | PeerFinding | TriedRule | OnScreen;
type Texts =
	| TextColumns<Shown>
	| Exclude<SessionTexts, 'deliveries' | 'tls_reports'>
	| 'started_at'
	| 'ended_at'
	| 'rules';
/** Treatments that hold in one list only are of columns that have one elsewhere. */
type Treated = Exclude<keyof typeof treatments, `${string}.${string}`>;

// Each of these lines is an error of the type check where a text of a result has no treatment, or a treatment no text.
const untreated: Record<Exclude<Texts, Treated>, never> = {};
const unused: Record<Exclude<Treated, Texts>, never> = {};

test('every text of a result has a treatment, and every treatment a text', t => {
	t.deepEqual([untreated, unused], [{}, {}]);
});

/** Texts of tables that no result has under this name: what is shown of them is a part of their row in a result. */
const inside: Readonly<Record<string, string>> = {
	deliveries: 'is split into recipient_domain and counts',
	tls_reports: 'is split into domain, result and reason',
	policy_domain: 'becomes domain',
	result_type: 'becomes result',
	failure_reason: 'becomes reason',
	queue_id: 'only tells messages apart',
	month: 'becomes period',
	name: 'the file of an import is known by it',
	stored_hash: 'the file of an import is known by it',
	notice: 'becomes notices',
	problem: 'becomes problems, or a notice when it is accepted',
	salt: 'only makes hashes',
	target: 'only says where an export has sent what',
	fingerprint: 'only tells databases apart',
	part: 'only says which table a row of an export is of',
	row: 'is what an export keeps of deleted sessions, and is not shown',
};

test('every text of the database has a treatment', async t => {
	const store = await openStore();
	try {
		const columns = await store.all<{name: string; table: string}>(
			`select distinct column_name as name, table_name as table from information_schema.columns
			where data_type in ('VARCHAR', 'BLOB')`,
		);
		t.true(columns.length > 40);
		for (const {name, table} of columns)
			t.true(name in treatments || name in inside || /^(?:head|tail|state)$/.test(name), `${table}.${name}`);
		for (const {name, type} of sessionColumns) if (type === 'text') t.true(name in treatments, name);
	} finally {
		await store.close();
	}
});
