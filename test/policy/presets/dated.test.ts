import test from 'ava';
import {hops} from '../../../src/model/session.ts';
import {dayAfter, policyAt} from '../../../src/policy/calendar.ts';
import {judge} from '../../../src/policy/judge.ts';
import {findPolicy, policies} from '../../../src/policy/policies.ts';
import {knownCiphers} from '../../../src/tls/cipher.ts';
import {type Protocol, protocols} from '../../../src/tls/version.ts';
import {handshake} from '../../tls/handshake.ts';

/** One cell of the table of all handshakes. */
type Cell = {readonly protocol: Protocol; readonly cipher: string; readonly group: string | null};

/** What the articles about TR-02102-2 (2026-01) end on a day, written down from their words: a row, and the cells that it is about. */
const ends: ReadonlyArray<{readonly row: string; readonly until: string; readonly about: (cell: Cell) => boolean}> = [
	{row: 'no-dhe', until: '2029-12-31', about: ({cipher}) => /(?:^|-)(?:DHE|EDH|ADH)-/.test(cipher)},
	{row: 'no-dsa', until: '2029-12-31', about: ({cipher}) => cipher.includes('-DSS-')},
	{row: 'only-tls13', until: '2031-12-31', about: ({protocol}) => protocol !== 'TLSv1.3'},
	{
		row: 'hybrid',
		until: '2031-12-31',
		// TLS 1.3 alone has hybrids (RFC 9851); a group that is not logged is no finding.
		about: ({protocol, group}) => (protocol === 'TLSv1.3' ? group !== null && !group.includes('MLKEM') : true),
	},
];

const dates = [...new Set(ends.map(({until}) => until))].sort();
const spans: ReadonlyArray<readonly [before: string, after: string]> = [
	['2026-11-30', '2029-12-31'],
	['2029-12-31', '2030-01-01'],
	['2030-01-01', '2031-12-31'],
	['2031-12-31', '2032-01-01'],
	['2032-01-01', '2099-12-31'],
];

test('the presets with dated rows are those of BSI 2026-01, and the days are these', t => {
	const dated = policies().filter(({name}) => findPolicy(name).later.length > 0);
	t.deepEqual(
		dated.map(({name}) => name),
		['bsi-tr-02102-2', 'bsi-tr-02102-2-2026-01'],
	);
	t.deepEqual([...new Set(findPolicy('bsi-tr-02102-2').later.map(({until}) => until))].sort(), dates);
	t.deepEqual(
		spans.filter(([before, after]) => after === dayAfter(before)).map(([before]) => before),
		dates,
	);
});

test('between those days no rule comes and none goes', t => {
	const policy = findPolicy('bsi-tr-02102-2');
	for (const [before, after] of spans)
		if (!dates.includes(before)) t.deepEqual(policyAt(policy, after).rules, policyAt(policy, before).rules, after);
});

/** Suites with which each group is tried; the others are walked without one. */
const fewSuites = ['TLS_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'DHE-RSA-AES256-GCM-SHA384', 'AES128-SHA'];
const groups = ['X25519', 'secp384r1', 'ffdhe3072', 'X25519MLKEM768', 'SecP384r1MLKEM1024'];

const cells: readonly Cell[] = protocols.flatMap(protocol =>
	knownCiphers.flatMap(cipher =>
		[null, ...(fewSuites.includes(cipher) ? groups : [])].map(group => ({protocol, cipher, group})),
	),
);

for (const before of dates)
	test(`on the day after ${before} exactly the handshakes flip that a row is about whose date has passed`, t => {
		const policy = findPolicy('bsi-tr-02102-2');
		const [then, now] = [policyAt(policy, before), policyAt(policy, dayAfter(before))];
		const wrong: string[] = [];
		const flipped = new Set<string>();
		for (const hop of hops)
			for (const cell of cells) {
				const {protocol, cipher, group} = cell;
				const direction = hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in';
				const seen = handshake({hop, direction, protocol, cipher, keyExchange: group, loggedIn: true});
				const rows = (at: typeof policy) => judge(seen, at).map(({rule}) => rule.replace(/^(?:relay|delivery)-/, ''));
				const [old, young] = [rows(then), rows(now)];
				const due = hop === 'internal' ? [] : ends.filter(({until, about}) => until === before && about(cell));
				const want = due.map(({row}) => row).sort();
				const added = young.filter(row => !old.includes(row)).sort();
				// Of two rules about versions the milder one gives way.
				const gone = old.filter(
					row => !young.includes(row) && !(row === 'best-version' && want.includes('only-tls13')),
				);
				for (const row of want) flipped.add(row);
				if (`${added}` !== `${want}` || gone.length > 0)
					wrong.push(`${hop} ${protocol} ${cipher} ${group}: ${added} in place of ${want}, without ${gone}`);
			}
		t.deepEqual(wrong, []);
		t.deepEqual(
			[...flipped].sort(),
			ends
				.filter(({until}) => until === before)
				.map(({row}) => row)
				.sort(),
		);
	});
