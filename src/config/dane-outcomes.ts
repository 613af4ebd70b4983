import type {ClientLists} from './client-lists.ts';
import type {ClientLevel, DaneOutcome} from './effective.ts';
import {type Parameters, yesOrNo} from './service-parameters.ts';

type Dane = {
	readonly level: 'dane' | 'dane-only';
	/** Below encrypt, wrapper mode delivers nothing. */
	readonly wrapper: boolean;
	/** smtp_tls_dane_insecure_mx_policy; null for lmtp, whose delivery knows no MX. */
	readonly insecureMx: string | null;
};

/**
 * Why a client cannot do DANE at all, though its level asks for it; null where it can. Then `dane` is `may`, and
 * `dane-only` defers all mail (smtp_tls_policy.c, dane_init).
 */
export function daneHindrance(parameters: Parameters, family: 'smtp' | 'lmtp'): string | null {
	const support = parameters(`${family}_dns_support_level`);
	if (support.value.toLowerCase() !== 'dnssec') return `${support.parameter} is not dnssec`;
	const lookup = parameters(`${family}_host_lookup`);
	if (!lookup.value.split(/[\s,]+/).includes('dns')) return `${lookup.parameter} = ${lookup.value} leaves out dns`;
	const ignored = parameters('ignore_mx_lookup_error');
	if (family === 'smtp' && yesOrNo(ignored) === true) return `${ignored.parameter} = yes`;
	const options = parameters(`${family}_dns_resolver_options`);
	return /\bres_(?:defnames|dnsrch)\b/i.test(options.value) ? `${options.parameter} = ${options.value}` : null;
}

/** What the level comes to in each situation of the destination, with the list that then rules. */
export function daneOutcomes({level, wrapper, insecureMx}: Dane, lists: ClientLists): readonly DaneOutcome[] {
	const outcome = (situation: string, becomes: ClientLevel | 'halfdane' | 'deferred'): DaneOutcome => {
		if (becomes === 'deferred' || (becomes === 'may' && wrapper))
			return {situation, level: 'deferred', parameter: null, allowed: []};
		const {parameter, allowed} = becomes === 'may' ? lists.optional : lists.mandatory;
		return {situation, level: becomes, parameter, allowed};
	};
	const strict = level === 'dane-only';
	const insecure = (): readonly DaneOutcome[] => {
		if (insecureMx === null) return [];
		if (strict) return [outcome('MX not signed', 'deferred')];
		if (insecureMx === 'dane') return [outcome('MX not signed, usable TLSA', 'halfdane')];
		if (insecureMx === 'encrypt') return [outcome('MX not signed, usable TLSA', 'encrypt')];
		return [outcome('MX not signed', 'may')];
	};
	return [
		outcome('usable TLSA', level),
		...insecure(),
		outcome('no TLSA', strict ? 'deferred' : 'may'),
		outcome('TLSA unusable', strict ? 'deferred' : 'encrypt'),
		outcome('TLSA lookup fails', 'deferred'),
	];
}
