/** Hops, outcomes, sources of a port and ways to TLS by their number in a login's record; `src/scan/dovecot.ts` writes them. */
export const loginHops = ['access', 'submission', 'internal'] as const;
export const loginOutcomes = [null, 'encrypted', 'plaintext', 'failed'] as const;
export const loginSources = [null, 'log', 'service'] as const;
export const loginModes = [null, 'implicit', 'starttls'] as const;
