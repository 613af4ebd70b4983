import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {inject} from './inject.ts';
import {type Sink, startSink} from './mail-sink.ts';
import {type OutboundCase, outboundCases} from './outbound-cases.ts';
import {outboundMain, outboundMaster, type Retries} from './outbound-services.ts';
import {until} from './programs.ts';
import type {Site} from './site.ts';

/** A destination and its server. */
export type Destination = {readonly one: OutboundCase; readonly sink: Sink};

/** Destinations of every kind, and a Postfix that sends to them. */
export type Destinations = {
	readonly all: readonly Destination[];
	/** The one of a kind. Throws when there is none. */
	named(about: string): Destination;
	/** The policy table in use, and main.cf with other tables in its place, or other times. */
	readonly policies: string;
	write(policies: string, retries?: Retries): void;
	/** Sends the mail of all, and waits until what can arrive has; what is left is deleted. */
	send(): Promise<void>;
};

/** The key under which Postfix looks a destination's policy up: the next hop as routed. */
export function nextHop({domain, transport}: OutboundCase): string {
	const hop = transport.slice(transport.indexOf(':') + 1);
	return hop === '' ? domain.domain : hop;
}

/** How many messages the server of a destination took. */
export const taken = ({sink}: Destination): number => sink.seen.reduce((sum, {messages}) => sum + messages, 0);

/** What became of a destination's mail by a log, attempt by attempt: the status and the words behind it. */
export const attempts = (log: string, {one}: Destination): string[] =>
	log
		.split('\n')
		.filter(line => line.includes(`to=<info@${one.domain.domain}>`))
		.map(line => line.slice(line.indexOf('status=')));

/** Postfix's words where TLS put mail off. */
export const byTls = /TLS|DNSSEC|Server certificate/;

const soon: Retries = {backoff: '2s', scan: '2s'};

type Options = {
	readonly retries?: Retries;
	/** smtp_tls_security_level of main.cf; destinations of that policy are not in the table. */
	readonly level?: 'may' | 'dane';
};

/** Starts the servers, and our Postfix with the policy that each of them needs. */
export async function startDestinations(
	site: Site,
	{retries: usual = soon, level = 'may'}: Options = {},
): Promise<Destinations> {
	const {folder, postfix, authority} = site;
	const cases = await outboundCases(authority, join(folder, 'certificates'));
	const all: Destination[] = [];
	for (const one of cases) {
		site.dns.add(one.domain);
		const sink = await startSink(one.sink);
		site.onEnd(() => sink.close());
		all.push({one, sink});
	}
	const policies = join(folder, 'policies');
	const transports = join(folder, 'transports');
	const listed = cases.filter(({policy}) => level === 'may' || policy !== level);
	writeFileSync(policies, listed.map(one => `${nextHop(one)} ${one.policy}\n`).join(''));
	writeFileSync(transports, cases.map(one => `${one.domain.domain} ${one.transport}\n`).join(''));
	const client = await authority.issue('client', ['mx.example.org']);
	const write = (tables: string, retries: Retries = usual): void =>
		postfix.write(
			outboundMain(site, client, {policies: tables, transports: `texthash:${transports}`, level}, retries),
			outboundMaster,
		);
	write(`texthash:${policies}`);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	return {
		all,
		named(about) {
			const found = all.find(({one}) => one.about === about);
			if (found === undefined) throw new Error(`no destination is ${about}`);
			return found;
		},
		policies,
		write,
		async send() {
			const before = new Map(all.map(each => [each, taken(each)]));
			await inject(cases.map(({domain, messages}) => ({domain: domain.domain, messages})));
			await until(
				'all mail that can arrive has arrived',
				() => all.every(each => !each.one.arrives || taken(each) === (before.get(each) ?? 0) + each.one.messages),
				60_000,
			);
			await postfix.command('postsuper', ['-d', 'ALL']);
			await site.syslog.quiet();
		},
	};
}
