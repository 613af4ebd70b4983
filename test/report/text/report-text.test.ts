import test from 'ava';
import {emptyCoverage} from '../../../src/model/coverage.ts';
import {asciiMarks, coloured, monochrome} from '../../../src/report/text/layout.ts';
import {reportText} from '../../../src/report/text/report-text.ts';
import {summary} from '../sample-summary.ts';

test('the report says hops, versions, ciphers, violations with who, failures and coverage', t => {
	t.is(
		reportText(summary, monochrome, asciiMarks),
		`Fail: 3 violations of policy founding; in 1 of 11 sessions the log lacks what it
  asks for.
From 2026-01-31 08:00:00 to 2026-01-31 09:00:00 UTC

Policy founding
violation min-version: submission 465: 3 sessions, 1 message, 7 peers
    seen TLSv1 (3 sessions); required TLSv1.2 or later [RFC 8997, section 3]
    who ana�[2J from old.example.org[192.0.2.1] (2 sessions), 192.0.2.2 (1)
      and 5 more
    see mail.log, lines 11 to 16
    when 2026-01-31 08:00 to 2026-01-31 09:00 UTC
all peers: tlsaudit sql 'from violations', with the same files and policy
info relay-service: relay-out: 1 session

Failures: 1 session with a reason, of which 1 failed
not-tls, wrong version number (267): theirs
    submission 465: 1 session; old.example.org[192.0.2.1] (1) and 3 more
    Set the client to SSL/TLS.
all peers: tlsaudit sql "from sessions where failure is not null or outcome =
  'failed'", with the same files

What the log lacks
submission 465: of 1 session postfix/smtps/smtpd does not log the TLS version
  and the cipher; set smtpd_tls_loglevel = 1 in main.cf.

Policy and what was seen: founding
OPERATION, WAY IN   POLICY      TLSv1.3  TLSv1.2  OLDER  PLAIN  FAILED  UNKNOWN
submission
  465 implicit TLS  - allowed         5        -    x 3      -       1        1
  587 STARTTLS      - allowed         -        -      -      -       -        -
  25 STARTTLS       x weakness        -        -      -      -       -        -
relay in
  25 STARTTLS       - allowed         -        -      -      -       -        -
relay out
  25 STARTTLS       - allowed         -        -      -      -       -        -
  no port           - unknown         -        -      -    x 2       -        -
mailbox access
  993 implicit TLS  - allowed         -        -      -      -       -        -
  143 STARTTLS      x weakness        -        -      -      -       -        -
  995 implicit TLS  - allowed         -        -      -      -       -        -
  110 STARTTLS      x weakness        -        -      -      -       -        -
x not wanted, numbers count sessions

Hops
HOP         PORT  SESSIONS  ENCRYPTED  PLAINTEXT  FAILED  VIOLATING  MESSAGES
submission   465        10          9          0       1          3         4
relay-out      -         2          0          2       0          0         0

TLS versions, in sessions
HOP         PORT  TLSv1  TLSv1.3  not logged
submission   465      3        5           1

Ciphers
HOP         PORT  CIPHER                  SESSIONS   SHARE
submission   465  TLS_AES_256_GCM_SHA384         4  44.4 %
                  AES128-SHA                     3  33.3 %
                  TLS_AES_128_GCM_SHA256         1  11.1 %
                  not logged                     1  11.1 %

Lines read
KIND                   LINES    SHARE
understood                10   50.0 %
irrelevant mail lines      5   25.0 %
other programs             3   15.0 %
malformed                  2   10.0 %
all                       20  100.0 %
Lines that speak of TLS and were not understood: 1; one of each kind:
  1 × TLS � odd
Note: The log has no lines of TLS.
`,
	);
});

test('no line is longer than 80 columns, with millions of sessions and an unknown column', t => {
	const hops = summary.hops.map(row => ({
		...row,
		sessions: 3_456_789,
		encrypted: 2_345_678,
		plaintext: 1_234_567,
		unknown: 12_345,
		messages: 2_345_678,
		violations: 1_234_567,
	}));
	const lines = reportText({...summary, hops}, monochrome, asciiMarks).split('\n');
	t.deepEqual(
		lines.filter(line => line.length > 80),
		[],
	);
	t.true(lines.some(line => line.includes('UNKNOWN')));
});

test('without sessions it says so, and still gives the coverage', t => {
	const empty = {
		...summary,
		...{hops: [], suites: [], violations: [], failures: [], missing: [], places: [], period: {from: null, to: null}},
		...({verdict: 'nothing-read', nothing: '3 of 3 lines were not understood'} as const),
	} as const;
	const text = reportText({...empty, coverage: emptyCoverage()}, monochrome, asciiMarks);
	t.regex(text, /^Nothing read: 3 of 3 lines were not understood\.\n\nNo sessions found\.\n\nLines read\n/);
});

test('more ciphers than a terminal shows are summed up, and in a file they are all there', t => {
	const suites = Array.from({length: 9}, (_, index) => ({
		hop: 'submission' as const,
		port: 465,
		protocol: 'TLSv1.2',
		cipher: `C${index}`,
		sessions: 1,
	}));
	const terminal = {width: 80, whole: false};
	t.regex(reportText({...summary, suites}, monochrome, asciiMarks, terminal), / 3 more +3 +33\.3 %/);
	const text = reportText({...summary, suites}, monochrome, asciiMarks);
	for (const {cipher} of suites) t.regex(text, new RegExp(` ${cipher} +1 +11\\.1 %$`, 'm'));
});

test('colour never carries meaning alone: without it the text is the same', t => {
	const stripped = reportText(summary, coloured, asciiMarks).replaceAll(/\x1b\[\d+m/g, '');
	t.is(stripped, reportText(summary, monochrome, asciiMarks));
});

test('failures say what became of the sessions, and name at most three peers of a row on a terminal, all that are known in a file', t => {
	const [failure] = summary.failures;
	if (failure === undefined) return t.fail();
	const peers = Array.from({length: 100}, (_, index) => ({
		...{peer: `192.0.2.${index}`, peer_ip: `192.0.2.${index}`, peer_host: null, sessions: 1},
	}));
	const rows = {
		...summary,
		failures: [
			{...failure, count: 150, peers, peer_count: 150},
			{...failure, outcome: 'plaintext', count: 2, peer_count: 0, peers: []},
			{...failure, outcome: 'encrypted', count: 3, peer_count: 0, peers: []},
		],
	} as const;
	const file = reportText(rows, monochrome, asciiMarks).replaceAll(/\s+/g, ' ');
	t.regex(file, /Failures: 155 sessions with a reason, of which 150 failed/);
	t.regex(file, /submission 465: 150 sessions, failed; 192\.0\.2\.0 \(1\), .*192\.0\.2\.99 \(1\) and 50 more/);
	t.regex(file, /submission 465: 2 sessions, plaintext afterwards submission 465: 3 sessions, encrypted, then broken/);
	const terminal = reportText(rows, monochrome, asciiMarks, {width: 80, whole: false}).replaceAll(/\s+/g, ' ');
	t.regex(terminal, /192\.0\.2\.2 \(1\) and 147 more .*all peers: tlsaudit sql/);
});
