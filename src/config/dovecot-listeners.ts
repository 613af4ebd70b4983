import type {DovecotListener} from './dovecot-configuration.ts';
import {atLeast, type PostfixVersion} from './postfix-version.ts';

type Settings = ReadonlyMap<string, string>;
type Standard = readonly [service: string, listener: string, port: number, implicit: boolean];

/** Listeners that a protocol has without a line of configuration (Dovecot: the login programs' settings). */
const standard: Readonly<Record<string, readonly Standard[]>> = {
	imap: [
		['imap-login', 'imap', 143, false],
		['imap-login', 'imaps', 993, true],
	],
	pop3: [
		['pop3-login', 'pop3', 110, false],
		['pop3-login', 'pop3s', 995, true],
	],
	sieve: [['managesieve-login', 'sieve', 4190, false]],
	submission: [['submission-login', 'submission', 587, false]],
};
const submissions: Standard = ['submission-login', 'submissions', 465, true];

/** The protocols that are switched on: `protocols = imap pop3`, in 2.4 also `protocols { imap = yes }`. */
function protocolsOf(settings: Settings): readonly string[] {
	const listed = settings.get('protocols');
	const single = [...settings].flatMap(([path, value]) => {
		const name = /^protocols\/(\w+)$/.exec(path)?.[1];
		return name !== undefined && value === 'yes' ? [name] : [];
	});
	if (listed === undefined && single.length === 0) return ['imap', 'pop3'];
	return [...(listed ?? '').split(/[\s,]+/), ...single].map(name => (name === 'managesieve' ? 'sieve' : name));
}

const words = (value: string | undefined): readonly string[] => (value ?? '').split(/[\s,]+/).filter(Boolean);

/** What the settings make of a listener; null where it has no port. */
function listener(
	settings: Settings,
	service: string,
	name: string,
	own: Standard | undefined,
): DovecotListener | null {
	const of = (key: string): string | undefined => settings.get(`service ${service}/inet_listener ${name}/${key}`);
	const written = of('port');
	const port = written === undefined ? (own?.[2] ?? null) : /^\d{1,5}$/.test(written) ? Number(written) : null;
	if (port === null) return null;
	const addresses = words(of('address') || of('listen') || settings.get('listen'));
	const implicit = of('ssl') === undefined ? own?.[3] === true : of('ssl') !== 'no';
	return {service, name, port, implicit, addresses: addresses.length === 0 ? ['*', '::'] : addresses};
}

/**
 * Every inet_listener of the services that take clients: the standard ones of the protocols that are on, changed by what is
 * written, and those the administrator added. Port 0 is a listener switched off.
 */
export function dovecotListeners(settings: Settings, release: PostfixVersion | null): readonly DovecotListener[] {
	const on = protocolsOf(settings);
	const defaults = on.flatMap(protocol => (Object.hasOwn(standard, protocol) ? (standard[protocol] ?? []) : []));
	if (on.includes('submission') && release !== null && atLeast(release, 2, 4)) defaults.push(submissions);
	const known = new Map(defaults.map(own => [`${own[0]}/${own[1]}`, own]));
	const named = new Set(known.keys());
	for (const path of settings.keys()) {
		const [, service, name] = /^service ([\w-]+)\/inet_listener ([^/]+)\//.exec(path) ?? [];
		if (service === undefined || name === undefined) continue;
		const takesClients = service.endsWith('-login')
			? on.some(protocol => loginOf(protocol) === service)
			: service === 'lmtp';
		if (takesClients) named.add(`${service}/${name}`);
	}
	return [...named].flatMap(key => {
		const [service = '', name = ''] = key.split('/');
		const found = listener(settings, service, name, known.get(key));
		return found === null ? [] : [found];
	});
}

const loginOf = (protocol: string): string => (protocol === 'sieve' ? 'managesieve-login' : `${protocol}-login`);
