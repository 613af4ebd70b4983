import type {Daemon, Host} from './line-context.ts';
import {readTag} from './lines/tag.ts';
import {servicePort} from './service.ts';

/** Hosts and tags by their names, as the joiner knows them. */
export type Hosts = {
	/** A tag on a host; null is the host of framings without a host. */
	find(host: string | null, tag: string): Daemon;
	/** All tags of one host's Postfix instance. */
	instance(host: Host, instance: string): Daemon[];
};

/** `ports` are those given by the user for services; `hosts` is what was known before. */
export function createHosts(ports: ReadonlyMap<string, number>, hosts: Map<string, Host>): Hosts {
	function hostOf(name: string | null): Host {
		const known = hosts.get(name ?? '');
		if (known) return known;
		const host: Host = {
			name,
			daemons: new Map(),
			firstTime: Number.NEGATIVE_INFINITY,
			lossyUntil: Number.NEGATIVE_INFINITY,
			now: Number.NEGATIVE_INFINITY,
			nextSweep: Number.NEGATIVE_INFINITY,
			nextEviction: Number.NEGATIVE_INFINITY,
		};
		hosts.set(name ?? '', host);
		return host;
	}

	return {
		find(name, tagName) {
			const host = hostOf(name);
			const known = host.daemons.get(tagName);
			if (known) return known;
			const tag = readTag(tagName);
			const cut = tag.program === 'cut';
			const port = servicePort(tag.service, ports);
			const daemon: Daemon = {
				host,
				tag,
				service: cut ? null : (tag.service ?? 'smtp'),
				port: cut ? null : port.port,
				portSource: cut ? null : port.source,
				wrapper: !cut && port.wrapper,
				learned: {summaries: false, wrapper: false, starttls: false, reuses: false, tlsOff: false},
				lastClient: '',
			};
			host.daemons.set(tagName, daemon);
			return daemon;
		},
		instance(host, instance) {
			return [...host.daemons.values()].filter(it => it.tag.instance === instance);
		},
	};
}
