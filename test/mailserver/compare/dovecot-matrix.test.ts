import test from 'ava';
import {dovecotMatrix} from '../../../src/mailserver/compare/dovecot-matrix.ts';
import {readDoveconf} from '../../../src/mailserver/dovecot/doveconf-output.ts';

const heading = '# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf\n';
const rows = (text: string): string[] =>
	dovecotMatrix(readDoveconf(text), null, null, new Map()).map(
		({service, port, effective}) =>
			`${service} ${port} ${effective.demand} ${effective.versions[0]} ${effective.origin}`,
	);

test('each open listener has a row', t => {
	t.deepEqual(rows(`${heading}protocols = imap\nssl = required\n`), [
		'imap 143 required TLSv1.2 default of Dovecot',
		'imaps 993 implicit TLSv1.2 default of Dovecot',
	]);
	t.deepEqual(
		rows(`${heading}protocols = imap\nservice imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}\n`),
		['imaps 993 implicit TLSv1.2 default of Dovecot'],
	);
});

test('a protocol’s own settings hold for its listeners', t => {
	const text = `${heading}protocols = imap pop3\nssl_min_protocol = TLSv1.2\nprotocol imap {\n  ssl = required\n  ssl_min_protocol = TLSv1.3\n}\ndisable_plaintext_auth = no\n`;
	t.deepEqual(rows(text), [
		'imap 143 required TLSv1.3 doveconf',
		'imaps 993 implicit TLSv1.3 doveconf',
		'pop3 110 offered TLSv1.2 doveconf',
		'pop3s 995 implicit TLSv1.2 doveconf',
	]);
});

test('what is not known has no row', t => {
	t.deepEqual(rows('ssl = required\nssl_min_protocol = TLSv1.2\nprotocols = imap\n'), []);
	t.deepEqual(rows(`${heading}ssl_min_protocol = TLS1.2\n`), []);
	const listener = 'service imap-login {\n  inet_listener imaps {\n    port = 993\n  }\n}\n';
	t.deepEqual(rows(`ssl_min_protocol = TLSv1.2\n${listener}`), []);
	t.deepEqual(rows(`ssl = required\nssl_min_protocol = TLSv1.2\n${listener}`), [
		'imaps 993 implicit TLSv1.2 doveconf line 2',
	]);
});
