import type {NotHybrid} from '../../model/key-exchange.ts';
import {notHybridTitle} from '../text/key-exchange-text.ts';
import {type DocumentTable, log, moment, number, portCell, word} from './document.ts';

/** The largest peers none of whose sessions was hybrid. */
export function notHybridTable({peers, peer_count}: NotHybrid): DocumentTable {
	return {
		title: notHybridTitle(peers.length, peer_count),
		note: 'Sessions are those that could or cannot be hybrid.',
		headings: [
			'Hop',
			'Port',
			'Address',
			'Host',
			'Sessions',
			'Could be',
			'Cannot be',
			'Not logged',
			'Messages',
			'Last seen',
		],
		rows: peers.map(row => [
			word(row.hop),
			portCell(row.port),
			log(row.peer_ip ?? ''),
			log(row.peer_host ?? ''),
			...[row.sessions, row.could, row.cannot, row.not_logged, row.messages].map(value => number(value)),
			moment(row.last_seen),
		]),
	};
}
