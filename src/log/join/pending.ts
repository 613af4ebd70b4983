import type {Session} from '../../tls/session.ts';
import type {Waiting} from '../waiting.ts';
import type {PlainDelivery} from './plain-deliveries.ts';
import type {Role} from './roles.ts';
import type {ServerSession} from './server-session.ts';

/** What may wait for its verdict: an smtpd session, a delivery without a summary, a session of a process not yet known. */
export type Pending =
	| {kind: 'server'; one: ServerSession}
	| {kind: 'delivery'; row: PlainDelivery}
	| {kind: 'role'; session: Session; role: Role};

export type JoinWaiting = Waiting<Pending>;
