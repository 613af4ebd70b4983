import {ownCopy} from './text.ts';

/**
 * Who writes under a tag. Postfix builds it as `syslog_name/program` (global/mail_task.c): the last label is the program,
 * the first the instance, what lies between is the operator's word for the service (master.cf `-o syslog_name`).
 */
export type Program =
	| 'smtpd'
	| 'smtp'
	| 'lmtp'
	| 'tlsproxy'
	| 'postscreen'
	| 'master'
	/** error(8), also under the name of the service `retry`. */
	| 'error'
	/** A Postfix program that says nothing of sessions. */
	| 'other'
	/**
	 * `postfix` alone: rsyslog's RFC 5424 output cuts the tag at the slash, and `postfix.service` of journald is a unit; the
	 * text must name the program.
	 */
	| 'cut'
	| 'dovecot'
	/** Dovecot's own log file: the tag is the login process itself, `imap-login`. */
	| 'dovecot-login'
	/** Programs that report lost lines. */
	| 'logger'
	| 'foreign';

export type Tag = {
	readonly name: string;
	readonly program: Program;
	readonly instance: string;
	/** The operator's word for the service, null when the tag has none. */
	readonly service: string | null;
};

const postfixPrograms = new Set([
	'anvil', 'bounce', 'cleanup', 'defer', 'discard', 'dnsblog', 'flush', 'local', 'mailq', 'master', 'nqmgr', 'oqmgr',
	'pickup', 'pipe', 'postalias', 'postcat', 'postdrop', 'postfix-script', 'postfix-tlspol', 'postlog', 'postlogd', 'postmap',
	'postmulti', 'postqueue', 'postsuper', 'posttls-finger', 'proxymap', 'proxywrite', 'qmgr', 'qmqpd', 'qshape', 'scache',
	'sendmail', 'showq', 'spawn', 'tlsmgr', 'trace', 'trivial-rewrite', 'verify', 'virtual', 'smtp-sink', 'smtp-source', 'nbdb_reindexd',
	'tlsrpt', 'set-permissions', 'post-install',
]); // biome-ignore format: a list of words reads better in lines

const sessionPrograms = new Set(['smtpd', 'smtp', 'lmtp', 'tlsproxy', 'postscreen', 'master']);
const loggers = new Set(['rsyslogd', 'systemd-journald', 'journald', 'syslog-ng', 'systemd-journal']);

