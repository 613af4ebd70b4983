import type {PostfixConfiguration, ServiceEntry, Setting} from '../../read/configuration.ts';
import {removeFromMain, removeFromService, setInMain} from './postconf-commands.ts';
import {isImplicitPort, waysOf} from './routes.ts';
import {type Draft, type Rule, serviceName, written} from './rule.ts';
import {isPublicBundle, isYes, lastSetting, ownSetting, rulingOf, rulingValue} from './values.ts';

/** Which parameters a program reads of its own TLS. */
const reads: Readonly<Record<string, RegExp>> = {
	smtpd: /^(?:smtp|lmtp)_(?:tls_|use_tls|enforce_tls)/,
	smtp: /^smtpd_(?:tls_|use_tls|enforce_tls)/,
	lmtp: /^(?:smtpd|smtp)_(?:tls_|use_tls|enforce_tls)/,
};

/** Parameters by which TLS is demanded or bounded; the others do not protect anybody. */
const guards = /_level$|_use_tls$|enforce|wrappermode$|protocols$|ciphers$|ccert$|auth_only$/;

const programOf = ({command}: ServiceEntry): string => command.slice(command.lastIndexOf('/') + 1);

/**
 * Whether what the foreign option was meant to set holds by its right name all the same: then it is there for nothing, and
 * does no harm.
 */
function holdsAnyway(configuration: PostfixConfiguration, service: ServiceEntry, {name, value}: Setting): boolean {
	const right = name.replace(/^[a-z]+_/, `${programOf(service)}_`);
	const ruling = rulingOf(configuration, right, service);
	return ownSetting(service, right) !== null || ruling.value.toLowerCase() === value.toLowerCase();
}

function onWrongProgram(configuration: PostfixConfiguration, service: ServiceEntry): Draft | null {
	const foreign = reads[programOf(service)];
	// A name of one's own that is handed on by reference is read all the same.
	const options = service.options.filter(
		({name}) => foreign?.test(name) && !service.options.some(({value}) => value.includes(`$${name}`)),
	);
	const setting = options[0];
	if (setting === undefined) return null;
	const inert = options.every(option => holdsAnyway(configuration, service, option));
	const side = programOf(service) === 'smtpd' ? 'a server' : 'a client';
	return {
		service: serviceName(service),
		severity: inert ? 'info' : options.some(({name}) => guards.test(name)) ? 'error' : 'warn',
		setting,
		evidence: `${options.map(written).join(', ')} on ${service.command}`,
		why: `This is ${side}, and it never reads ${setting.name.split('_')[0]}_ parameters (smtpd_ is mail coming in, smtp_ mail going out): the option does nothing.`,
	};
}

/** The two families mixed up: smtpd_ is for mail that comes in, smtp_ for mail that goes out. */
export const smtpSmtpdConfusion: Rule = {
	id: 'smtp-smtpd-confusion',
	severity: 'error',
	source: 'postconf(5) smtp_tls_security_level, smtpd_tls_security_level',
	needs: [],
	find: ({configuration, servers, clients}) => {
		const {main, services} = configuration;
		const drafts: Draft[] = [];
		for (const service of services ?? []) {
			const draft = onWrongProgram(configuration, service);
			if (draft === null) continue;
			const names = service.options.map(({name}) => name).filter(name => reads[programOf(service)]?.test(name));
			drafts.push({...draft, fix: removeFromService(configuration, service, ...names)});
		}
		const implicit = waysOf(configuration).find(({nextHop}) => isImplicitPort(nextHop));
		const wrapper = lastSetting(main, 'smtpd_tls_wrappermode');
		if (implicit && wrapper && isYes(configuration, wrapper.name) && !isYes(configuration, 'smtp_tls_wrappermode'))
			drafts.push({
				service: 'main.cf',
				setting: wrapper,
				evidence: `${written(wrapper)}, and ${implicit.parameter} sends to ${implicit.nextHop.text}`,
				why: 'For sending to port 465 the parameter is smtp_tls_wrappermode; this one makes port 25 of this very server speak TLS at once.',
				fix: [
					...setInMain(configuration, 'smtp_tls_wrappermode=yes', 'smtp_tls_security_level=encrypt'),
					...removeFromMain(configuration, wrapper.name),
				],
			});
		const authorities = lastSetting(main, 'smtpd_tls_CAfile') ?? lastSetting(main, 'smtpd_tls_CApath');
		const checked = clients.some(({level, family}) => family === 'smtp' && (level === 'verify' || level === 'secure'));
		const trusted = ['CAfile', 'CApath', 'trust_anchor_file'].some(name =>
			rulingValue(configuration, `smtp_tls_${name}`),
		);
		// An authority of one's own for one's own clients is in its right place.
		const isPublic = authorities !== null && (authorities.name.endsWith('CApath') || isPublicBundle(authorities.value));
		if (authorities && isPublic && checked && !trusted && !isYes(configuration, 'tls_append_default_CA'))
			drafts.push({
				service: 'main.cf',
				setting: authorities,
				evidence: `${written(authorities)}, and nothing of smtp_tls_CAfile`,
				why: 'This is what client certificates are checked by. The servers that mail goes to are checked by smtp_tls_CAfile.',
				fix: setInMain(configuration, `${authorities.name.replace('smtpd', 'smtp')}=${authorities.value}`),
			});
		const certificate = lastSetting(main, 'smtp_tls_cert_file') ?? lastSetting(main, 'smtp_tls_chain_files');
		const without = servers.find(({fault}) => fault?.kind === 'no-certificate');
		if (certificate?.value && without)
			drafts.push({
				service: 'main.cf',
				setting: certificate,
				evidence: `${written(certificate)}, and no certificate of the server`,
				why: 'This is the certificate that the client shows. The server has none, and its TLS is off.',
				fix: setInMain(configuration, `${certificate.name.replace('smtp_', 'smtpd_')}=${certificate.value}`),
			});
		return drafts;
	},
};
