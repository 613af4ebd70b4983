import type {ServiceEntry} from './configuration.ts';

const ports: Readonly<Record<string, string>> = {smtp: '25', smtps: '465', submissions: '465', submission: '587'};

/**
 * By what master(8) tells services apart: type and name, and of an `inet` service the number of its port whatever it is
 * called. Of two that are the same, such as `smtps` and `465`, the last runs and the other does not: "duplicate master.cf
 * entry for service "smtps" (465) -- using the last entry", which it logs since Postfix 3.4 (master_conf.c; seen with 3.7.11).
 */
export function identityOf({name, type}: Pick<ServiceEntry, 'name' | 'type'>): string {
	if (type !== 'inet') return `${type} ${name}`;
	const colon = name.lastIndexOf(':');
	const port = name.slice(colon + 1).toLowerCase();
	const host = name.slice(0, colon + 1).replace(/^\[(.*)\]:$/, '$1:');
	return `${type} ${host}${ports[port] ?? port}`;
}
