import {connect as netConnect, type Socket} from 'node:net';
import {type ConnectionOptions, type TLSSocket, connect as tlsConnect} from 'node:tls';

/** Lines over a socket, one asked for after the other. */
export type Dialogue = {
	/** The next line, without its end; rejects when the connection ends first. */
	line(): Promise<string>;
	say(text: string): void;
	/** Stops reading, so that a handshake may begin on the same socket. */
	release(): void;
};

export function speak(socket: Socket): Dialogue {
	let rest = '';
	const lines: string[] = [];
	let ended: Error | null = null;
	let waiting: {resolve(line: string): void; reject(error: Error): void} | null = null;
	function serve(): void {
		if (!waiting) return;
		const line = lines.shift();
		if (line !== undefined) waiting.resolve(line);
		else if (ended) waiting.reject(ended);
		else return;
		waiting = null;
	}
	function take(data: Buffer): void {
		const parts = (rest + data.toString('latin1')).split(/\r?\n/);
		rest = parts.pop() ?? '';
		lines.push(...parts);
		serve();
	}
	function end(error?: Error): void {
		ended ??= error ?? new Error('the connection ended');
		serve();
	}
	const over = (): void => end();
	socket.on('data', take);
	socket.on('error', end);
	socket.on('close', over);
	socket.on('end', over);
	return {
		line: () =>
			new Promise((resolve, reject) => {
				waiting = {resolve, reject};
				serve();
			}),
		say: text => void socket.write(`${text}\r\n`),
		release() {
			socket.off('data', take);
			socket.off('end', over);
		},
	};
}

/** Reads a whole SMTP reply (RFC 5321 section 4.2.1): its code and all its lines. */
export async function reply(dialogue: Dialogue): Promise<{code: number; text: string}> {
	const lines: string[] = [];
	for (;;) {
		const line = await dialogue.line();
		lines.push(line);
		if (line[3] !== '-') return {code: Number(line.slice(0, 3)), text: lines.join('\n')};
	}
}

/** A TCP connection from an address of our choice. */
export function reach(host: string, port: number, from: string): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = netConnect({host, port, localAddress: from});
		socket.setTimeout(20_000, () => socket.destroy(new Error(`no reply from ${host}:${port} in 20 s`)));
		socket.once('error', reject);
		socket.once('connect', () => {
			socket.off('error', reject);
			// The dialogue or the handshake reports errors; without a listener they would end the process.
			socket.on('error', () => {});
			resolve(socket);
		});
	});
}

/** The TLS handshake of a client on an open connection. */
export function secure(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
	return new Promise((resolve, reject) => {
		const tls = tlsConnect({...options, socket, rejectUnauthorized: false});
		const fail = (error?: Error): void => reject(error ?? new Error('the connection ended in the handshake'));
		tls.once('error', fail);
		tls.once('close', () => fail());
		tls.once('secureConnect', () => {
			tls.off('error', fail);
			tls.on('error', () => {});
			resolve(tls);
		});
	});
}