/** Reads a tag (without pid and colon). Any operator's word is accepted. */
export function readTag(name: string): Tag {
	const labels = name.split('/');
	const last = labels[labels.length - 1] ?? '';
	const instance = labels[0] ?? '';
	const service = labels.length > 2 ? labels.slice(1, -1).join('/') : null;
	const tag = (program: Program): Tag => ({name, program, instance, service});
	if (labels.length > 1) {
		if (sessionPrograms.has(last)) return tag(last as Program);
		if (last === 'error' || last === 'retry') return tag('error');
		if (postfixPrograms.has(last) || instance.startsWith('postfix')) return tag('other');
		return tag('foreign');
	}
	if (name === 'dovecot') return tag('dovecot');
	if (name.endsWith('-login') && loginServices.has(name.slice(0, -6))) return tag('dovecot-login');
	if (/^postfix(?:[-@.]|$)/.test(name)) return tag('cut');
	if (loggers.has(name)) return tag('logger');
	// Dovecot's own log file after the login: `imap(user)<pid><session>`.
	if (/^(?:imap|pop3|lmtp|managesieve|submission|indexer-worker)\(/.test(name)) return tag('other');
	return tag('foreign');
}

const knownPrograms = new Map<string, Program>();
const mostKnown = 2000;

/** The program of a tag, remembered: the tags of a log are few. */
export function programOfTag(name: string): Program {
	const known = knownPrograms.get(name);
	if (known) return known;
	if (knownPrograms.size >= mostKnown) knownPrograms.clear();
	const {program} = readTag(name);
	knownPrograms.set(ownCopy(name), program);
	return program;
}

/** Login processes of Dovecot and Pigeonhole whose lines share one shape (login-common). */
const loginServices: ReadonlySet<string> = new Set([
	'imap',
	'pop3',
	'submission',
	'managesieve',
	'sieve',
	'imap-urlauth',
]);

/**
 * The program behind a tag that lost its last label, recognized from the first words of the text; undefined when many programs
 * write such a line. The strong ones are lines that one program alone writes.
 */
function programOf(text: string): Program | undefined {
	const first = text.charCodeAt(0);
	if (first === 99 && text.startsWith('connect from ')) return 'smtpd';
	if (first === 100) {
		if (text.startsWith('disconnect from ')) return 'smtpd';
		if (text.startsWith('daemon started ')) return 'master';
	}
	if (first === 67) {
		if (text.startsWith('CONNECT from ')) return text.indexOf(' to ', 13) > 0 ? 'postscreen' : 'tlsproxy';
		if (text.startsWith('CONNECT to ')) return 'tlsproxy';
	}
	if (first === 80 && (text.startsWith('PASS NEW ') || text.startsWith('PASS OLD ') || text.startsWith('PREGREET ')))
		return 'postscreen';
	if (text.startsWith('TLS handshake failed for service=')) return 'tlsproxy';
	if (text.startsWith('SSL_accept error from ')) return 'smtpd';
	if (text.startsWith('SSL_connect error to ')) return 'smtp';
	if (text.startsWith('reload -- version ')) return 'master';
	if (first >= 48 && first <= 122) {
		const after = text.indexOf(': ') + 2;
		if (after > 6 && after < 32) {
			if (text.startsWith('client=', after)) return 'smtpd';
			if (text.startsWith('to=<', after)) return programOfDelivery(text);
			if (text.startsWith('Cannot start TLS', after)) return 'smtp';
		}
	}
	const summary = text.indexOf('TLS connection ');
	if (summary >= 0 && summary <= 10) {
		if (text.startsWith('established from ', summary + 15))
			return text.charCodeAt(summary + 32) === 91 ? 'tlsproxy' : 'smtpd';
		if (text.startsWith('reused to ', summary + 15)) return 'smtp';
	}
	return undefined;
}

/** Why TLS stopped mail before there was a connection: smtp alone says so, and error(8) that it stays so. */
const heldByTls =
	/, relay=none, .*status=\w+ \((delivery temporarily suspended: )?(?:TLS is required|TLSA |no TLSA|non DNSSEC|client TLS|Cannot start TLS|Server certificate |Sender requested REQUIRETLS)/;

/** error, local, virtual and pipe write deliveries, too, but never with a host and a port. */
function programOfDelivery(text: string): Program | undefined {
	if (/, relay=[^ ]*\]:\d+, /.test(text)) return 'smtp';
	const held = heldByTls.exec(text);
	if (held === null) return undefined;
	return held[1] === undefined ? 'smtp' : 'error';
}

/** Programs of processes, by the host and tag they write under. */
export type ProgramsByPid = Map<string, Map<number, Program>>;

const mostTags = 1000;

/** Remembers which program a process is, for tags that lost their last label: a pid keeps its program for its life. */
export function createProgramMemory(memory: ProgramsByPid): {of(tag: string, pid: number, text: string): Program} {
	return {
		of(tag, pid, text) {
			let pids = memory.get(tag);
			if (!pids) {
				if (memory.size >= mostTags) memory.clear();
				pids = new Map();
				memory.set(tag, pids);
			}
			const named = programOf(text);
			const known = pids.get(pid);
			if (named === undefined) return known ?? (summaryTo(text) ? 'smtp' : 'other');
			// tlsproxy writes no `connect from`, but smtp and tlsproxy both write «established to»: CONNECT decided already.
			if (named !== known) {
				if (pids.size > 8192) pids.clear();
				pids.set(pid, named);
			}
			return named;
		},
	};
}

function summaryTo(text: string): boolean {
	const at = text.indexOf('TLS connection established to ');
	return at >= 0 && at <= 10;
}
