import test from 'ava';
import {serverProblem} from '../../../src/store/clickhouse/server-problem.ts';

const name = 'clickhouse://h:1/x';
const coded = (code: string, message = code): Error => Object.assign(new Error(message), {code});

test('what a server or a network says is one sentence', t => {
	for (const [error, sentence] of [
		[
			new Error('Code: 60, e.displayText() = DB::Exception: Table x.parts does not exist.\n'),
			/has no tables of tlsaudit/,
		],
		[coded('60', 'Table x.parts does not exist. '), /has no tables of tlsaudit/],
		[coded('516', 'u: Authentication failed'), /refuses this user with this password/],
		[coded('497', 'u: Not enough privileges'), /lacks a right/],
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
		[new Error('<html>Not found</html>'), /is no HTTP interface of ClickHouse/],
	] as const) {
		const {message, cause} = serverProblem(name, error);
		t.regex(message, sentence);
		t.true(message.startsWith(`${name}: `));
		t.false(message.includes('\n'));
		t.is(cause, error);
	}
	const known = serverProblem(name, coded('60'));
	t.is(serverProblem(name, known), known);
});
