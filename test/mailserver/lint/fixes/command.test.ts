import test from 'ava';
import fc from 'fast-check';
import {commandOf, directoryOf, type Edit, editLine} from '../../../../src/mailserver/lint/fixes/command.ts';
import {runs} from '../../../runs.ts';

test('A command of a fix is read as what it changes', t => {
	t.deepEqual(commandOf("postconf -e 'smtp_tls_loglevel=1' 'smtpd_banner=it'\\''s $x'"), {
		edits: [
			{service: null, name: 'smtp_tls_loglevel', value: '1'},
			{service: null, name: 'smtpd_banner', value: "it's $x"},
		],
	});
	t.deepEqual(commandOf('postconf -X smtpd_use_tls'), {edits: [{service: null, name: 'smtpd_use_tls', value: null}]});
	t.deepEqual(commandOf("postconf -P '[::1]:587/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'"), {
		edits: [{service: '[::1]:587/inet', name: 'smtpd_tls_mandatory_protocols', value: '>=TLSv1.2'}],
	});
	t.deepEqual(commandOf('postconf -PX 465/inet/smtpd_tls_security_level'), {
		edits: [{service: '465/inet', name: 'smtpd_tls_security_level', value: null}],
	});
	t.deepEqual(commandOf("postconf -M 'tlsmgr/unix=tlsmgr unix - - y 1000? 1 tlsmgr'"), {
		entry: {service: 'tlsmgr/unix', line: 'tlsmgr unix - - y 1000? 1 tlsmgr'},
	});
	t.deepEqual(commandOf('postmap hash:/etc/postfix/tls_policy'), {rebuilt: 'hash:/etc/postfix/tls_policy'});
	t.deepEqual(commandOf("echo >> '/etc/post fix/main.cf'"), {ends: 'main.cf'});
	t.is(directoryOf("postconf -c /etc/postfix-out -e 'a=b'"), '/etc/postfix-out');
	t.is(directoryOf("postconf -e 'a=b'"), null);
});

const notCommands = [
	'-o smtpd_tls_security_level=encrypt',
	'by hand in master.cf line 3, service "smtp inet": delete -o x=…',
	"once the certificate is there: postconf -e 'smtpd_tls_security_level=may'",
	"postconf -e 'smtpd_tls_chain_files=KEYFILE,FULLCHAIN'",
	"postconf -P 'smtp/inet/smtpd_tls_protocols=>=TLSv1.2, !TLSv1.3'",
	"postconf -P '*/inet/smtpd_tls_loglevel=1'",
	"postconf -P 'inet/smtpd_tls_loglevel=1'",
	'postconf -X -f',
	"postconf -e '-f=1'",
	"postconf -e 'smtp_tls_loglevel'",
	'postconf -n',
	'postconf',
	"postconf -e 'a=\u001b[2J'",
	"postconf -e 'a=b\u202ec'",
	'postconf -e "a=$(id)"',
	"postconf -e 'a=b'; id",
	'postmap -q x',
	'echo >> /etc/passwd',
	'',
];

for (const line of notCommands)
	test(`No command that can be run as it stands: ${JSON.stringify(line)}`, t => {
		t.is(commandOf(line), null);
	});

const value = fc.string({unit: fc.constantFrom(...'abz09 =,:\'"\\$`;&|#!<>()*?~-_/.'), maxLength: 30});

test('What is written is read again, whatever a value holds', t => {
	const edits: fc.Arbitrary<Edit> = fc.record({
		service: fc.constantFrom(null, 'smtp/inet', '[::1]:587/inet', '192.0.2.1:submission/inet'),
		name: fc.constantFrom('smtpd_tls_protocols', 'syslog_name', '2bounce_notice_recipient'),
		value: fc.option(value),
	});
	fc.assert(
		fc.property(edits, fc.constantFrom(null, '/etc/postfix-out', '/etc/post fix'), (edit, directory) => {
			// postconf -P takes no blanks.
			if (edit.service !== null && /\s/.test(edit.value ?? '')) return;
			const line = editLine(edit, directory);
			t.deepEqual(commandOf(line), {edits: [edit]}, line);
			t.is(directoryOf(line), directory);
		}),
		{numRuns: runs(300)},
	);
});
