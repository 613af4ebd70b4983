import type {PostfixConfiguration, ServiceEntry} from './configuration.ts';
import type {ServerPolicy} from './effective.ts';
import {roleOf} from './roles.ts';
import type {Parameters} from './service-parameters.ts';

const wellKnown: Readonly<Record<string, number>> = {
	smtp: 25,
	lmtp: 24,
	submission: 587,
	submissions: 465,
	smtps: 465,
	urd: 465,
	ssmtp: 465,
};

/** `host:port`, `[v6]:port`, `port`. */
function listensOn({name, type}: ServiceEntry): {readonly address: string | null; readonly port: number | null} {
	if (type !== 'inet') return {address: null, port: null};
	const found = /^(?:(.*):)?([^:]+)$/.exec(name);
	const word = found?.[2] ?? '';
	const port = /^\d{1,5}$/.test(word) ? Number(word) : (wellKnown[word] ?? null);
	return {address: found?.[1]?.replace(/^\[|\]$/g, '') || null, port};
}

/** What the log calls a service: syslog_name and the program. */
export function tagOf(parameters: Parameters, {command}: ServiceEntry): string {
	return `${parameters('syslog_name').value}/${command}`;
}

/** Where a service listens, what the log calls it and what it is for. */
export function placed(
	_configuration: PostfixConfiguration,
	service: ServiceEntry,
	parameters: Parameters,
	wrapper: boolean,
): Pick<ServerPolicy, 'service' | 'address' | 'port' | 'tag' | 'role'> {
	const {address, port} = listensOn(service);
	const tag = tagOf(parameters, service);
	const interfaces = parameters('inet_interfaces').value;
	return {service, address, port, tag, role: roleOf({service, address, port, wrapper, tag, interfaces})};
}
