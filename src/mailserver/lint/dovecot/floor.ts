import {compareProtocols} from '../../../tls/version.ts';
import {floorOfList, writtenFloor} from '../../dovecot/allowed-versions.ts';
import {atLeast} from '../../releases/postfix-version.ts';
import type {Rule} from '../checks/rule.ts';
import {deletion, inBlocksOrAlone} from './configuration-lines.ts';
import {allLogins, dovecotRule, type Finding, type Known, type Logins} from './dovecot-rule.ts';

const wrongProtocolSetting = dovecotRule(
	{
		id: 'wrong-protocol-setting',
		severity: 'error',
		source: 'Dovecot manual, ssl_min_protocol; upgrading from 2.2 to 2.3 and from 2.3 to 2.4',
		needs: ['release of Dovecot'],
	},
	({release, recent, settings, version}) => {
		const old = settings.get('ssl_protocols');
		const least = writtenFloor(settings);
		const known = version === null ? '' : `, Dovecot ${version}`;
		if (old !== undefined && (recent || (release !== null && atLeast(release, 2, 3)))) {
			// 2.3 makes a floor of the list, where it knows all its words (old-set-parser.c, tried with 2.3.19).
			const unread = floorOfList(old) === null;
			const ssl2 = /\bSSLv2\b/.test(old);
			return [
				{
					severity: recent || unread ? ('error' as const) : ('warn' as const),
					parameter: 'ssl_protocols',
					evidence: `ssl_protocols = ${old}${known}`,
					why: recent
						? 'The setting ended with 2.2: this server does not start (Unknown setting).'
						: unread
							? `The setting ended with 2.2${ssl2 ? ', and the word SSLv2 with it' : ', and 2.3 can make no floor of this list'}: the list is not read, and the default floor holds.`
							: 'The setting ended with 2.2: 2.3 makes a floor of it, and 2.4 does not start with it.',
					fix: [
						[
							deletion({name: 'ssl_protocols', value: old}),
							...(least === undefined ? ['ssl_min_protocol = TLSv1.2'] : []),
						].join('\n'),
					],
				},
			];
		}
		if (release === null || least === undefined) return [];
		if (!atLeast(release, 2, 3))
			return [
				{
					parameter: 'ssl_min_protocol',
					evidence: `ssl_min_protocol = ${least}${known}`,
					why: 'The setting came with 2.3: this server does not start (Unknown setting).',
					fix: [
						[deletion({name: 'ssl_min_protocol', value: least}), 'ssl_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1'].join(
							'\n',
						),
					],
				},
			];
		if (/^(?:TLSv1\.3|LATEST)$/i.test(least) && !atLeast(release, 2, 3, 15))
			return [
				{
					parameter: 'ssl_min_protocol',
					evidence: `ssl_min_protocol = ${least}${known}`,
					why: 'The value is known from 2.3.15 on: this server does not start.',
					fix: ['ssl_min_protocol = TLSv1.2'],
				},
			];
		return [];
	},
	{complaints: [{words: 'Could not find a minimum ssl_min_protocol setting'}]},
);

/** Versions before 1.2; of a protocol only where its own floor lets them in. */
function tooOld(
	{minProtocol, ssl, allowed, own, blocks, where}: Logins,
	{release, version}: Known,
): readonly Finding[] {
	if (allowed === null) return [];
	if (minProtocol !== null && compareProtocols(minProtocol, 'TLSv1.2') >= 0) return [];
	if (!allowed.some(protocol => compareProtocols(protocol, 'TLSv1.2') < 0)) return [];
	const written = own('ssl_server/ssl_min_protocol') ?? own('ssl_min_protocol');
	const list = own('ssl_protocols');
	// A list on a later line holds instead of the floor.
	const least = list !== null && minProtocol !== null && written !== minProtocol ? null : written;
	const set = least ?? list;
	if (set === null && blocks.length > 0) return [];
	const before = release !== null && !atLeast(release, 2, 3);
	return [
		{
			parameter: before ? 'ssl_protocols' : 'ssl_min_protocol',
			evidence:
				set === null
					? `ssl_min_protocol is not set${version === null ? '' : `, Dovecot ${version}`}`
					: `${least === null ? 'ssl_protocols' : 'ssl_min_protocol'} = ${set}${where}`,
			why: `${allowed[0] ?? 'TLSv1'} and newer ${ssl === 'no' ? 'would be accepted with TLS on' : 'are accepted'} for mailbox access, where RFC 8997 wants TLS 1.2 at least.`,
			fix: inBlocksOrAlone(own('ssl_server/ssl_min_protocol') === null ? blocks : ['ssl_server'], [
				before ? 'ssl_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1' : 'ssl_min_protocol = TLSv1.2',
			]),
		},
	];
}

const oldFloor = dovecotRule(
	{
		id: 'dovecot-old-floor',
		severity: 'warn',
		source: 'Dovecot manual, ssl_min_protocol; RFC 8997',
		needs: ['whole doveconf', 'release of Dovecot'],
	},
	dovecot => allLogins(dovecot).flatMap(logins => tooOld(logins, dovecot)),
);

/** Rules about the oldest TLS version. */
export const floorRules: readonly Rule[] = [wrongProtocolSetting, oldFloor];
