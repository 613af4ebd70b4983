import type {PostfixConfiguration, ServiceEntry} from './configuration.ts';
import type {ServerPolicy} from './effective.ts';
import {placed} from './placement.ts';
import type {PostfixVersion} from './postfix-version.ts';
import {serverLevel} from './server-level.ts';
import {serverTls} from './server-tls.ts';
import {parametersOf, yesOrNo} from './service-parameters.ts';

const names = {
	level: 'smtpd_tls_security_level',
	use: 'smtpd_use_tls',
	enforce: 'smtpd_enforce_tls',
	wrapper: 'smtpd_tls_wrappermode',
	others: ['smtpd_tls_auth_only', 'smtpd_tls_ask_ccert', 'smtpd_tls_req_ccert'],
} as const;

/** The policy of one smtpd service (smtpd.c; postconf(5) smtpd_tls_security_level, smtpd_tls_wrappermode). */
export function serverPolicy(
	configuration: PostfixConfiguration,
	service: ServiceEntry,
	version: PostfixVersion,
): ServerPolicy {
	const parameters = parametersOf(configuration, service);
	const {level, setting, read, wrapper, wrapperSetting, fault} = serverLevel(parameters, names);
	const known = configuration.main === null ? 'unknown' : 'known';
	const tls = serverTls(parameters, 'smtpd_tls', level, version, known);
	return {
		side: 'server',
		...placed(service, parameters, wrapper),
		program: 'smtpd',
		level,
		levelSetting: {...setting, read},
		wrapper,
		wrapperSetting,
		...tls,
		fault: fault ?? tls.fault,
		authOnly: level === 'encrypt' || yesOrNo(parameters('smtpd_tls_auth_only')) === true,
		authEnabled: yesOrNo(parameters('smtpd_sasl_auth_enable')) === true,
	};
}
