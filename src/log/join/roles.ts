import type {Session} from '../../tls/session.ts';
import {inboundHop} from '../service.ts';
import type {Waiting} from '../waiting.ts';

/** What a process did, where its tag does not tell its service: one process serves one service for its whole life. */
type Role = {service: 'smtps' | 'submission' | null; touched: number};

/**
 * Services of smtpd processes whose tag was cut to `postfix`: a handshake before any command makes it the wrapper-mode
 * service, a login after STARTTLS makes it submission. Sessions wait until their process has shown itself; in the end
 * the one that never did is the public port 25.
 */
export type Roles = {
	settle(session: Session, process: string, emit: (session: Session) => void): void;
	sweep(before: number): void;
};

const ports = {smtps: 465, submission: 587} as const;

/** `waiting` holds the sessions of processes that did not show what they are. */
export function createRoles(waiting: Waiting): Roles {
	const roles = new Map<string, Role>();
	return {
		settle(session, process, emit) {
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
				waiting.retry(role);
			}
			const known = role;
			waiting.add(known, session.endedAt ?? session.startedAt, final => {
				if (!known.service && !final) return false;
				session.service = known.service ?? 'smtp';
				session.port = known.service ? ports[known.service] : 25;
				session.portSource = 'service';
				session.hop = inboundHop(session.port, session.peerIp, session.username !== null);
				emit(session);
				return true;
			});
		},
		sweep(before) {
			for (const [process, role] of roles) if (role.touched < before) roles.delete(process);
		},
	};
}

function shownBy(session: Session): Role['service'] {
	if (session.tlsMode === 'implicit') return 'smtps';
	return session.hop === 'submission' && session.tlsMode === 'starttls' ? 'submission' : null;
}
