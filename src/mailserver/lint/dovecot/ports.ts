import type {DovecotListener} from '../../dovecot/configuration.ts';
import type {Rule} from '../checks/rule.ts';
import {inBlocks} from './configuration-lines.ts';
import {dovecotRule} from './dovecot-rule.ts';

const mailboxLogins: readonly string[] = ['imap-login', 'pop3-login'];
const usualPort: Readonly<Record<string, string>> = {'imap-login': '993', 'pop3-login': '995'};
const loopback = /^(?:127\.|\[?::1\]?$|localhost$)/;

/** Whether strangers reach it. */
function isOpen({port, addresses}: DovecotListener): boolean {
	return port !== 0 && !addresses.every(address => loopback.test(address));
}

const openPorts = dovecotRule(
	{
		id: 'pop3-imap-ports-open',
		severity: 'info',
		source: 'RFC 8314 sections 3.2 and 4.1; Dovecot manual, inet_listener',
		needs: ['protocols of Dovecot'],
	},
	({listeners, recent}) => {
		const port = recent === true ? '%{local_port}' : '%a';
		const mailboxes = listeners.filter(each => mailboxLogins.includes(each.service) && isOpen(each));
		return mailboxes
			.filter(({implicit}) => !implicit)
			.map(({name, port: number, service}) => {
				const other = mailboxes.find(each => each.implicit && each.service === service);
				return {
					parameter: `service ${service} inet_listener ${name}`,
					evidence: `port ${number} of ${service} is open`,
					why:
						other === undefined
							? `Clients begin there in clear, and no port is open on which they speak TLS at once: open ${usualPort[service] ?? ''} before this one is shut.`
							: `Clients begin there in clear; those of port ${other.port} speak TLS at once. In the log the two can be told apart only with the port (${port}).`,
					// The only way in stays open.
					fix: other === undefined ? [] : [inBlocks([`service ${service}`, `inet_listener ${name}`], ['port = 0'])],
				};
			});
	},
);

/** Rules about ports. */
export const portRules: readonly Rule[] = [openPorts];
