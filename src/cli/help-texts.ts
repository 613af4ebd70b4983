import type {CommandName} from './shared-flags.ts';

/** A command line that runs in the folder of the program, and what it shows. */
type Example = {readonly what: string; readonly line: string};

export type HelpText = {
	/** One to three. */
	readonly examples: readonly Example[];
	/** Paragraphs that the list of flags leaves open. */
	readonly notes?: readonly string[];
};

const nagios = 'With --format nagios the status is that of Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.';

/** What the help of each command has besides arguments and flags. `test/cli/help.test.ts` runs every example. */
export const helpTexts: Readonly<Record<CommandName, HelpText>> = {
	show: {
		notes: [
			'Without a command: a screen on a terminal, elsewhere the summary report.',
			'Without a file, on a terminal: the mail log of this machine, a file in /var/log or the journal.',
			'Of a live log: tail -f /var/log/mail.log | tlsaudit\nThrough rotation: tlsaudit --follow /var/log/mail.log\nCounts for Prometheus: tlsaudit --follow /var/log/mail.log --metrics 9464',
			'tlsaudit help COMMAND, or COMMAND --help, shows what a command takes, tlsaudit help PAGE a page.',
		],
		examples: [
			{what: 'Which TLS was used, and what breaks the policy:', line: 'tlsaudit samples/founding-case.log'},
			{what: 'The same of a pipe:', line: 'cat samples/founding-case.log | tlsaudit'},
		],
	},
	report: {
		examples: [
			{
				what: 'What users hand in, as Markdown:',
				line: 'tlsaudit report samples/founding-case.log --hop submission --format markdown',
			},
			{
				what: 'By the rules of RFC 9325:',
				line: 'tlsaudit report samples/founding-case.log --policy rfc9325',
			},
			{
				what: 'What changed in the last ten minutes, and the sessions by day:',
				line: 'tlsaudit report samples/founding-case.log --compare "10 minutes" --by day',
			},
		],
		notes: [
			'--by suite is the inventory that PCI DSS 4.0.1 asks for in 12.3.3: versions, suites and groups in use, where, since and until when, and their grade by the policy. --format cyclonedx is the same as a bill of materials (CycloneDX 1.6).',
			'--format tlsrpt previews what TLS reports (RFC 8460) would say, one a line by UTC day and domain of recipients; nothing is sent.',
			'--compare yesterday holds the day of the newest session against the day before, "7 days" the last seven against the seven before, a database all its sessions against these. With --since that is the span, and the other is as long.',
		],
	},
	sessions: {
		examples: [
			{
				what: 'One row per session, for a spreadsheet:',
				line: 'tlsaudit sessions samples/founding-case.log --format csv -o sessions.csv',
			},
			{what: 'One JSON object per line:', line: 'tlsaudit sessions samples/founding-case.log --hop relay-out'},
		],
	},
	check: {
		notes: [nagios],
		examples: [
			{what: 'Status 1, as old TLS was used:', line: 'tlsaudit check samples/founding-case.log'},
			{
				what: 'A policy of your own:',
				line: 'tlsaudit check samples/postfix-3.7.log --policy samples/own-policy.yaml',
			},
			{
				what: 'Only what is new fails from here on:',
				line: 'tlsaudit check samples/founding-case.log --write-baseline known.json',
			},
		],
	},
	whatif: {
		examples: [
			{
				what: 'Who breaks without TLS 1.0 and 1.1:',
				line: 'tlsaudit whatif samples/founding-case.log --min-version TLSv1.2',
			},
			{
				what: 'Who breaks without RC4, 3DES and CBC:',
				line: 'tlsaudit whatif samples/founding-case.log --ban RC4,3DES,CBC',
			},
			{what: 'Who breaks by a policy:', line: 'tlsaudit whatif samples/founding-case.log --policy rfc9325'},
		],
	},
	harden: {
		notes: [
			'A table for postmap, with what each line rests on above it, and why the other next hops have none. No line demands what a session that was seen would not have passed, and none weakens what is in use. Postfix itself is not touched.',
		],
		examples: [
			{
				what: 'Whom mail may be held to TLS with, as a table:',
				line: 'tlsaudit harden samples/postfix-3.7.log --min-sessions 1 --min-days 1',
			},
			{
				what: 'Beside what is in use:',
				line: 'tlsaudit harden samples/deliveries.log --postfix samples/modern-postfix',
			},
		],
	},
	sql: {
		notes: [
			'Tables: sessions, coverage, and the view violations, of --policy. tlsaudit help database has the columns. The query chooses its sessions itself.',
		],
		examples: [
			{
				what: 'Sessions of a database, by hop:',
				line: "tlsaudit sql 'select hop, count(*) from sessions group by 1' --db mail.db",
			},
			{
				what: 'What breaks a policy:',
				line: "tlsaudit sql 'from violations' samples/founding-case.log --policy rfc9325",
			},
		],
	},
	import: {
		notes: [
			'A file is known by its content: importing it again adds nothing, one that grew adds its tail; with --journal the entries since the last import are added. Only --keep deletes.',
		],
		examples: [
			{
				what: 'Make a database, or bring it up to date:',
				line: 'tlsaudit import --db mail.db samples/founding-case.log',
			},
			{
				what: 'And delete sessions older than a year:',
				line: 'tlsaudit import --db mail.db --keep 52w samples/founding-case.log',
			},
		],
	},
	postfix: {
		notes: ['Nothing is executed without --postconf, nothing is connected to without --probe.'],
		examples: [
			{
				what: 'What was meant, what holds, and what the log saw:',
				line: 'tlsaudit postfix samples/founding-postfix --log samples/founding-case.log',
			},
			{what: 'The fixes as a script:', line: 'tlsaudit postfix samples/founding-postfix --format sh'},
		],
	},
	probe: {
		notes: [
			'--tlsa asks the resolver of this host; only its AD bit says that DNSSEC was validated. Hybrid groups (X25519MLKEM768 and its kin) are asked for where the local OpenSSL has them, from 3.5 on.',
			nagios,
		],
		examples: [
			{what: 'TLS at once:', line: 'tlsaudit probe mail.example.org:465'},
			{
				what: 'A certificate that ends within 30 days is a WARNING:',
				line: 'tlsaudit probe mail.example.org:993 --warn-days 30 --format nagios',
			},
		],
	},
	explain: {
		notes: [
			'The file is read from its beginning, as other lines say whose session it is; it may be compressed. To explain all lines of a mail: grep -h QUEUEID mail.log | tlsaudit explain -',
		],
		examples: [
			{what: 'Framing, program, record and session of a line:', line: 'tlsaudit explain samples/founding-case.log:12'},
			{what: 'Several lines:', line: 'tlsaudit explain samples/founding-case.log:11-16'},
			{
				what: 'Lines of a pipe:',
				line: 'grep TLSv1.3 samples/founding-case.log | tlsaudit explain -',
			},
		],
	},
	export: {
		examples: [{what: 'What was imported, for a lake of many hosts:', line: 'tlsaudit export --db mail.db --to lake'}],
		notes: [
			'A lake is read by --db lake, or --db with a pattern in quotes: --db "lake/day=2026-11-*/**/*.parquet".',
			'A server is clickhouse://USER@HOST:PORT/DATABASE, or clickhouses:// for TLS; see tlsaudit help fleet.',
		],
	},
	'db verify': {
		examples: [{what: 'Whether a database is whole:', line: 'tlsaudit db verify mail.db'}],
	},
	'db accept': {
		notes: [
			'A log that an import could not read to its end (an archive that breaks off, a file that may not be read) leaves every verdict on the database undecided until the log is imported whole. Where nobody has it whole, this says so: verdicts are made again, and reports name the log as a remark. The next export takes it to a lake or server.',
		],
		examples: [
			{what: 'What nobody has, after an import that said so:', line: 'tlsaudit db accept mail.db mail.log.3.gz'},
		],
	},
	'policy list': {
		examples: [{what: 'The policies that --policy knows by name:', line: 'tlsaudit policy list'}],
	},
	'policy show': {
		examples: [{what: 'Its rules, each with its source:', line: 'tlsaudit policy show rfc9325'}],
	},
	'policy validate': {
		examples: [{what: 'Whether a file is a policy:', line: 'tlsaudit policy validate samples/own-policy.yaml'}],
	},
	'policy schema': {
		examples: [{what: 'For an editor:', line: 'tlsaudit policy schema > policy.schema.json'}],
	},
	init: {
		notes: [
			'Writes a policy with comments, a script with a service and a timer of systemd, a line for cron, and a command for Nagios and Icinga. The policy extends one of tlsaudit policy list, which --policy names; a file is none of them. Nothing is installed, and without --overwrite nothing that is there is overwritten. tlsaudit help monitoring says what they do.',
		],
		examples: [
			{what: 'Into the folder tlsaudit, with the next step for each file:', line: 'tlsaudit init'},
			{
				what: 'With what a log shows beside the policy:',
				line: 'tlsaudit init samples/founding-case.log --dir first',
			},
		],
	},
	help: {
		notes: ['A word that names a command and a page, such as postfix, shows both.'],
		examples: [
			{what: 'What a command takes:', line: 'tlsaudit help check'},
			{what: 'A page:', line: 'tlsaudit help policies'},
		],
	},
	completion: {
		notes: [
			'Put eval "$(tlsaudit completion bash)" into ~/.bashrc, the same with zsh into ~/.zshrc behind compinit, tlsaudit completion fish | source into ~/.config/fish/config.fish.',
			'With words of a command line behind the shell, it prints what the last of them may become: the script asks so.',
		],
		examples: [
			{what: 'The script, to be read by the shell:', line: 'tlsaudit completion bash'},
			{what: 'What it asks:', line: 'tlsaudit completion bash -- check --pol'},
		],
	},
};
