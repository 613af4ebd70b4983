import type {Daemon, Host} from './entry.ts';
import {servicePort} from './service.ts';
import {readTag} from './tag.ts';

/** Machines and tags by their names, as the joiner knows them. */
export type Machines = {
	/** A tag on a machine; null is the machine of framings without a host. */
	find(host: string | null, tag: string): Daemon;
	/** All tags of one machine's Postfix instance. */
	instance(host: Host, instance: string): Daemon[];
	/** The names were too many: what was learned of them is dropped. */
	forget(): void;
};

/** `ports` are those given by the user for services; `hosts` is what was known before. */
export function createMachines(ports: ReadonlyMap<string, number>, hosts: Map<string, Host>): Machines {
	function hostOf(name: string | null): Host {
		const known = hosts.get(name ?? '');
		if (known) return known;
		const host: Host = {
			name,
			daemons: new Map(),
			firstTime: Number.NEGATIVE_INFINITY,
			lossyUntil: Number.NEGATIVE_INFINITY,
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
			};
			host.daemons.set(tagName, daemon);
			return daemon;
		},
		instance(machine, instance) {
			return [...machine.daemons.values()].filter(it => it.tag.instance === instance);
		},
		forget: () => hosts.clear(),
	};
}
