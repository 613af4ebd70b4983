import {transportPolicies} from './client-policy.ts';
import type {PostfixConfiguration, ServiceEntry} from './configuration.ts';
import type {ClientPolicy, ServerPolicy} from './effective.ts';
import {plausibleVersions} from './plausible-versions.ts';
import {postscreenPolicy} from './postscreen-policy.ts';
import {serverPolicy} from './server-policy.ts';

/** Of services with the same name and type the last counts (master(5)). */
function inForce(services: readonly ServiceEntry[]): readonly ServiceEntry[] {
	const last = new Map(services.map(service => [`${service.name}/${service.type}`, service]));
	return services.filter(service => last.get(`${service.name}/${service.type}`) === service);
}

/** The configuration with a version to judge it by: its own, or the newest that its text allows. */
function dated(configuration: PostfixConfiguration) {
	const version = configuration.version ?? plausibleVersions(configuration).newest;
	return {version, configuration: {...configuration, version}};
}

/**
 * TLS as every service for strangers will do it, in the order of master.cf: smtpd and postscreen on `inet`, and the smtpd
 * that postscreen hands its clients to. Without a version the newest plausible one is taken: see plausibleVersions.
 * Empty without master.cf.
 */
export function serverPolicies(given: PostfixConfiguration): readonly ServerPolicy[] {
	const {configuration, version} = dated(given);
	return inForce(configuration.services ?? []).flatMap(service => {
		if (service.type !== 'inet' && service.type !== 'pass') return [];
		if (service.command === 'postscreen') return [postscreenPolicy(configuration, service, version)];
		return service.command === 'smtpd' ? [serverPolicy(configuration, service, version)] : [];
	});
}

/**
 * TLS as every smtp and lmtp service of master.cf will do it: one policy for all destinations, then one for every row of its
 * policy table. Rows of tables whose text is not at hand are missing. Without a version as above.
 */
export function clientPolicies(given: PostfixConfiguration): readonly ClientPolicy[] {
	const {configuration, version} = dated(given);
	return inForce(configuration.services ?? []).flatMap(service =>
		service.type === 'unix' && (service.command === 'smtp' || service.command === 'lmtp')
			? transportPolicies(configuration, service, service.command, version)
			: [],
	);
}
