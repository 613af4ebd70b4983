import type {PostfixConfiguration, ServiceEntry} from '../read/configuration.ts';
import {type Parameters, parametersOf} from '../read/parameters.ts';
import {defaultOf} from '../releases/defaults.ts';
import type {PostfixVersion} from '../releases/postfix-version.ts';
import type {ServerPolicy, TlsFault} from './effective.ts';
import {placed, tagOf} from './placement.ts';
import {type LevelNames, type ServerLevel, serverLevel, serverTls} from './server-policy.ts';

const postscreen: LevelNames = {
	level: 'postscreen_tls_security_level',
	use: 'postscreen_use_tls',
	enforce: 'postscreen_enforce_tls',
	wrapper: null,
	others: [],
};
const tlsproxy: LevelNames = {
	level: 'tlsproxy_tls_security_level',
	use: 'tlsproxy_use_tls',
	enforce: 'tlsproxy_enforce_tls',
	wrapper: null,
	others: ['tlsproxy_tls_ask_ccert', 'tlsproxy_tls_req_ccert'],
};

/**
 * The parameters of a program that follows smtpd's: what nobody sets is, by its default (`$smtpd_tls_protocols`), the one it
 * refers to, and that is where the administrator wrote what he wants (postconf(5) tlsproxy_tls_protocols).
 */
function following(parameters: Parameters, {defaults, version}: PostfixConfiguration): Parameters {
	return name => {
		const found = parameters(name);
		if (found.setting !== null) return found;
		const [, followed] = /^\$(smtpd_\w+)$/.exec(defaults?.get(name) ?? defaultOf(name, version) ?? '') ?? [];
		const ruling = followed === undefined ? found : parameters(followed);
		return ruling.setting === null ? found : ruling;
	};
}

/** Why tlsproxy takes no handshake, though postscreen answers and announces STARTTLS; null when it does. */
function proxyFault(
	name: string,
	proxy: ServiceEntry | undefined,
	{level, setting, fault}: ServerLevel,
): TlsFault | null {
	const off = (text: string): TlsFault => ({kind: 'no-proxy', effect: 'off', text});
	if (proxy === undefined) return off(`master.cf has no service ${name}, so that STARTTLS is announced and fails.`);
	if (fault !== null) return {...fault, effect: 'off'};
	if (level !== 'none') return null;
	return off(`${setting.parameter} leaves tlsproxy without TLS, so that STARTTLS is announced and fails.`);
}

/**
 * The policy of a postscreen service: it announces STARTTLS by its own level, and tlsproxy shakes hands by its own level
 * and lists, which follow smtpd's in main.cf and not the options of the smtpd behind (postscreen.c, tlsproxy.c). Clients
 * that passed its tests before are handed to the `smtpd pass` service, which has a policy of its own.
 */
export function postscreenPolicy(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	version: PostfixVersion,
): ServerPolicy {
	const front = following(parametersOf(configuration, service), configuration);
	const proxyName = front('tlsproxy_service_name').value || 'tlsproxy';
	const proxy = configuration.services?.findLast(({name, command}) => command === 'tlsproxy' && name === proxyName);
	const behind = following(parametersOf(configuration, proxy ?? null), configuration);
	const {level, setting, read, wrapper, wrapperSetting, fault} = serverLevel(front, postscreen);
	const shaking = serverLevel(behind, tlsproxy);
	const known = configuration.main === null ? 'unknown' : 'known';
	// What postscreen offers, in the terms of who carries it out: their levels may differ.
	const tls = serverTls(behind, 'tlsproxy_tls', level === 'none' ? 'none' : shaking.level, version, known);
	return {
		side: 'server',
		...placed(service, front, wrapper),
		tag: proxy === undefined ? tagOf(front, service) : tagOf(behind, proxy),
		program: 'tlsproxy',
		level,
		levelSetting: {...setting, read},
		wrapper,
		wrapperSetting,
		...tls,
		fault: fault ?? (level === 'none' ? null : (proxyFault(proxyName, proxy, shaking) ?? tls.fault)),
		authOnly: true,
		authEnabled: false,
	};
}
