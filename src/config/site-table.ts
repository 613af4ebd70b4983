import type {ClientLevel} from './effective.ts';
import type {PolicyRow} from './policy-table.ts';

const levels: Readonly<Record<string, ClientLevel>> = {
	none: 'none',
	may: 'may',
	must_nopeermatch: 'encrypt',
	must: 'verify',
};

/**
 * Reads a row of the old smtp_tls_per_site. MAY does not weaken a stronger level of main.cf (smtp_tls_policy.c,
 * tls_site_lookup and policy_create).
 */
export function readSite(text: string, general: ClientLevel | null): PolicyRow {
	const word = text.trim().toLowerCase();
	const level = Object.hasOwn(levels, word) ? levels[word] : undefined;
	const attributes = new Map<string, string>();
	if (level === undefined) return {level: null, attributes, problem: `unknown TLS policy '${text.trim()}'`};
	return {
		level: level === 'may' && general !== null && general !== 'none' ? general : level,
		attributes,
		problem: null,
	};
}
