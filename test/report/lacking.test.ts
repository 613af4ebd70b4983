import test from 'ava';
import {lacking} from '../../src/report/lacking.ts';

const hop = {port: 25, sessions: 3, encrypted: 2, plaintext: 0, failed: 0, unknown: 0, messages: 1, violations: 0};

test('a log that says everything lacks nothing', t => {
	t.deepEqual(
		lacking({
			hops: [{hop: 'relay-in', ...hop}],
			suites: [{hop: 'relay-in', port: 25, protocol: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', sessions: 2}],
		}),
		[],
	);
});

test('what is missing is said with what to set, once a hop', t => {
	const sentences = lacking({
		hops: [
			{hop: 'relay-out', ...hop, unknown: 1},
			{hop: 'relay-out', ...hop, port: 587, unknown: 2},
			{hop: 'access', ...hop},
		],
		suites: [{hop: 'access', port: null, protocol: null, cipher: null, sessions: 1}],
	});
	t.is(sentences.length, 2);
	t.regex(sentences[0] ?? '', /^relay-out: for 3 sessions .*smtp_tls_loglevel = 1/);
	t.regex(sentences[1] ?? '', /^access: 1 session used TLS .*%k .*login_log_format_elements/);
});
