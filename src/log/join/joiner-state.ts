import {type Coverage, emptyCoverage} from '../../tls/coverage.ts';
import type {Entry, Host} from '../entry.ts';
import {emptyWaiting, type WaitingState} from '../waiting.ts';
import {type ClientState, emptyClientState} from './client.ts';
import {type ConnectionsState, emptyConnections} from './connections.ts';
import type {ClientEvent} from './events.ts';
import {emptyLoginsState, type LoginsState} from './logins.ts';
import type {PendingDelivery} from './plain-deliveries.ts';
import {emptyPostscreenState, type PostscreenState} from './postscreen.ts';
import {emptyProxyState, type ProxyState} from './proxy.ts';
import type {PendingRole, Role} from './roles.ts';
import {emptyServerState, type ServerState} from './server.ts';
import type {PendingServer} from './server-end.ts';

/** What may wait for its verdict. */
export type Pending = PendingServer | PendingDelivery | PendingRole;

/** All that the joiner knows between two lines: plain data with shared references, so it survives a structured clone. */
export type JoinerState = {
	hosts: Map<string, Host>;
	server: ServerState;
	client: ClientState;
	connections: ConnectionsState;
	proxy: ProxyState;
	postscreen: PostscreenState;
	logins: LoginsState;
	roles: Map<string, Role>;
	waitingIn: WaitingState<Pending>;
	waitingOut: WaitingState<Pending>;
	/** The latest log time, ms. */
	now: number;
	nextSweep: number;
	nextEviction: number;
	/** For «last message repeated»: the last event that may count again. */
	lastFailure: {entry: Entry; event: ClientEvent} | null;
	/** What the joiner adds to the account. */
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
		roles: new Map(),
		waitingIn: emptyWaiting(),
		waitingOut: emptyWaiting(),
		now: Number.NEGATIVE_INFINITY,
		nextSweep: Number.NEGATIVE_INFINITY,
		nextEviction: Number.NEGATIVE_INFINITY,
		lastFailure: null,
		coverage: emptyCoverage(),
	};
}
