import type {ClientPolicy} from '../../effective/effective.ts';
import type {PostfixConfiguration, Setting} from '../../read/configuration.ts';
import {type TableContents, tableContents} from '../../read/lookup-table.ts';
import {portOf} from '../../read/service-port.ts';
import type {LintSubject} from './rule.ts';
import {lastSetting, rulingValue} from './values.ts';

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
function nextHopsOf(value: string): readonly NextHop[] {
	return value
		.split(/[\s,]+/)
		.map(nextHopOf)
		.filter(hop => hop !== null);
}

/**
 * A transport and where it sends, as in transport(5) and content_filter: `smtp-amavis:[127.0.0.1]:10024`; either may be
 * empty.
 */
export function routeOf(value: string): {readonly transport: string; readonly rest: string} {
	const word = value.trim();
	const colon = word.indexOf(':');
	if (word.startsWith('[')) return {transport: word, rest: ''};
	return colon < 0 ? {transport: word, rest: ''} : {transport: word.slice(0, colon), rest: word.slice(colon + 1)};
}

/** The port of implicit TLS, by any of its names (RFC 8314). */
export function isImplicitPort({port}: NextHop): boolean {
	return port !== null && portOf(port) === 465;
}

/** A port on which a server begins in clear: 25, which is meant where none is named, or 587. Of others nothing is known. */
export function isStartTlsPort({port}: NextHop): boolean {
	const number = port === null ? 25 : portOf(port);
	return number === 25 || number === 587;
}

/** The host itself. */
export function isLoopback({host}: NextHop): boolean {
	return host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '::1' || host === 'IPv6:::1';
}

/** What the tables of a parameter hold, as far as they can be read. */
export function contentsOf(configuration: PostfixConfiguration, name: string): TableContents {
	const place = lastSetting(configuration.main, name)?.place ?? {file: 'main.cf', line: null};
	return tableContents(configuration, rulingValue(configuration, name), place);
}

/** A way for mail out of this host, and the line that says so. */
export type Way = {
	readonly transport: string;
	readonly nextHop: NextHop;
	/** `relayhost`, `transport_maps`, … */
	readonly parameter: string;
	readonly setting: Setting | null;
	readonly place: Setting['place'];
	/** Whether the line leaves the transport to the class of the recipient's domain: default_transport or relay_transport. */
	readonly ofClass: boolean;
};

/** The transport of all mail that nothing else is said of (postconf(5) default_transport). */
export function usualTransport(configuration: PostfixConfiguration): string {
	return rulingValue(configuration, 'default_transport').split(':', 1)[0] || 'smtp';
}

/** The transport of relay_domains where it has no next hop of its own, so that relayhost holds for it (postconf(5) relay_transport). */
export function relayedTransport(configuration: PostfixConfiguration): string | null {
	const [, transport = '', nextHop = ''] = /^([^:]*):?(.*)$/s.exec(rulingValue(configuration, 'relay_transport')) ?? [];
	return nextHop === '' ? transport || 'relay' : null;
}

/** Tables that say where mail goes. */
const routeMaps = ['transport_maps', 'sender_dependent_relayhost_maps', 'sender_dependent_default_transport_maps'];

/** Tables of routes that nobody read: by them any transport may send to any host. */
export function unreadRoutes(configuration: PostfixConfiguration): readonly string[] {
	return [...new Set(routeMaps.flatMap(name => contentsOf(configuration, name).unread))];
}

/** A next hop that a row leaves out is the recipient's domain, whatever relayhost says (transport(5)). */
function recipientDomain(key: string): NextHop {
	const host = key.slice(key.lastIndexOf('@') + 1);
	return {text: host, host, port: null, exact: false};
}

/**
 * What main.cf and its tables say of where mail goes: relayhost, transports and content filters with a host of their
 * own.
 */
