import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import type {LiveMetrics, ReadingState} from '../../src/metrics/live-metrics.ts';
import {listenText, type Serving, serve} from '../../src/metrics/server.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import {metricsFor} from './counted.ts';
import {readSamples} from './exposition.ts';

const metrics = (): LiveMetrics => metricsFor(findPolicy('founding'), Date.UTC(2026, 10, 30));

/** A server at a port that the system chooses, closed when the test ends. */
async function serving(t: ExecutionContext, counters = metrics(), address = '127.0.0.1'): Promise<Serving> {
	const server = await serve(counters, {address, port: 0});
	t.teardown(() => server.close());
	return server;
}

const ask = (port: number, path: string, method = 'GET'): Promise<Response> =>
	fetch(`http://127.0.0.1:${port}${path}`, {method});

/** Sends bytes as they are; gives what comes back until the other side ends the connection. */
async function raw(port: number, text: string): Promise<string> {
	const socket = connect(port, '127.0.0.1');
	let answer = '';
	socket.on('data', chunk => {
		answer += chunk;
	});
	socket.on('error', () => undefined);
	socket.write(text);
	await once(socket, 'close');
	return answer;
}

test('the counters are at /metrics, in the media type of Prometheus', async t => {
	const {port} = await serving(t);
	const response = await ask(port, '/metrics?name[]=x');
	t.is(response.status, 200);
	t.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
	t.is(response.headers.get('cache-control'), 'no-store');
	t.true(readSamples(await response.text()).length > 50);
	const head = await ask(port, '/metrics', 'HEAD');
	t.is(head.status, 200);
	t.true(Number(head.headers.get('content-length')) > 1000);
	t.is(await head.text(), '');
});

test('/healthz is well while the log is read, and not before and after', async t => {
	const counters = metrics();
	const {port} = await serving(t, counters);
	const health = async (): Promise<[number, string]> => {
		const response = await ask(port, '/healthz');
		return [response.status, await response.text()];
	};
	t.deepEqual(await health(), [503, 'starting\n']);
	const states: ReadonlyArray<readonly [ReadingState, number]> = [
		['reading', 200],
		['ended', 503],
		['failed', 503],
	];
	for (const [state, status] of states) {
		counters.turn(state);
		t.deepEqual(await health(), [status, `${state}\n`]);
		const reading = readSamples(await (await ask(port, '/metrics')).text()).find(
			({name}) => name === 'tlsaudit_reading',
		);
		t.is(reading?.value, state === 'reading' ? 1 : 0);
	}
});

test('there is nothing else: no other path, no other method', async t => {
	const {port} = await serving(t);
	for (const path of ['/', '/metrics/', '/healthz/x', '/../etc/passwd', '/%6detrics', '//metrics', '/favicon.ico'])
		t.is((await ask(port, path)).status, 404, path);
	for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
		const response = await ask(port, '/metrics', method);
		t.is(response.status, 405, method);
		t.is(response.headers.get('allow'), 'GET, HEAD');
	}
	t.regex(await raw(port, 'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 404 /);
});

test('a connection serves one request, and words that are none end it', async t => {
	const {port} = await serving(t);
	const twice = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n'.repeat(2);
	const answer = await raw(port, twice);
	t.is(answer.match(/HTTP\/1\.1 503 /g)?.length, 1);
	t.regex(answer, /^connection: close\r$/im);
	t.regex(await raw(port, '\u0016\u0003\u0001\u0002\u0000\u0001'), /^HTTP\/1\.1 400 /);
	t.regex(await raw(port, `GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
	t.regex(await raw(port, 'GET /metrics HTTP/1.1\r\nX-Half: '), /^HTTP\/1\.1 408 /, 'who is slow is sent away');
	t.is((await ask(port, '/healthz')).status, 503);
});

test('more connections than a monitoring has are refused, and later ones are served again', async t => {
	const {port} = await serving(t);
	const sockets: Socket[] = [];
	for (let count = 0; count < 40; count += 1) {
		const socket = connect(port, '127.0.0.1');
		socket.on('error', () => undefined);
		socket.on('data', () => undefined);
		sockets.push(socket);
		await once(socket, 'connect');
	}
	const closed = (): number => sockets.filter(({destroyed}) => destroyed).length;
	while (closed() < 8) await new Promise(resolve => setTimeout(resolve, 20));
	for (const socket of sockets) socket.destroy();
	for (;;) {
		const response = await ask(port, '/healthz').catch(() => null);
		if (response?.status === 503) break;
	}
	t.pass();
});

test('closing ends connections that are open', async t => {
	const server = await serve(metrics(), {address: '127.0.0.1', port: 0});
	const idle = connect(server.port, '127.0.0.1');
	const half = connect(server.port, '127.0.0.1');
	half.write('GET /metrics HTTP/1.1\r\n');
	const ends = [idle, half].map(socket => {
		socket.on('error', () => undefined);
		socket.resume();
		return once(socket, 'close');
	});
	await Promise.all([idle, half].map(socket => (socket.connecting ? once(socket, 'connect') : null)));
	// The server knows of both.
	t.is((await ask(server.port, '/healthz')).status, 503);
	await server.close();
	await Promise.all(ends);
	await t.throwsAsync(ask(server.port, '/healthz'));
});

test('a place where nobody can listen is one sentence', async t => {
	const {port} = await serving(t);
	await t.throwsAsync(serve(metrics(), {address: '127.0.0.1', port}), {
		message: `--metrics 127.0.0.1:${port}: another program listens there; choose another port, or end that program`,
	});
	await t.throwsAsync(serve(metrics(), {address: '192.0.2.1', port: 9464}), {
		message: '--metrics 192.0.2.1:9464: this host does not have the address; choose one that it has, such as 127.0.0.1',
	});
});

test('IPv6: the address is written in brackets, and listens where the host has it', async t => {
	t.is(listenText({address: '::1', port: 9464}), '[::1]:9464');
	let server: Serving;
	try {
		server = await serving(t, metrics(), '::1');
	} catch (error) {
		t.regex((error as Error).message, /^--metrics \[::1\]:0: this host does not have the address; /);
		t.log('no IPv6 here');
		return;
	}
	t.is((await fetch(`http://[::1]:${server.port}/healthz`)).status, 503);
});
