import {findPolicy} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {judgeByPolicy} from '../../src/store/judgement.ts';
import {findingGroups} from '../../src/store/queries/findings/findings.ts';
import {hops} from '../../src/store/queries/summary.ts';
import {openStore} from '../../src/store/store.ts';
import {addSessions} from '../store/sample-sessions.ts';
import {madeUpSessions} from './made-up-sessions.ts';

/**
 * How long it takes to judge five million sessions again under another policy.
 * `npx tsx test/bench/rejudge.ts [SESSIONS]`; status 1 when a judging takes two seconds or more.
 */
const sessions = Number(process.argv[2] ?? 5_000_000);
const most = 2000;

const store = await openStore({memoryLimit: '4GB'});
await addSessions(store, madeUpSessions(sessions));

const founding = findPolicy('founding');
/** With exceptions and destinations every peer and host is judged once. */
const lenient: Policy = {
	...founding,
	name: 'founding with exceptions',
	destinations: [{domain: 'host77.example.net', trust: 'verified', severity: 'violation'}],
	exceptions: [
		{rules: [], cidr: '198.51.7.0/24', reason: 'old scanners', until: '2099-12-31'},
		{rules: ['min-version'], user: 'user42', reason: 'old phone', until: '2099-12-31'},
	],
};

let slow = false;
for (const policy of [founding, findPolicy('rfc9325'), findPolicy('mozilla-intermediate'), lenient]) {
	const began = performance.now();
	await judgeByPolicy(store, policy, Date.now());
	const judged = performance.now();
	const table = await hops(store);
	const counted = performance.now();
	const found = await findingGroups(store);
	const asked = performance.now();
	const handshakes = await store.all('select count(*)::double as n from handshakes');
	const violations = table.reduce((sum, row) => sum + row.violations, 0);
	console.log(
		`${policy.name}: ${sessions} sessions, ${Number(handshakes[0]?.n)} handshakes, ${violations} violate: ` +
			`judged in ${Math.round(judged - began)} ms; hop table ${Math.round(counted - judged)} ms, ` +
			`${found.length} peer findings ${Math.round(asked - counted)} ms`,
	);
	// The first judging is none anew, and exceptions ask about every peer besides.
	if (policy !== founding && policy !== lenient && judged - began >= most) slow = true;
}
await store.close();
process.exitCode = slow ? 1 : 0;
