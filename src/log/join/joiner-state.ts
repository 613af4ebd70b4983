import {type Coverage, emptyCoverage} from '../../model/coverage.ts';
import {type DeferredState, noDeferredVerdicts} from '../deferred-verdicts.ts';
import type {Host, LineContext} from '../line-context.ts';
import {type ClientState, emptyClientState} from './client.ts';
import {type ConnectionsState, emptyConnections} from './connections.ts';
import type {ClientEvent} from './events/events.ts';
import {type HeldMailState, noHeldMail} from './held-mail.ts';
import {emptyLoginsState, type LoginsState} from './logins.ts';
import type {DeferredDelivery} from './plain-deliveries.ts';
import {emptyPostscreenState, type PostscreenState} from './postscreen.ts';
import {emptyProxyState, type ProxyState} from './proxy.ts';
import {type DeferredRole, noRoles, type RolesState} from './roles.ts';
import {emptyServerState, type ServerState} from './server.ts';
import type {DeferredServer} from './server-end.ts';

/** What may wait for its verdict. */
export type Deferred = DeferredServer | DeferredDelivery | DeferredRole;

/** All that the joiner knows between two lines: plain data with shared references, so it survives a structured clone. */
export type JoinerState = {
	hosts: Map<string, Host>;
	server: ServerState;
	client: ClientState;
	connections: ConnectionsState;
	proxy: ProxyState;
	postscreen: PostscreenState;
	logins: LoginsState;
	heldMail: HeldMailState;
	roles: RolesState;
	deferredIn: DeferredState<Deferred>;
	deferredOut: DeferredState<Deferred>;
	/** For «last message repeated»: the last event that may count again. */
	lastFailure: {context: LineContext; event: ClientEvent} | null;
	/** What the joiner adds to the coverage. */
	coverage: Coverage;
};

export function emptyJoinerState(): JoinerState {
	return {
		hosts: new Map(),
		server: emptyServerState(),
		client: emptyClientState(),
		connections: emptyConnections(),
		proxy: emptyProxyState(),
		postscreen: emptyPostscreenState(),
		logins: emptyLoginsState(),
		heldMail: noHeldMail(),
		roles: noRoles(),
		deferredIn: noDeferredVerdicts(),
		deferredOut: noDeferredVerdicts(),
		lastFailure: null,
		coverage: emptyCoverage(),
	};
}
