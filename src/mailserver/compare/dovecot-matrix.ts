import type {Demand, MatrixRow} from '../../model/service-matrix.ts';
import type {Hop} from '../../model/session.ts';
import type {ObservedRow} from '../../model/summary.ts';
import type {Policy} from '../../policy/policy.ts';
import type {DovecotConfiguration, DovecotListener} from '../dovecot/doveconf-output.ts';
import {type Asked, acceptance} from './acceptance.ts';
import {intention} from './intention.ts';
import {effectVerdict} from './matrix.ts';
import {observation} from './observation.ts';

/** A listener whose clients log in: mailbox access (RFC 8314), or submission by Dovecot's own proxy. */
const hopOf = ({service}: DovecotListener): Hop | null => {
	if (service === 'submission-login') return 'submission';
	return service.endsWith('-login') ? 'access' : null;
};

function demandOf({implicit}: DovecotListener, {ssl, cleartextAuth}: DovecotConfiguration): Demand {
	if (ssl === 'no') return 'none';
	if (implicit) return 'implicit';
	return ssl === 'required' || !cleartextAuth ? 'required' : 'offered';
}

/** Login lines of one listener: by the port where the log has it (lport), else by the service and how TLS began. */
function sessionsOf(listener: DovecotListener, observed: readonly ObservedRow[]): ObservedRow[] {
	const service = listener.service.slice(0, -'-login'.length);
	return observed.filter(row => {
		if (row.direction !== 'in' || !(row.tag ?? '').includes('-login')) return false;
		if (row.port !== null) return row.port === listener.port;
		return row.service === service && (row.tls_mode === 'implicit') === listener.implicit;
	});
}

/**
 * The rows of Dovecot: one for each listener that is open and takes logins. `observed` null: no log was read; `asked` by
 * listener name.
 */
export function dovecotMatrix(
	dovecot: DovecotConfiguration,
	policy: Policy | null,
	observed: readonly ObservedRow[] | null,
	asked: ReadonlyMap<string, Asked>,
): MatrixRow[] {
	const rows: MatrixRow[] = [];
	for (const listener of dovecot.listeners) {
		const hop = hopOf(listener);
		if (hop === null || listener.port === 0) continue;
		const intended = intention(null, hop, listener.implicit, policy);
		const demand = demandOf(listener, dovecot);
		const versions = demand === 'none' ? [] : dovecot.allowed;
		const probed = asked.get(listener.name);
		const set = dovecot.settings.get('ssl_min_protocol');
		rows.push({
			service: listener.name,
			hop,
			side: 'server',
			port: listener.port,
			tag: `dovecot/${listener.service}`,
			sharedWith: [],
			level: dovecot.ssl,
			wrapper: listener.implicit,
			intended,
			effective: {
				versions,
				demand,
				parameter: demand === 'none' ? null : 'ssl_min_protocol',
				value: set ?? dovecot.minProtocol,
				origin: set === undefined ? 'default of Dovecot' : 'doveconf',
				grade: dovecot.cipherList,
				excluded: [],
				inert: null,
				fault: null,
				verdict: effectVerdict(intended, versions, demand, null),
			},
			accepted: probed === undefined ? null : acceptance(probed, intended.versions, versions),
			observed:
				observed === null
					? null
					: observation(sessionsOf(listener, observed), {intended: intended.versions, allowed: versions, demand}),
		});
	}
	return rows;
}
