import {many} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import type {Lack} from '../tls/evidence.ts';
import type {MissingLogging} from '../tls/missing-logging.ts';

const lackWords: Readonly<Record<Lack, string>> = {
	outcome: 'whether TLS was used',
	version: 'the TLS version and the cipher',
	cipher: 'the cipher',
	trust: 'how far the peer is trusted',
	port: 'the port and how TLS began',
};

/** `submission 465`, or the hop alone where no port is logged. */
export const placeWords = ({hop, port}: {readonly hop: string; readonly port: number | null}): string =>
	port === null ? hop : `${hop} ${port}`;

/** What is not in the log, in words. */
export const lackText = (lacks: Lack): string => lackWords[lacks];

/** One sentence: where, which program, for how many sessions it logged too little, and the one setting to change. */
export function missingText({hop, port, program, sessions, lacks, remedy}: MissingLogging): string {
	const who = program === null ? 'the log' : plain(program);
	return `${placeWords({hop, port})}: of ${many(sessions, 'session')} ${who} does not log ${lackWords[lacks]}; ${remedy}.`;
}
