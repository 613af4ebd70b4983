import test from 'ava';
import {type Asking, serverProblem} from '../../../src/store/clickhouse/server-problem.ts';

const name = 'clickhouse://h:1/x';
const asking: Asking = {user: 'mailhosts', hasPassword: true};
const coded = (code: string, message = code): Error => Object.assign(new Error(message), {code});

test('what a server or a network says is one sentence', t => {
	for (const [error, sentence] of [
		[
			new Error('Code: 60, e.displayText() = DB::Exception: Table x.parts does not exist.\n'),
			/has no tables of tlsaudit/,
		],
		[coded('60', 'Table x.parts does not exist. '), /has no tables of tlsaudit/],
		[coded('60', "Unknown table expression identifier 'parts' in scope SELECT 1"), /has no tables of tlsaudit/],
		[
			new Error("Code: 60, e.displayText() = DB::Exception: Table x.origins doesn't exist.\n"),
			/: the table origins is gone; make it with tlsaudit export --create-tables, and export from every host again$/,
		],
		[
			coded('60', "Unknown table expression identifier 'x.segments' in scope SELECT 1"),
			/: the table segments is gone; drop the others of tlsaudit, too, make all with tlsaudit export --create-tables, and/,
		],
		[coded('516', 'u: Authentication failed'), /refuses the user mailhosts with this password; give it/],
		[coded('497', 'u: Not enough privileges'), /: the user mailhosts lacks a right; see tlsaudit help fleet$/],
		[
			coded(
				'497',
				"u: Not enough privileges. To execute this query, it's necessary to have the grant INSERT(fingerprint, body) ON mail_tls.parts. ",
			),
			/: the user mailhosts lacks the right INSERT on mail_tls\.parts; see tlsaudit help fleet$/,
		],
		[
			coded(
				'497',
				"Not enough privileges. To execute this query it's necessary to have grant CREATE TABLE ON mail_tls.parts",
			),
			/lacks the right CREATE TABLE on mail_tls\.parts;/,
		],
		[
			coded('164', 'Cannot insert into table in readonly mode'),
			/: the user mailhosts may only read \(its setting readonly\);/,
		],
		[coded('12345', 'Of another kind.\nMore'), /^clickhouse:\/\/h:1\/x: the server says: Of another kind\.$/],
		[coded('ECONNREFUSED'), /cannot be reached \(ECONNREFUSED\)/],
		[new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), /cannot be reached \(ECONNREFUSED\)/],
		[
			coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'),
			/its certificate is not trusted \(self-signed certificate\)/,
		],
		[coded('CERT_HAS_EXPIRED', 'certificate has expired'), /its certificate is not trusted/],
		[coded('ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname/IP does not match'), /its certificate is not trusted/],
		[coded('EPROTO', 'write EPROTO: wrong version number'), /no TLS is spoken there/],
		[coded('ECONNRESET', 'socket hang up'), /has broken off/],
		[new Error('The user aborted a request.'), /the server does not answer; check host and port/],
		[new Error('<html>Not found</html>'), /is no HTTP interface of ClickHouse/],
	] as const) {
		const {message, cause} = serverProblem(name, error, asking);
		t.regex(message, sentence);
		t.true(message.startsWith(`${name}: `));
		t.false(message.includes('\n'));
		t.is(cause, error);
	}
	const known = serverProblem(name, coded('60'), asking);
	t.is(serverProblem(name, known, asking), known);
	t.regex(
		serverProblem(name, coded('516'), {...asking, hasPassword: false}).message,
		/: the server refuses the user mailhosts, and no password was given; give it as TLSAUDIT_CLICKHOUSE_PASSWORD or/,
	);
});
