import {many} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import {isoDate} from '../text/time.ts';
import {placeWords} from './missing-text.ts';
import type {Incident} from './verdict.ts';

/** `mail.log:11-16`, the lines of a session; empty when the log does not say. */
export function placeOf({source, first_line, last_line}: Incident): string {
	if (source === null || first_line === null) return '';
	const lines = last_line === null || last_line === first_line ? first_line : `${first_line}-${last_line}`;
	return `${plain(source === '-' ? 'stdin' : source)}:${lines}`;
}

/** One incident in a sentence without a full stop. */
export function incidentText(incident: Incident): string {
	const {peer, peer_host, usernames, hop, port, sessions, observed, required} = incident;
	const host = peer_host === null || peer_host === peer ? peer : `${peer_host}[${peer}]`;
	const users = usernames.slice(0, 3).join(', ') + (usernames.length > 3 ? ` and ${usernames.length - 3} more` : '');
	const who = users === '' ? host : `${users} from ${host}`;
	const last = incident.last_seen === null ? '' : `, last ${isoDate(incident.last_seen)}`;
	return plain(
		`${placeWords({hop, port})}: ${who}: ${observed.join(', ')}; required ${required}; ${many(sessions, 'session')}${last}`,
	);
}
