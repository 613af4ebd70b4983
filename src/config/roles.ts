import type {ServiceEntry} from './configuration.ts';
import type {Role} from './effective.ts';

/** Of what a service is told by. */
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

/** Whether only the machine itself can reach the service. */
function isLocal({address, interfaces}: Traits): boolean {
	if (address !== null) return isLoopback(address);
	const words = interfaces.split(/[\s,]+/).filter(word => word !== '');
	return words.length > 0 && words.every(word => word === 'loopback-only' || isLoopback(word));
}

/**
 * What a port does, by RFC 8314 and by custom: content filters hand mail back on the ports around 10025. A service that
 * postscreen hands its clients to (`pass`) takes mail from the world, as postscreen does.
 */
export function roleOf(traits: Traits): Role {
	const {service, port, wrapper, tag} = traits;
	if (service.type === 'pass') return 'relay-in';
	if (isLocal(traits)) return 'internal';
	if (wrapper) return 'submissions';
	if (port === 465 || port === 587 || /\bsubmissions?\b|\bsmtps\b/.test(`${service.name} ${tag}`)) return 'submission';
	return port !== null && port >= 10_000 && port < 10_100 ? 'internal' : 'relay-in';
}
