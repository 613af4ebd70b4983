import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {LiveMetrics} from './live-metrics.ts';

/*
 * Counters in, answers over HTTP out: `/metrics` and `/healthz`, and nothing else. A client is not trusted: it gets no other
 * path, sends no body, holds no connection, and cannot keep the process from ending.
 */

/** Where to listen: an IP address and a port. */
export type Listen = {readonly address: string; readonly port: number};

/** A server that answers. */
export type Serving = {
	/** The port; of port 0 the one that the system chose. */
	readonly port: number;
	/** Ends the server and all its connections. */
	readonly close: () => Promise<void>;
};

/** Scrapes are small and come every few seconds; who is slower than this, or more than these, is no monitoring. ms, connections, bytes. */
const limits = {wholeRequest: 5000, silence: 10_000, connections: 32, headers: 8192} as const;

const plainText = 'text/plain; charset=utf-8';

/** An address and a port as they are written: `127.0.0.1:9464`, `[::1]:9464`. */
export function listenText({address, port}: Listen): string {
	return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

type Answer = {readonly status: number; readonly body: string; readonly type?: string};

/** The answer to a request: its method and path, the query left out. */
async function answerTo({method = '', url = ''}: IncomingMessage, metrics: LiveMetrics): Promise<Answer> {
	const path = url.replace(/\?.*$/s, '');
	if (path !== '/metrics' && path !== '/healthz') return {status: 404, body: 'not found\n'};
	if (method !== 'GET' && method !== 'HEAD') return {status: 405, body: 'only GET and HEAD\n'};
	if (path === '/metrics') return {status: 200, body: await metrics.text(), type: metrics.mediaType};
	const state = metrics.state();
	return {status: state === 'reading' ? 200 : 503, body: `${state}\n`};
}

async function respond(request: IncomingMessage, response: ServerResponse, metrics: LiveMetrics): Promise<void> {
	const {
		status,
		body,
		type = plainText,
	} = await answerTo(request, metrics).catch((error: Error): Answer => ({status: 500, body: `${error.message}\n`}));
	response.writeHead(status, {
		'content-type': type,
		'content-length': Buffer.byteLength(body),
		'cache-control': 'no-store',
		'x-content-type-options': 'nosniff',
		// A connection for each scrape: none is open when the program ends.
		connection: 'close',
		...(status === 405 ? {allow: 'GET, HEAD'} : {}),
	});
	response.end(request.method === 'HEAD' ? undefined : body);
}

const reasons: Readonly<Record<string, string>> = {
	EADDRINUSE: 'another program listens there; choose another port, or end that program',
	EADDRNOTAVAIL: 'this host does not have the address; choose one that it has, such as 127.0.0.1',
	EACCES: 'permission denied; choose a port above 1023',
};

/** Waits until the server listens; throws one sentence where it cannot. */
function begun(server: Server, listen: Listen): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) =>
			reject(new Error(`--metrics ${listenText(listen)}: ${reasons[error.code ?? ''] ?? error.message}`)),
		);
		server.listen({host: listen.address, port: listen.port}, resolve);
	});
}

/** Serves the counters at an address; throws one sentence where nobody can listen there. */
export async function serve(metrics: LiveMetrics, listen: Listen): Promise<Serving> {
	const server = createServer(
		{
			maxHeaderSize: limits.headers,
			headersTimeout: limits.wholeRequest,
			requestTimeout: limits.wholeRequest,
			connectionsCheckingInterval: 1000,
		},
		(request, response) => void respond(request, response, metrics),
	);
	server.maxConnections = limits.connections;
	server.timeout = limits.silence;
	await begun(server, listen);
	// Nobody hears of a connection that could not be taken; the log is read on.
	server.on('error', () => undefined);
	server.unref();
	const bound = server.address();
	return {
		port: typeof bound === 'object' && bound !== null ? bound.port : listen.port,
		close: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
