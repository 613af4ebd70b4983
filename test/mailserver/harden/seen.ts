import type {SeenMail} from '../../../src/model/hardening/seen-mail.ts';

const start = Date.UTC(2026, 0, 5, 12);

/** Mail of a domain to one server that may have a line: ten encrypted sessions within ten days; with what a test gives. */
export const seen = (recipient_domain: string, more: Partial<SeenMail> = {}): SeenMail => ({
	recipient_domain,
	...{host: `mx.${recipient_domain}`, port: 25, sessions: 10, messages: 12, plaintext: 0, failed: 0, unknown: 0},
	...{versionless: 0, oldest: 'TLSv1.2', checked: 0, by_dane: 0, by_verify: 0, by_unnamed: 0},
	...{first_seen: start, last_seen: start + 9 * 86_400_000, held: 0, held_reason: null},
	...more,
});
