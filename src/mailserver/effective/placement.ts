import type {ServiceEntry} from '../read/configuration.ts';
import type {Parameters} from '../read/parameters.ts';
import type {Role, ServerPolicy} from './effective.ts';

/** What the role of a service follows from. */
type Traits = {
	readonly service: ServiceEntry;
	readonly address: string | null;
	readonly port: number | null;
	readonly wrapper: boolean;
	readonly tag: string;
	/** What inet_interfaces comes to, which binds services that name no host. */
	readonly interfaces: string;
};

function isLoopback(host: string): boolean {
	const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
	return bare === 'localhost' || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

/** Whether only the host itself can reach the service. */
function isLocal({address, interfaces}: Traits): boolean {
	if (address !== null) return isLoopback(address);
	const words = interfaces.split(/[\s,]+/).filter(word => word !== '');
	return words.length > 0 && words.every(word => word === 'loopback-only' || isLoopback(word));
}

/**
 * What a port does, by RFC 8314 and by custom: content filters hand mail back on the ports around 10025. A service that
 * postscreen hands its clients to (`pass`) takes mail from the world, as postscreen does.
 */
function roleOf(traits: Traits): Role {
	const {service, port, wrapper, tag} = traits;
	if (service.type === 'pass') return 'relay-in';
	if (isLocal(traits)) return 'internal';
	if (wrapper) return 'submissions';
	if (port === 465 || port === 587 || /\bsubmissions?\b|\bsmtps\b/.test(`${service.name} ${tag}`)) return 'submission';
	return port !== null && port >= 10_000 && port < 10_100 ? 'internal' : 'relay-in';
}

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

/** The port a name means, first by known_tcp_ports (`smtps=submissions=465`, 3.6); null: not known here. */
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
