import type {CheckResult} from './check.ts';
import type {Handshake} from './judge.ts';
import type {ServiceChoice} from './policy.ts';

/** Registered ports (RFC 8314 section 7.3, RFC 5804) for sessions whose port is not known: implicit TLS, then STARTTLS. */
const registered: ReadonlyMap<string, readonly [number | null, number | null]> = new Map([
	['smtp', [null, 25]],
	['smtps', [465, 465]],
	['submissions', [465, 465]],
	['submission', [465, 587]],
	['imap', [993, 143]],
	['imaps', [993, 993]],
	['pop3', [995, 110]],
	['pop3s', [995, 995]],
	['managesieve', [null, 4190]],
	['sieve', [null, 4190]],
]);

/** `465 implicit TLS`, `587 STARTTLS`: one way into a service, for people. */
export function describeChoice(choice: {port?: number | null; service?: string | null; tls: string | null}): string {
	const place = choice.port ?? choice.service ?? 'a port not logged';
	const mode = {implicit: 'implicit TLS', starttls: 'STARTTLS'}[choice.tls ?? ''] ?? 'TLS of a kind not logged';
	return `${place} ${mode}`;
}

/** Whether the handshake came by an allowed way; `unknown` when neither port nor service nor the kind of TLS is logged. */
export function checkService(handshake: Handshake, allowed: readonly ServiceChoice[]): CheckResult {
	const {port, service, tlsMode} = handshake;
	if (port === null && service === null) return 'unknown';
	const usual =
		service === null || tlsMode === null ? undefined : registered.get(service)?.[tlsMode === 'implicit' ? 0 : 1];
	const here = allowed.filter(choice => {
		if (choice.service !== undefined && service !== null) return choice.service === service;
		return choice.port !== undefined && choice.port === (port ?? usual);
	});
	if (here.some(choice => choice.tls === tlsMode)) return 'pass';
	if (tlsMode === null && (here.length > 0 || port === null)) return 'unknown';
	return {
		observed: describeChoice({port, service, tls: tlsMode}),
		required: allowed.map(describeChoice).join(' or '),
	};
}
