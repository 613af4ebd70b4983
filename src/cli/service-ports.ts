import {readTag} from '../log/lines/tag.ts';
import type {DovecotConfiguration} from '../mailserver/dovecot/configuration.ts';
import type {ServerPolicy} from '../mailserver/effective/effective.ts';

/** A tag under which services on several ports log: no line of it shows the port. */
export type AmbiguousTag = {readonly tag: string; readonly services: readonly string[]};

/**
 * The true ports of the log's services by master.cf, in the form of `--ports`. A word that services on different ports
 * share is left to the guess by its name. /
 */
export function servicePorts(servers: readonly ServerPolicy[]): {
	readonly ports: ReadonlyMap<string, number>;
	readonly ambiguous: readonly AmbiguousTag[];
} {
	const byWord = new Map<string, ServerPolicy[]>();
	for (const server of servers) {
		// What postscreen hands on has no port of its own.
		if (server.port === null || server.service.type !== 'inet') continue;
		const word = readTag(server.tag).service ?? 'smtp';
		byWord.set(word, [...(byWord.get(word) ?? []), server]);
	}
	const ports = new Map<string, number>();
	const ambiguous: AmbiguousTag[] = [];
	for (const [word, group] of byWord) {
		const [first] = group;
		if (first === undefined || first.port === null) continue;
		if (group.every(({port}) => port === first.port)) ports.set(word, first.port);
		else ambiguous.push({tag: first.tag, services: group.map(({service}) => `${service.name}/${service.type}`)});
	}
	return {ports, ambiguous};
}

/** What to ask of Dovecot's listener: `imap` or `pop3` for STARTTLS, null where it cannot be asked (ManageSieve). */
export function mailboxProtocol({service}: DovecotConfiguration['listeners'][number]): 'imap' | 'pop3' | 'smtp' | null {
	if (service === 'imap-login') return 'imap';
	if (service === 'pop3-login') return 'pop3';
	return service === 'submission-login' ? 'smtp' : null;
}