export function waysOf(configuration: PostfixConfiguration): readonly Way[] {
	const ways: Way[] = [];
	const usual = usualTransport(configuration);
	const hosts = (parameter: string, value: string, setting: Setting | null, place: Setting['place']) => {
		// The client itself goes on to a fallback, whatever the class of the recipient.
		const ofClass = parameter !== 'smtp_fallback_relay';
		for (const nextHop of nextHopsOf(value)) ways.push({transport: usual, nextHop, parameter, setting, place, ofClass});
	};
	const route = (parameter: string, value: string, setting: Setting | null, place: Setting['place'], key = '') => {
		const {transport, rest} = routeOf(value);
		const nextHop = rest === '' && transport !== '' && key !== '' ? recipientDomain(key) : nextHopOf(rest);
		const ofClass = transport === '';
		if (nextHop) ways.push({transport: transport || usual, nextHop, parameter, setting, place, ofClass});
	};
	for (const name of ['relayhost', 'smtp_fallback_relay']) {
		const setting = lastSetting(configuration.main, name);
		if (setting) hosts(name, rulingValue(configuration, name), setting, setting.place);
	}
	for (const name of [
		'default_transport',
		'relay_transport',
		'local_transport',
		'virtual_transport',
		'mailbox_transport',
		'fallback_transport',
		'content_filter',
	]) {
		const setting = lastSetting(configuration.main, name);
		if (setting) route(name, rulingValue(configuration, name), setting, setting.place);
	}
	for (const service of configuration.services ?? []) {
		const setting = lastSetting(service.options, 'content_filter');
		if (setting) route(setting.name, rulingValue(configuration, setting.name, service), setting, setting.place);
	}
	for (const name of routeMaps) {
		const {rows, whatever} = contentsOf(configuration, name);
		for (const {key, value, place} of whatever === null ? rows : [...rows, whatever])
			if (name === 'sender_dependent_relayhost_maps') hosts(name, value, null, place);
			else route(name, value, null, place, name === 'transport_maps' ? key : '');
	}
	return ways;
}

/** The transports by which mail goes a way. */
export function transportsOf(configuration: PostfixConfiguration, {transport, ofClass}: Way): readonly string[] {
	const relayed = relayedTransport(configuration);
	return ofClass && relayed !== null ? [...new Set([transport, relayed])] : [transport];
}

/** The ways that mail goes by one transport. */
export function waysBy(configuration: PostfixConfiguration, transport: string): readonly Way[] {
	const relayed = relayedTransport(configuration);
	return waysOf(configuration).filter(way => way.transport === transport || (way.ofClass && transport === relayed));
}

/**
 * Whether a way leads to the host that all other mail is handed to, or to a port of submission, where TLS is there to be
 * demanded (RFC 8314 section 3.3). Of other hosts nothing shows that they offer any.
 */
export function expectsTls({parameter, nextHop}: Way): boolean {
	const submits = nextHop.port !== null && [465, 587].includes(portOf(nextHop.port) ?? 0);
	return /^(?:relayhost|default_transport)$/.test(parameter) || (parameter.startsWith('sender_dependent_') && submits);
}

/** The policy that rules on a way: that of the table's entry for this next hop, else that of the transport. */
export function policyOn({clients}: LintSubject, {transport, nextHop}: Way): ClientPolicy | null {
	const of = clients.filter(({service}) => service.name === transport && service.type === 'unix');
	return (
		of.find(({destination}) => destination !== null && nextHopOf(destination)?.text === nextHop.text) ??
		of.find(({destination}) => destination === null) ??
		null
	);
}

/**
 * Whether a table is the MTA-STS plugin postfix-mta-sts-resolver, by its usual port or its name. It answers `secure` for
 * domains in enforce mode, and knows nothing of TLSA records.
 */
export function isStsPlugin(table: string): boolean {
	return /^(?:proxy:)?socketmap:.*(?::8461\b|mta-sts)/.test(table);
}

/**
 * Whether a table is a program that answers `secure` for domains whose MTA-STS policy is enforced: the resolver above, or
 * postfix-tlspol, which heeds TLSA records first (by its usual port 8642 or its name).
 */
export function asksForChecks(table: string): boolean {
	return isStsPlugin(table) || /^(?:proxy:)?socketmap:.*(?::8642\b|tlspol)/.test(table);
}
