/** Who writes under a tag, by the numbers of `scannedPrograms` in `src/log/scanner.ts`. */
export const irrelevant: i32 = 0;
export const foreign: i32 = 1;
export const dovecot: i32 = 2;
export const smtpd: i32 = 3;
export const client: i32 = 4;
export const tlsproxy: i32 = 5;
export const postscreen: i32 = 6;
/** Lines of others are read by the caller. */
export const others: i32 = 7;
