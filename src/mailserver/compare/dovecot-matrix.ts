import type {Demand, MatrixRow} from '../../model/service-matrix.ts';
import type {Hop} from '../../model/session.ts';
import type {ObservedRow} from '../../model/summary.ts';
import type {Policy} from '../../policy/policy.ts';
import {writtenFloor} from '../dovecot/allowed-versions.ts';
import type {DovecotConfiguration, DovecotListener, LoginPolicy} from '../dovecot/configuration.ts';
import {type Asked, acceptance} from './acceptance.ts';
import {intention} from './intention.ts';
import {effectVerdict} from './matrix.ts';
import {observation} from './observation.ts';

/** A listener whose clients log in: mailbox access (RFC 8314), or submission by Dovecot's own proxy. */
const hopOf = ({service}: DovecotListener): Hop | null => {
	if (service === 'submission-login') return 'submission';
	return service.endsWith('-login') ? 'access' : null;
};

function demandOf({implicit}: DovecotListener, {ssl, cleartextAuth}: LoginPolicy): Demand {
	if (ssl === 'no') return 'none';
	if (implicit) return 'implicit';
	return ssl === 'required' || cleartextAuth === false ? 'required' : 'offered';
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

/** The protocol whose block of settings a login service reads. */
function protocolOf({service}: DovecotListener): string {
	const name = service.replace(/-login$/, '');
	return name === 'managesieve' ? 'sieve' : name;
}

/** The floor of a listener and where it is from. */
function floorOf(
	{settings, printed, version, statements}: DovecotConfiguration,
	protocol: string,
): {readonly value: string | undefined; readonly origin: string} {
	const block = `protocol ${protocol}`;
	const own = settings.get(`${block}/ssl_min_protocol`);
	const value = own ?? writtenFloor(settings);
	if (value === undefined && version === null)
		return {value, origin: 'default of Dovecot 2.3.15 and later, the release is not known'};
	if (value === undefined) return {value, origin: 'default of Dovecot'};
	if (printed) return {value, origin: 'doveconf'};
	const line = statements.findLast(
		({name, blocks}) => name === 'ssl_min_protocol' && (own === undefined || blocks.at(-1) === block),
	);
	return {value, origin: line === undefined ? 'Dovecot' : `${line.place.file} line ${line.place.line ?? ''}`};
}

/**
 * The rows of Dovecot: one for each listener that is open and takes logins, as far as it is known what it does. `observed`
 * null: no log was read; `asked` by listener name.
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
		const protocol = protocolOf(listener);
		const logins = dovecot.protocols.get(protocol) ?? dovecot;
		const {ssl, allowed} = logins;
		if (hop === null || listener.port === 0 || ssl === null || allowed === null) continue;
		const intended = intention(null, hop, listener.implicit, policy);
		const demand = demandOf(listener, logins);
		const versions = demand === 'none' ? [] : allowed;
		const probed = asked.get(listener.name);
		const floor = floorOf(dovecot, protocol);
		rows.push({
			service: listener.name,
			hop,
			side: 'server',
			port: listener.port,
			tag: `dovecot/${listener.service}`,
			sharedWith: [],
			level: ssl,
			wrapper: listener.implicit,
			intended,
			effective: {
				versions,
				demand,
				parameter: demand === 'none' ? null : 'ssl_min_protocol',
				value: floor.value ?? logins.minProtocol,
				origin: floor.origin,
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
