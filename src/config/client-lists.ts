import {isMandatory} from './client-level.ts';
import type {ClientLevel, Governing, GoverningCiphers, GoverningProtocols} from './effective.ts';
import {governedCiphers, governedProtocols} from './governed-tls.ts';
import type {PostfixVersion} from './postfix-version.ts';
import type {Parameters} from './service-parameters.ts';

/** The lists that rule where TLS is optional and where it is mandatory; one and the same where a policy row names its own. */
export type ClientLists = {readonly optional: GoverningProtocols; readonly mandatory: GoverningProtocols};

/** What a row of the policy table puts in the place of the lists of main.cf. */
export type Replacements = {readonly row: Governing; readonly attributes: ReadonlyMap<string, string>};

/** The lists of one transport, with what a row replaces. Those of main.cf are worked out once. */
export type ListsOf = (
	level: ClientLevel,
	replacements: Replacements,
) => ClientLists & {readonly ciphers: GoverningCiphers};

/** What Postfix excludes by itself: `encrypt` is not without encryption, and no level above it without a certificate. */
function excludedBy(level: ClientLevel): readonly string[] {
	if (!isMandatory(level)) return [];
	return level === 'encrypt' ? ['eNULL'] : ['aNULL'];
}

/**
 * Lists, grade and exclusions of a client (smtp_tls_policy.c, set_cipher_grade): by level, and a row's `protocols=`,
 * `ciphers=` and `exclude=` take the place of main.cf; `exclude=` that of both lists.
 */
export function clientLists(parameters: Parameters, family: 'smtp' | 'lmtp', version: PostfixVersion): ListsOf {
	const own = (name: string) => parameters(`${family}_tls_${name}`);
	const ready = {
		optional: governedProtocols(own('protocols'), version, 'client'),
		mandatory: governedProtocols(own('mandatory_protocols'), version, 'client'),
	};
	const ciphersAt = new Map<string, GoverningCiphers>();
	return (level, {row, attributes}) => {
		const replaced = (attribute: string): Governing | null => {
			const value = attributes.get(attribute);
			return value === undefined ? null : {...row, parameter: `${row.parameter} ${attribute}=`, value};
		};
		const ciphersFor = (): GoverningCiphers => {
			const mandatory = isMandatory(level);
			const excluded = replaced('exclude');
			const exclusions = [own('exclude_ciphers'), ...(mandatory ? [own('mandatory_exclude_ciphers')] : [])];
			const grade = replaced('ciphers') ?? own(mandatory ? 'mandatory_ciphers' : 'ciphers');
			return governedCiphers(grade, excluded === null ? exclusions : [excluded], excludedBy(level), version);
		};
		const kept = !attributes.has('ciphers') && !attributes.has('exclude');
		const ciphers = (kept ? ciphersAt.get(level) : undefined) ?? ciphersFor();
		if (kept) ciphersAt.set(level, ciphers);
		const list = replaced('protocols');
		if (list === null) return {...ready, ciphers};
		const protocols = governedProtocols(list, version, 'client');
		return {optional: protocols, mandatory: protocols, ciphers};
	};
}
