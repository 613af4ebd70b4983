/** Where mail is sent next: `[mail.example.com]:587`, `example.com`, `127.0.0.1:10024`. */
export type NextHop = {
	/** As written, which is the key of policy tables. */
	readonly text: string;
	readonly host: string;
	/** As written, null where none is given. */
	readonly port: string | null;
	/** In brackets: the host itself and not its MX records. */
	readonly exact: boolean;
};

/** The next hop in a word, null for the socket of another program (`unix:private/dovecot-lmtp`) and for nothing. */
export function nextHopOf(text: string): NextHop | null {
	const word = text.replace(/^inet:/, '');
	const found = /^(?:\[([^\]\s]+)\]|([^\s:[\]]+))(?::([\w-]+))?$/.exec(word);
	if (found === null || word.startsWith('unix:')) return null;
	return {text: word, host: found[1] ?? found[2] ?? '', port: found[3] ?? null, exact: found[1] !== undefined};
}

/** The next hops of a value such as relayhost's: one, or several with blanks or commas between them. */
export function nextHopsOf(value: string): readonly NextHop[] {
	return value
		.split(/[\s,]+/)
		.map(nextHopOf)
		.filter(hop => hop !== null);
}

/** A transport and where it sends: `smtp-amavis:[127.0.0.1]:10024`, `relay:`, as in transport(5) and content_filter. */
export type Route = {readonly transport: string; readonly nextHop: NextHop | null};

export function routeOf(value: string): Route | null {
	const colon = value.trim().indexOf(':');
	if (colon <= 0 || value.startsWith('[')) return null;
	return {transport: value.trim().slice(0, colon), nextHop: nextHopOf(value.trim().slice(colon + 1))};
}

/** The port of implicit TLS, by any of its names. */
export function isImplicitPort({port}: NextHop): boolean {
	return port === '465' || port === 'smtps' || port === 'submissions';
}

/** The machine itself. */
export function isLoopback({host}: NextHop): boolean {
	return host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1' || host === 'IPv6:::1';
}
