import type {ClientPolicy, ServerPolicy} from './effective.ts';
import type {ObservedSessions} from './observation.ts';

type Tagged = {readonly tag: string};

/** `postfix/smtpd` without its last label. */
const beforeProgram = (tag: string): string => tag.slice(0, tag.lastIndexOf('/'));

/** Tags under which a service's sessions stand: its own, and those of postscreen and tlsproxy before it. */
function tagsOf({tag, program}: ServerPolicy): readonly string[] {
	const prefix = beforeProgram(tag);
	return program === 'tlsproxy' ? [tag, `${prefix}/smtpd`, `${prefix}/postscreen`, `${prefix}/tlsproxy`] : [tag];
}

const nameOf = ({service}: ServerPolicy): string => `${service.name}/${service.type}`;

/** Other services that log under the same tag: no line tells which of them wrote it (smtpd logs no port). */
export function sharedTags(server: ServerPolicy, servers: readonly ServerPolicy[]): string[] {
	return servers.filter(other => other !== server && other.tag === server.tag).map(nameOf);
}

/**
 * The sessions of one service. Among services that share a tag, the one on the port that the tag stands for has them all;
 * a tag that was cut (`postfix` alone, as rsyslog writes it in RFC 5424) is told by the port.
 */
export function serverSessions(
	server: ServerPolicy,
	servers: readonly ServerPolicy[],
	observed: readonly ObservedSessions[],
): ObservedSessions[] {
	const tags = tagsOf(server);
	const shared = servers.filter(other => other.tag === server.tag);
	const first = shared.find(({port}) => port === 25) ?? shared[0];
	return observed.filter(row => {
		if (row.direction !== 'in' || row.tag === null) return false;
		if (tags.includes(row.tag)) {
			if (shared.length === 1) return true;
			return shared.some(({port}) => port === row.port) ? row.port === server.port : first === server;
		}
		return !row.tag.includes('/') && row.hop !== 'access' && row.port !== null && row.port === server.port;
	});
}

/** The sessions of one client; of clients that share a tag the first has them all. */
export function clientSessions(
	client: ClientPolicy,
	clients: readonly ClientPolicy[],
	observed: readonly ObservedSessions[],
): ObservedSessions[] {
	const same = ({tag}: Tagged): boolean => tag === client.tag;
	if (clients.find(each => each.destination === null && same(each)) !== client) return [];
	return observed.filter(row => row.direction === 'out' && row.tag === client.tag);
}
