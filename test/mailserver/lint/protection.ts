import type {ClientPolicy, ServerPolicy} from '../../../src/mailserver/effective/effective.ts';
import type {LintSubject} from '../../../src/mailserver/lint/checks/rule.ts';

/** What nobody may lose by a plan, said by itself: the plan's own judgement is not asked. */

const serverLevels = ['none', 'may', 'encrypt'];
const clientLevels = {none: 0, may: 1, dane: 2, encrypt: 2, fingerprint: 3, verify: 3, secure: 3, 'dane-only': 3};

type Policies = ReadonlyMap<string, ServerPolicy | ClientPolicy>;

function byName({servers, clients}: LintSubject): Policies {
	return new Map(
		[...servers, ...clients].map(policy => [`${policy.side} ${policy.service.name}/${policy.service.type}`, policy]),
	);
}

function levelOf(policy: ServerPolicy | ClientPolicy): number {
	return policy.side === 'client' ? clientLevels[policy.level] : serverLevels.indexOf(policy.level);
}

/** Wrapper mode where it cannot work is no protection: the level that is written beside it counts. */
function levelBefore(policy: ServerPolicy | ClientPolicy): number {
	if (policy.side === 'server' && policy.wrapper && (policy.port === 25 || policy.port === 587))
		return Math.max(0, serverLevels.indexOf(policy.levelSetting.value.toLowerCase()));
	return levelOf(policy);
}

const modern = ['TLSv1.2', 'TLSv1.3'];

function versionsLost(before: ServerPolicy | ClientPolicy, after: ServerPolicy | ClientPolicy): string | null {
	const was = before.fault === null ? (before.protocols?.allowed ?? []) : [];
	const now = after.protocols?.allowed ?? [];
	if (was.length === 0) return null;
	if (now.length === 0 && after.protocols !== null) return 'has no version left';
	const more = now.filter(version => !was.includes(version));
	// Where nothing but old TLS was left, what is sound may come in.
	const repaired = !was.some(version => modern.includes(version)) && more.every(version => modern.includes(version));
	return more.length > 0 && !repaired ? `lets in ${more.join(', ')}` : null;
}

const canLogIn = ({authEnabled, authOnly, level, fault}: ServerPolicy): boolean =>
	authEnabled &&
	fault?.effect !== 'dead' &&
	(fault === null || level !== 'encrypt') &&
	(!authOnly || (level !== 'none' && fault === null));

/** What is worse after than before, one sentence each. */
export function losses(before: LintSubject, after: LintSubject): string[] {
	const found: string[] = [];
	const now = byName(after);
	for (const [name, was] of byName(before)) {
		const is = now.get(name);
		if (is === undefined) {
			found.push(`${name} is gone`);
			continue;
		}
		if (levelOf(is) < levelBefore(was)) found.push(`${name}: level ${was.level} becomes ${is.level}`);
		const versions = versionsLost(was, is);
		if (versions !== null) found.push(`${name} ${versions}`);
		if (was.fault === null && is.fault !== null) found.push(`${name}: ${is.fault.text}`);
		if (was.side === 'client' && is.side === 'client' && levelOf(was) < 2 && is.level === 'encrypt')
			found.push(...innerHosts(before, is.service.name).map(line => `${name} defers what ${line} sends`));
		if (was.side === 'server' && is.side === 'server') {
			if (is.port === 25 && is.level === 'encrypt' && was.level !== 'encrypt') found.push(`${name} refuses the world`);
			if (is.role === 'internal' && is.level === 'encrypt' && was.level !== 'encrypt')
				found.push(`${name} refuses the content filter`);
			if (is.wrapper && !was.wrapper && is.port !== 465) found.push(`${name} speaks TLS at once`);
		}
	}
	const logins = ({servers}: LintSubject) => servers.filter(canLogIn);
	if (logins(before).length > 0 && logins(after).length === 0) found.push('nobody can log in any more');
	for (const policy of logins(before)) {
		const is = now.get(`server ${policy.service.name}/${policy.service.type}`);
		const stillIn = is?.side === 'server' && canLogIn(is);
		if (policy.role !== 'relay-in' && !stillIn) found.push(`no login at ${policy.service.name}`);
	}
	return [...found, ...accessChanges(before, after)];
}

/** The lines of main.cf by which a transport sends to a host of the own network, or to one that a table names. */
function innerHosts({configuration: {main}}: LintSubject, transport: string): string[] {
	const inner = new RegExp(`(?:^|=)${transport}:\\[10\\.|^hash:`);
	const names = ['relay_transport', 'virtual_transport', 'transport_maps'];
	return names.flatMap(name => {
		const line = main?.findLast(one => one.name === name);
		return line && inner.test(line.value) ? [`${name}=${line.value}`] : [];
	});
}

const access = /_(?:restrictions|checks)$|^(?:mynetworks|mydestination|relayhost|inet_interfaces|content_filter)/;

/** Who may send and where mail goes, as it is written in either file. */
function accessChanges(before: LintSubject, after: LintSubject): string[] {
	const written = ({configuration: {main, services}}: LintSubject): string[] => [
		...(main ?? []).filter(({name}) => access.test(name)).map(({name, value}) => `main.cf ${name}=${value}`),
		...(services ?? []).flatMap(({name: service, options}) =>
			options.filter(({name}) => access.test(name)).map(({name, value}) => `${service} ${name}=${value}`),
		),
	];
	const [was, is] = [new Set(written(before)), new Set(written(after))];
	return [
		...[...was].filter(line => !is.has(line)).map(line => `gone: ${line}`),
		...[...is].filter(line => !was.has(line)).map(line => `new: ${line}`),
	];
}
