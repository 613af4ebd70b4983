import type {Daemon, Host} from './entry.ts';
import {servicePort} from './service.ts';
import {readTag} from './tag.ts';

/** Finds the machine and the tag of a line without copying either when they were seen before. */
export type Machines = {
	find(line: string, hostAt: number, hostEnd: number, tagAt: number, tagEnd: number): Daemon;
	/** The machine of a line without a tag. */
	host(line: string, hostAt: number, hostEnd: number): Host;
	/** All tags of one machine's Postfix instance. */
	instance(host: Host, instance: string): Daemon[];
};

/** Beyond this many the names are noise (a hostile sender of syslog), and memory counts more than what was learned. */
const mostHosts = 2000;
const mostTags = 500;

/**
 * `keep` copies names out of their lines; `ports` are those given by the user for services; `forgot` tells that names
 * were dropped; `hosts` is what was known before.
 */
export function createMachines(
	keep: (word: string) => string,
	ports: ReadonlyMap<string, number>,
	forgot: () => void,
	hosts: Map<string, Host>,
): Machines {
	let lastName = '\u0000';
	let lastHost: Host | undefined;
	// The tags of a log are few: a slot by length and last letters mostly hits, and spares cutting the tag out.
	const slots: Array<Daemon | undefined> = new Array(256).fill(undefined);

	function forget(names: Map<string, unknown>): void {
		names.clear();
		slots.fill(undefined);
		forgot();
	}

	function host(line: string, hostAt: number, hostEnd: number): Host {
		if (lastHost && hostAt >= 0 && hostEnd - hostAt === lastName.length && line.startsWith(lastName, hostAt))
			return lastHost;
		const name = hostAt < 0 ? '' : line.slice(hostAt, hostEnd);
		let found = hosts.get(name);
		if (!found) {
			if (hosts.size >= mostHosts) forget(hosts);
			const copy = keep(name);
			found = {
				name: copy === '' ? null : copy,
				daemons: new Map(),
				firstTime: Number.NEGATIVE_INFINITY,
				lossyUntil: Number.NEGATIVE_INFINITY,
			};
			hosts.set(copy, found);
		}
		lastName = found.name ?? '\u0000';
		lastHost = found;
		return found;
	}

	return {
		host,
		find(line, hostAt, hostEnd, tagAt, tagEnd) {
			const machine = host(line, hostAt, hostEnd);
			const length = tagEnd - tagAt;
			const slot =
				(length * 31 + line.charCodeAt(tagEnd - 1) * 7 + line.charCodeAt(tagEnd - 4) * 3 + line.charCodeAt(tagAt + 9)) &
				255;
			const last = slots[slot];
			if (last && last.host === machine && last.tag.name.length === length && line.startsWith(last.tag.name, tagAt))
				return last;
			const name = line.slice(tagAt, tagEnd);
			let daemon = machine.daemons.get(name);
			if (!daemon) {
				if (machine.daemons.size >= mostTags) forget(machine.daemons);
				const tag = readTag(keep(name));
				const cut = tag.program === 'cut';
				const port = servicePort(tag.service, ports);
				daemon = {
					host: machine,
					tag,
					service: cut ? null : (tag.service ?? 'smtp'),
					port: cut ? null : port.port,
					portSource: cut ? null : port.source,
					wrapper: !cut && port.wrapper,
					learned: {summaries: false, wrapper: false, starttls: false, noCertificate: false},
				};
				machine.daemons.set(tag.name, daemon);
			}
			slots[slot] = daemon;
			return daemon;
		},
		instance(machine, instance) {
			return [...machine.daemons.values()].filter(it => it.tag.instance === instance);
		},
	};
}
