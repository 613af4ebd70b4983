import type {Socket} from 'node:net';
import type {Talk} from './dialogue.ts';
import type {Fault} from './fault.ts';
import {createLines} from './lines.ts';

/** Why it did not come to TLS, and what to say in leaving. */
type Unsecured = {readonly fault: Fault; readonly goodbye: string | null};

/** Leads a dialogue over an open connection up to where TLS begins; gives a fault when it does not come to that. */
export function talk(socket: Socket, first: Talk): Promise<Unsecured | null> {
	return new Promise(resolve => {
		const lines = createLines();
		let state = first;
		const end = (result: Unsecured | null): void => {
			socket.pause();
			socket.off('data', listen);
			socket.off('end', ended);
			resolve(result);
		};
		const ended = (): void => end({fault: {kind: 'dialogue-cut'}, goodbye: null});
		const listen = (bytes: Buffer): void => {
			const found = lines.take(bytes);
			if (typeof found === 'string') {
				end({fault: {kind: found === 'tls' ? 'tls-from-start' : 'flood'}, goodbye: null});
				return;
			}
			for (const [index, line] of found.entries()) {
				const step = state(line);
				if (step.do === 'give-up') {
					end(step);
					return;
				}
				if (step.do === 'secure') {
					// RFC 3207 section 4.2: what stood behind the answer in plaintext is nobody's word.
					const more = index < found.length - 1 || lines.rest() > 0;
					end(more ? {fault: {kind: 'injected'}, goodbye: null} : null);
					return;
				}
				state = step.next;
				if (step.do === 'say') socket.write(`${step.line}\r\n`);
			}
		};
		socket.on('end', ended);
		socket.on('data', listen);
	});
}
