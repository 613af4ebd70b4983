import test from 'ava';
import {createMoments} from '../../../src/text/time.ts';
import {createTableView, type TableView} from '../../../src/ui/table-view.ts';
import {createTheme} from '../../../src/ui/theme.ts';
import {hopTable} from '../../../src/ui/views/hops.ts';
import {peerTable} from '../../../src/ui/views/peers.ts';

const look = {theme: createTheme({colour: true, unicode: true}), moments: createMoments('UTC'), near: null};
const counts = {sessions: 6, failed: 0, unknown: 0, messages: 6, violations: 0, weaknesses: 0, undecided: 0};
const seen = {first_seen: null, last_seen: null};

/** What stands under WORST of the only row, and as what it is painted. */
function worst(table: TableView): {text: string; alarms: boolean; value: unknown} {
	const index = table.columns.findIndex(({id}) => id === 'worst');
	const text = table.plain(0, index, 7, look).trim();
	const painted = table.draw(0, index, 7, look);
	return {text, alarms: /\u001B\[(?:31|33|35)m/.test(painted), value: table.values(0)[index]};
}

const hop = (plaintext: number, judged: number): TableView => {
	const row = {...counts, ...seen, hop: 'relay-in', port: 25, plaintext, judged, encrypted: 3} as const;
	const versions = {TLSv1: 1, 'TLSv1.3': 2};
	return createTableView(hopTable(false), {rows: [{...row, versions}], order: null, descending: true});
};

const peer = (plaintext: number, judged: number): TableView => {
	const row = {...counts, ...seen, peer_ip: '192.0.2.1', peer_host: null, username: null, others: 1} as const;
	const rows = [{...row, plaintext, judged, worst: 'TLSv1.3'}];
	return createTableView(peerTable('all', [], false), {rows, order: null, descending: true});
};

test('plaintext is the worst wherever a session was in plaintext, and no alarm where the policy asks nothing', t => {
	t.deepEqual(worst(hop(3, 6)), {text: 'plain', alarms: true, value: 'plain'});
	t.deepEqual(worst(peer(3, 6)), {text: 'plain', alarms: true, value: 'plain'});
	t.deepEqual(worst(hop(3, 0)), {text: 'plain', alarms: false, value: 'plain'});
	t.deepEqual(worst(peer(3, 0)), {text: 'plain', alarms: false, value: 'plain'});
	t.is(worst(hop(0, 6)).text, 'TLS 1.0');
	t.is(worst(peer(0, 6)).text, 'TLS 1.3');
});
