/**
 * Pages of help, by the words behind `tlsaudit help`, and what each is about. Their text is in `src/help`: `reading.md`, and behind
 * it what is in files such as `reading-journal.md`.
 */
export const helpPages = {
	reading: 'what is read, how lines become sessions, whose a failure is, the screen, exit statuses',
	policies: 'what sessions are judged by, policies of your own, the verdict, who would break',
	database: 'sessions that are kept in a file, what is deleted, tables and columns, SQL',
	postfix: 'a configuration against its log, mail that may be held to TLS, what a server accepts',
	fleet: 'logs of many hosts',
	sharing: 'reports and tables for other people and other programs',
	monitoring: 'checks that run by themselves, and what they say to a monitoring system',
} as const;
export type HelpPageName = keyof typeof helpPages;

export const isHelpPage = (word: string): word is HelpPageName => Object.hasOwn(helpPages, word);
