import {isFloor} from '../../dovecot/allowed-versions.ts';
import type {DovecotStatement} from '../../dovecot/configuration.ts';
import {isKnownPlace} from '../../dovecot/names.ts';
import {truthOf} from '../../dovecot/statements.ts';
import type {Rule} from '../checks/rule.ts';
import {deletion, inBlocks, setting} from './configuration-lines.ts';
import {dovecotRule} from './dovecot-rule.ts';

/** A value that Dovecot refuses, what may stand there, and what is meant by a careful administrator. */
type Refused = {readonly allowed: string; readonly instead: string; readonly effect: string};

const noStart = 'this server does not start (Invalid value).';

/** Why a value is refused; null where it is not. All tried with 2.3.19. */
function refusal({name, blocks, value}: DovecotStatement): Refused | null {
	if (value === null) return null;
	if (name.replace(/^inet_listener_/, '') === 'ssl' && blocks.at(-1)?.startsWith('inet_listener '))
		return truthOf(value) === null ? {allowed: 'yes or no', instead: 'yes', effect: noStart} : null;
	if (!isKnownPlace(blocks)) return null;
	if (name === 'ssl')
		return /^(?:yes|no|required)$/.test(value)
			? null
			: {allowed: 'yes, no or required, in small letters', instead: 'required', effect: noStart};
	if (name === 'ssl_min_protocol')
		return isFloor(value)
			? null
			: {
					allowed: 'TLSv1.2, TLSv1.3 and such, ANY or LATEST',
					instead: 'TLSv1.2',
					effect: 'no TLS session comes about (Unknown ssl_min_protocol setting).',
				};
	const careful = {disable_plaintext_auth: 'yes', auth_allow_cleartext: 'no'}[name];
	if (careful === undefined || truthOf(value) !== null) return null;
	return {allowed: 'yes or no', instead: careful, effect: noStart};
}

const invalidValue = dovecotRule(
	{
		id: 'dovecot-invalid-value',
		severity: 'error',
		source: 'Dovecot manual, ssl, ssl_min_protocol and inet_listener; settings-parser.c; iostream-openssl-common.c',
	},
	({statements}) =>
		statements.flatMap(statement => {
			const refused = statement.kind === 'setting' ? refusal(statement) : null;
			if (refused === null) return [];
			const {name, value, blocks, place} = statement;
			const where = blocks.length === 0 ? '' : `, in ${blocks.join(' { ')}`;
			return [
				{
					parameter: name,
					place,
					evidence: `${name} = ${value}${where}`,
					why: `The value may be ${refused.allowed}: ${refused.effect}`,
					fix: [inBlocks(blocks, [deletion(statement), setting(name, refused.instead)])],
				},
			];
		}),
);

/** Rules about values that Dovecot does not take. */
export const valueRules: readonly Rule[] = [invalidValue];
