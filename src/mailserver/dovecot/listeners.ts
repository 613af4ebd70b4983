import {atLeast, type PostfixVersion} from '../releases/postfix-version.ts';
import type {DovecotGap, DovecotListener, DovecotStatement} from './configuration.ts';
import {truthOf} from './statements.ts';

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

const words = (value: string | undefined): readonly string[] => (value ?? '').split(/[\s,]+/).filter(Boolean);

/** What is known of a configuration when its listeners are asked for. */
export type ListenerEvidence = {
	readonly statements: readonly DovecotStatement[];
	readonly settings: Settings;
	readonly gaps: readonly DovecotGap[];
	/** 2.4 or later. */
	readonly recent: boolean;
	readonly release: PostfixVersion | null;
};

/**
 * The protocols that are switched on: `protocols = imap pop3`, in 2.4 also `protocols { imap = yes }`. Null: not known.
 * Without a line, those of the release: none from 2.4 on (Dovecot 2.4 manual, upgrading from 2.3: default settings).
 */
function protocolsOf({statements, settings, gaps, recent}: ListenerEvidence): readonly string[] | null {
	const written = statements.findLast(
		({kind, blocks, name}) => kind === 'setting' && blocks.length === 0 && name === 'protocols',
	);
	const single = [...settings].flatMap(([path, value]) => {
		const name = /^protocols\/(\w+)$/.exec(path)?.[1];
		return name === undefined ? [] : [{name, on: truthOf(value) === true}];
	});
	// What is added to a list that was not read is not the list.
	if (gaps.length > 0 && (written === undefined || written.value?.includes('$') === true)) return null;
	if (written === undefined && single.length === 0) return recent ? [] : ['imap', 'pop3'];
	const off = new Set(single.filter(({on}) => !on).map(({name}) => name));
	return [...words(settings.get('protocols')), ...single.map(({name}) => name)]
		.filter(name => !off.has(name))
		.map(name => (name === 'managesieve' ? 'sieve' : name));
}

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
	const addresses = words(
		of('address') || of('listen') || settings.get('inet_listener_listen') || settings.get('listen'),
	);
	const implicit = truthOf(of('ssl')) ?? own?.[3] === true;
	return {service, name, port, implicit, addresses: addresses.length === 0 ? ['*', '::'] : addresses};
}

const loginOf = (protocol: string): string => (protocol === 'sieve' ? 'managesieve-login' : `${protocol}-login`);

/**
 * Every inet_listener of the services that take clients: the standard ones of the protocols that are on, changed by what is
 * written, and those the administrator added. Port 0 is a listener switched off (Dovecot manual, inet_listener). Where a
 * part was not read, only those that are written.
 */
export function dovecotListeners(evidence: ListenerEvidence): readonly DovecotListener[] {
	const {settings, gaps, release} = evidence;
	const on = protocolsOf(evidence);
	const whole = gaps.every(({protocolsOnly}) => protocolsOnly);
	const defaults = (on ?? []).flatMap(protocol =>
		Object.hasOwn(standard, protocol) ? (standard[protocol] ?? []) : [],
	);
	if (on?.includes('submission') && release !== null && atLeast(release, 2, 4)) defaults.push(submissions);
	const all = on === null ? [...Object.values(standard).flat(), submissions] : defaults;
	const known = new Map(all.map(own => [`${own[0]}/${own[1]}`, own]));
	const named = new Set(whole && on !== null ? known.keys() : []);
	for (const path of settings.keys()) {
		const [, service, name] = /^service ([\w-]+)\/inet_listener ([^/]+)\//.exec(path) ?? [];
		if (service === undefined || name === undefined) continue;
		const takesClients = service.endsWith('-login')
			? on === null || on.some(protocol => loginOf(protocol) === service)
			: service === 'lmtp';
		if (takesClients) named.add(`${service}/${name}`);
	}
	return [...named].flatMap(key => {
		const [service = '', name = ''] = key.split('/');
		const found = listener(settings, service, name, known.get(key));
		return found === null ? [] : [found];
	});
}
