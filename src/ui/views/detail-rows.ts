import type {Remedy} from '../../model/failure/remedy.ts';
import type {SessionFinding} from '../../model/findings.ts';
import type {ListedSession} from '../../model/sessions.ts';
import type {Moments} from '../../text/time.ts';
import type {Tone} from '../theme.ts';
import {suiteWords} from './ciphers.ts';
import {whoseTones} from './failures.ts';
import {peerOf, text} from './sessions.ts';
import {severityTone} from './violations.ts';

export type DetailRow = {readonly label: string; readonly value: string; readonly tone?: Tone};

const joined = (...parts: ReadonlyArray<string | number | null | undefined | false>): string =>
	parts.filter(part => part !== null && part !== undefined && part !== '' && part !== false).join(', ');

function took(row: ListedSession): string {
	if (typeof row.started_at !== 'number' || typeof row.ended_at !== 'number') return '';
	return `, ${((row.ended_at - row.started_at) / 1000).toLocaleString('en-US')} s`;
}

/** From when to when, as far as the log says. */
function when(row: ListedSession, {full}: Moments): string {
	if (typeof row.started_at !== 'number') return 'not logged';
	const began = full(row.started_at);
	if (row.ended_at === null) return `${began}, end not seen`;
	return `${began} to ${typeof row.ended_at === 'number' ? full(row.ended_at) : ''}${took(row)}`;
}

/** A session's fields as label and value; what the log does not say is left out. */
export function detailRows(
	row: ListedSession,
	findings: readonly SessionFinding[],
	remedy: Remedy | null,
	moments: Moments,
): DetailRow[] {
	const result =
		row.outcome === null || row.outcome === undefined ? 'the log does not say how it ended' : String(row.outcome);
	const rows: Array<DetailRow | null> = [
		{label: 'When', value: when(row, moments)},
		{
			label: 'Hop',
			value: joined(
				row.hop,
				row.direction === 'out' ? 'we connect' : 'they connect',
				row.service && `service ${row.service}`,
			),
		},
		{
			label: row.direction === 'out' ? 'Remote port' : 'Port',
			value: joined(
				row.port ?? 'not logged',
				row.port !== null && row.port_source === 'service' && 'inferred from the service',
				row.tls_mode,
			),
		},
		{label: 'Peer', value: joined(peerOf(row), row.peer_port && `port ${row.peer_port}`)},
		row.username === null ? null : {label: 'User', value: String(row.username)},
		row.server_name === null ? null : {label: 'Server name', value: String(row.server_name)},
		{
			label: 'Outcome',
			value: joined(result, row.failure, row.alert),
			tone: row.outcome === 'plaintext' ? 'warn' : row.outcome === 'encrypted' ? 'good' : 'plain',
		},
		remedy === null ? null : {label: 'Whose', value: remedy.whose, tone: whoseTones[remedy.whose]},
		remedy === null ? null : {label: 'Remedy', value: remedy.remedy},
		row.outcome === 'encrypted'
			? {
					label: 'TLS',
					value: joined(row.protocol ?? 'version not logged', row.cipher, row.cipher_bits && `${row.cipher_bits} bits`),
				}
			: null,
		row.cipher === null ? null : {label: 'Suite', value: suiteWords(text(row.cipher))},
		row.key_exchange === null && row.server_signature === null
			? null
			: {
					label: 'Keys',
					value: joined(
						row.key_exchange,
						row.server_signature && `server ${row.server_signature} ${row.server_digest ?? ''}`.trim(),
						row.client_signature && `client ${row.client_signature} ${row.client_digest ?? ''}`.trim(),
					),
				},
		row.trust === null && row.tls_level === null
			? null
			: {label: 'Trust', value: joined(row.trust, row.tls_level && `level ${row.tls_level}`)},
		{
			label: 'Mail',
			value: joined(
				`${row.messages} ${row.messages === 1 ? 'message' : 'messages'}`,
				row.rejected !== 0 && `${row.rejected} rejected`,
				row.reused !== 0 && `connection reused ${row.reused} times`,
			),
		},
		{label: 'Logged by', value: joined(row.log_host, row.pid === null ? row.tag : `${row.tag}[${row.pid}]`)},
		{
			label: 'Lines',
			value:
				row.first_line === null
					? 'not known'
					: `${row.source} ${row.first_line}${row.last_line === row.first_line ? '' : ` to ${row.last_line}`}`,
		},
	];
	const broken = findings.map(({rule, severity, observed, required, reference}) => ({
		label: severity,
		value: `${rule}: ${observed}, required ${required} [${reference}]`,
		tone: severityTone(severity),
	}));
	return [...rows.filter(each => each !== null), ...broken];
}
