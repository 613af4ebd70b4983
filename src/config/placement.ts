import type {ServiceEntry} from './configuration.ts';
import type {ServerPolicy} from './effective.ts';
import {roleOf} from './roles.ts';
import type {Parameters} from './service-parameters.ts';

/** services(5) as far as mail goes, for what known_tcp_ports leaves out. */
const wellKnown: Readonly<Record<string, number>> = {
	smtp: 25,
	lmtp: 24,
	submission: 587,
	submissions: 465,
	smtps: 465,
	urd: 465,
	ssmtp: 465,
};

/** The port a name stands for, first by known_tcp_ports (`smtps=submissions=465`, 3.6); null: not known here. */
function portOf(name: string, known: string): number | null {
	if (/^\d+$/.test(name)) return Number(name) <= 65_535 ? Number(name) : null;
	for (const entry of known.split(/[\s,]+/)) {
		const words = entry.split('=');
		const port = Number(words.at(-1));
		if (words.length > 1 && words.slice(0, -1).includes(name) && Number.isInteger(port)) return port;
	}
	return Object.hasOwn(wellKnown, name) ? (wellKnown[name] ?? null) : null;
}

/** Host and port of an inet service: `port`, `host:port`, `[v6]:port` (master(5)). The others listen on no port. */
function listensOn({name, type}: ServiceEntry, known: string) {
	if (type !== 'inet') return {address: null, port: null};
	const colon = name.lastIndexOf(':');
	const address = name.slice(0, Math.max(colon, 0)).replace(/^\[|\]$/g, '');
	return {address: address === '' ? null : address, port: portOf(name.slice(colon + 1), known)};
}

/** What the log calls a service: syslog_name and the program. */
export function tagOf(parameters: Parameters, {command}: ServiceEntry): string {
	return `${parameters('syslog_name').value}/${command.slice(command.lastIndexOf('/') + 1)}`;
}

/** Where a service listens, what the log calls it and what it is for. */
export function placed(
	service: ServiceEntry,
	parameters: Parameters,
	wrapper: boolean,
): Pick<ServerPolicy, 'service' | 'address' | 'port' | 'tag' | 'role'> {
	const {address, port} = listensOn(service, parameters('known_tcp_ports').value);
	const tag = tagOf(parameters, service);
	const interfaces = parameters('inet_interfaces').value;
	return {service, address, port, tag, role: roleOf({service, address, port, wrapper, tag, interfaces})};
}
