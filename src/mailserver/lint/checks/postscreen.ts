import type {ServiceOption} from '../../read/configuration.ts';
import {addService, commaList, setOnService} from './postconf-commands.ts';
import {eachServer, type Rule, serviceName, written} from './rule.ts';
import {rulingValue} from './values.ts';

/** What tlsproxy(8) has a parameter of its own for. */
const hasProxyParameter =
	/^smtpd_tls_(security_level|(?:mandatory_)?(?:protocols|ciphers|exclude_ciphers)|chain_files|(?:ec|d)?(?:cert|key)_file|ask_ccert|req_ccert|CAfile|CApath|loglevel|eecdh_grade|dh(?:512|1024)_param_file)$/;

function proxyName(name: string): string {
	return name.replace(/^smtpd/, 'tlsproxy');
}

const proxyOutOfReach: Rule = {
	id: 'proxy-out-of-reach',
	severity: 'warn',
	source: 'tlsproxy(8); postscreen(8)',
	needs: ['main.cf', 'master.cf'],
	log: {
		alsoBy: ['mandatory-service-optional-list'],
	},
	find: eachServer(({service, program}, {configuration}) => {
		const proxy = configuration.services?.findLast(({command}) => command.endsWith('tlsproxy'));
		const screened = configuration.services?.some(
			({command, type}) => type === 'inet' && command.endsWith('postscreen'),
		);
		if (service.type !== 'pass' || program !== 'smtpd' || !screened) return null;
		const differs = ({name, value}: ServiceOption) =>
			commaList(value) !== commaList(rulingValue(configuration, proxyName(name), proxy));
		// A level that is none would stop tlsproxy too.
		const isLevel = ({name, value}: ServiceOption) =>
			name !== 'smtpd_tls_security_level' || /^(?:none|may|encrypt)$/i.test(value);
		const options = service.options.filter(
			option => hasProxyParameter.test(option.name) && isLevel(option) && differs(option),
		);
		const setting = options[0];
		if (setting === undefined) return null;
		return {
			service: serviceName(service),
			setting,
			evidence: `${options.map(written).join(', ')} on the service behind postscreen`,
			why: 'The handshakes that postscreen has tlsproxy do read main.cf and the options of tlsproxy, never those of this service.',
			fix:
				proxy === undefined
					? addService(configuration, 'tlsproxy unix - - y - 0 tlsproxy')
					: options.flatMap(({name, value}) => setOnService(configuration, proxy, proxyName(name), commaList(value))),
		};
	}),
};

/** Rules about TLS in front of smtpd (postscreen, tlsproxy). */
export const postscreenRules: readonly Rule[] = [proxyOutOfReach];
