import type {Session} from '../../model/session.ts';
import type {DeferredVerdicts} from '../deferred-verdicts.ts';
import type {Daemon, Host} from '../line-context.ts';
import {inboundHop} from '../service.ts';

/** What a process did, where its tag does not name its service: one process serves one service for its whole life. */
type Role = {service: 'smtps' | 'submission' | null; touched: number};

/** A session of a process that has not shown its service yet. */
export type DeferredRole = {kind: 'role'; session: Session; role: Role};

/**
 * Services of smtpd processes whose tag was cut to `postfix`: a handshake before any command makes it the wrapper-mode
 * service, a login after STARTTLS makes it submission. Sessions wait until their process has shown itself; in the end
 * the one that never did is the public port 25.
 */
export type Roles = {
	/** Gives the session its service, now or when its process has shown itself. */
	settle(session: Session, daemon: Daemon): void;
	/** Writes the service into the session; false when the process may still show it. */
	decide(session: Session, role: Role, final: boolean): boolean;
	/** Forgets processes of a host not heard of since `before`, ms of its log time. */
	evict(host: Host, before: number): void;
};

/** Processes of each host by tag and number, as plain data. */
export type RolesState = Map<Host, Map<string, Role>>;

export const noRoles = (): RolesState => new Map();

const ports = {smtps: 465, submission: 587} as const;

/** `deferred` holds the sessions of processes that did not show what they are. */
export function createRoles(deferred: DeferredVerdicts<DeferredRole>, state: RolesState): Roles {
	function rolesOf(host: Host): Map<string, Role> {
		let roles = state.get(host);
		if (!roles) {
			roles = new Map();
			state.set(host, roles);
		}
		return roles;
	}

	return {
		settle(session, {host, tag}) {
			const roles = rolesOf(host);
			const process = `${tag.name}/${session.pid}`;
			const shown = shownBy(session);
			let role = roles.get(process);
			// The same pid doing another service's work is another process.
			if (!role || (shown && role.service && role.service !== shown)) {
				role = {service: null, touched: 0};
				roles.set(process, role);
			}
			role.touched = session.endedAt ?? session.startedAt ?? role.touched;
			if (shown && !role.service) {
				role.service = shown;
				deferred.retry(host, role);
			}
			deferred.add(host, role, session.endedAt ?? session.startedAt, {kind: 'role', session, role});
		},
		decide(session, role, final) {
			if (!role.service && !final) return false;
			session.service = role.service ?? 'smtp';
			session.port = role.service ? ports[role.service] : 25;
			session.portSource = 'service';
			session.hop = inboundHop(session.port, session.peerIp, session.loggedIn);
			return true;
		},
		evict(host, before) {
			const roles = state.get(host);
			if (!roles) return;
			for (const [process, role] of roles) if (role.touched < before) roles.delete(process);
			if (roles.size === 0) state.delete(host);
		},
	};
}

function shownBy(session: Session): Role['service'] {
	if (session.tlsMode === 'implicit') return 'smtps';
	return session.hop === 'submission' && session.tlsMode === 'starttls' ? 'submission' : null;
}
