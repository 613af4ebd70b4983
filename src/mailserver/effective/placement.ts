import {isRelayPort} from '../../tls/relay-port.ts';
import type {ServiceEntry} from '../read/configuration.ts';
import type {Parameters} from '../read/parameters.ts';
import {portOf} from '../read/service-port.ts';
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
	/** A postscreen hands its clients to the service. */
	readonly screened: boolean;
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
 * What a port is for, null where nothing says it. Port 25 is the port for other mail servers whatever it is called, and no
 * other port is (RFC 5321 section 4.5.4.2); 465 and 587 are for users (RFC 8314 section 3.3, RFC 6409), and so is a port that
 * the administrator calls by their names. A `pass` service takes what postscreen(8) hands on, where a postscreen does.
 */
function roleOf(traits: Traits): Role | null {
	const {service, port, wrapper, tag, screened} = traits;
	if (service.type === 'pass') return screened ? 'relay-in' : null;
	if (isLocal(traits)) return 'internal';
	if (isRelayPort(port)) return 'relay-in';
	const isForUsers = port === 465 || port === 587 || /\bsubmissions?\b|\bsmtps\b/.test(`${service.name} ${tag}`);
	if (!isForUsers) return null;
	return wrapper ? 'submissions' : 'submission';
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
	screened = false,
): Pick<ServerPolicy, 'service' | 'address' | 'port' | 'tag' | 'role'> {
	const {address, port} = listensOn(service, parameters('known_tcp_ports').value);
	const tag = tagOf(parameters, service);
	const interfaces = parameters('inet_interfaces').value;
	return {service, address, port, tag, role: roleOf({service, address, port, wrapper, tag, interfaces, screened})};
}
