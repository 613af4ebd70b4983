import type {Socket} from 'node:net';

/** Milliseconds for a goodbye; it is a courtesy and holds nobody up. */
const parting = 1000;

/** Says goodbye and waits for the answer, or for a second; then the connection is closed. */
export function part(socket: Socket, goodbye: string | null, greeted: boolean): Promise<void> {
	return new Promise(resolve => {
		const done = (): void => {
			clearTimeout(timer);
			socket.destroy();
			resolve();
		};
		const timer = setTimeout(done, parting);
		socket.on('close', done);
		socket.on('error', done);
		if (goodbye === null) {
			socket.resume();
			socket.end();
			return;
		}
		let said = false;
		const bid = (): void => {
			said = true;
			socket.write(`${goodbye}\r\n`);
		};
		// Over implicit TLS the server speaks first; a word before its greeting would look like a spammer's.
		if (greeted) bid();
		socket.on('data', (bytes: Buffer) => {
			if (!bytes.includes(10)) return;
			if (said) socket.end();
			else bid();
		});
		// A dialogue leaves its socket paused.
		socket.resume();
	});
}
