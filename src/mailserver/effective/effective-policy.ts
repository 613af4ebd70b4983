import type {PostfixConfiguration, ServiceEntry} from '../read/configuration.ts';
import {identityOf} from '../read/master-cf.ts';
import {parametersOf} from '../read/parameters.ts';
import {plausibleVersions} from '../read/plausible-versions.ts';
import {transportPolicies} from './client-policy.ts';
import type {ClientPolicy, ServerPolicy} from './effective.ts';
import {postscreenPolicy} from './postscreen-policy.ts';
import {serverPolicy} from './server-policy.ts';

/** A service that master(8) runs, and the name of its program. */
type Running = {readonly service: ServiceEntry; readonly program: string};

/**
 * The services that run: of those that are the same to master(8) the last, and none that
 * master_service_disable names by `type` or `name/type`.
 */
function running(configuration: PostfixConfiguration): readonly Running[] {
	const services = configuration.services ?? [];
	const key = ({name, type}: ServiceEntry) => `${name}/${type}`;
	const last = new Map(services.map(service => [identityOf(service), service]));
	const disabled = new Set(parametersOf(configuration, null)('master_service_disable').value.split(/[\s,]+/));
	return services
		.filter(
			service =>
				last.get(identityOf(service)) === service && !disabled.has(key(service)) && !disabled.has(service.type),
		)
		.map(service => ({service, program: service.command.slice(service.command.lastIndexOf('/') + 1)}));
}

/** The `pass` service to which a postscreen hands the clients that have passed (postconf(5) smtpd_service_name). */
function handsTo(configuration: PostfixConfiguration, {service}: Running): string {
	return parametersOf(configuration, service)('smtpd_service_name').value || 'smtpd';
}

/** The configuration with the version that rules it: its own, or the newest that its text allows. */
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
	const all = running(configuration);
	const behind = new Set(all.filter(({program}) => program === 'postscreen').map(one => handsTo(configuration, one)));
	return all.flatMap(({service, program}) => {
		if (service.type !== 'inet' && service.type !== 'pass') return [];
		if (program === 'postscreen') return [postscreenPolicy(configuration, service, version)];
		const screened = service.type === 'pass' && behind.has(service.name);
		return program === 'smtpd' ? [serverPolicy(configuration, service, version, screened)] : [];
	});
}

/**
 * TLS as every smtp and lmtp service of master.cf will do it: one policy for all destinations, then one for every row
 * of its policy table. Rows of tables whose text is not given are missing. Without a version as above. /
 */
export function clientPolicies(given: PostfixConfiguration): readonly ClientPolicy[] {
	const {configuration, version} = dated(given);
	return running(configuration).flatMap(({service, program}) =>
		service.type === 'unix' && (program === 'smtp' || program === 'lmtp')
			? transportPolicies(configuration, service, program, version)
			: [],
	);
}
