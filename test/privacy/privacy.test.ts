import test from 'ava';
import fc from 'fast-check';
import {numbers} from '../../src/privacy/names.ts';
import {createPrivacy, noPrivacy} from '../../src/privacy/privacy.ts';
import {runs} from '../runs.ts';

const masks = () => createPrivacy('mask', numbers());

test('a text whose column nobody has thought of is not shown, nor are lines of the log', t => {
	const {shown} = masks();
	t.deepEqual(shown({new_column: 'ana', list: [{other: ['ana']}], sessions: 3, is: true, none: null}), {
		new_column: '(not shown)',
		list: [{other: ['(not shown)']}],
		sessions: 3,
		is: true,
		none: null,
	});
	t.like(shown({examples: [{example: 'Oct 12 mx1 …', shape: 'Oct # mx1', count: 2}]}), {
		examples: [{example: '(not shown)', shape: '(not shown)', count: 2}],
	});
});

test('names are replaced wherever they stand, the same one by the same', t => {
	const {shown} = masks();
	t.deepEqual(
		shown({
			violations: [
				{rule: 'min-version', reference: 'RFC 8997, section 3', peers: [{peer_ip: '192.0.2.1', username: 'ana'}]},
			],
			failures: [{peers: [{peer: 'mx.example.org[192.0.2.1]'}, {peer: '192.0.2.1'}, {peer: 'unknown'}]}],
			rows: [
				{kind: 'peer', item: 'mx.example.org', peer: {ip: null, host: 'mx.example.org'}},
				{kind: 'version', item: 'TLSv1.3', peer: null},
			],
			usernames: ['bo', 'ana'],
		}),
		{
			violations: [
				{rule: 'min-version', reference: 'RFC 8997, section 3', peers: [{peer_ip: '192.0.x.x#1', username: 'user-1'}]},
			],
			failures: [{peers: [{peer: 'host-1.invalid[192.0.x.x#1]'}, {peer: '192.0.x.x#1'}, {peer: 'unknown'}]}],
			rows: [
				{kind: 'peer', item: 'host-1.invalid', peer: {ip: null, host: 'host-1.invalid'}},
				{kind: 'version', item: 'TLSv1.3', peer: null},
			],
			usernames: ['user-2', 'user-1'],
		},
	);
});

test('what a policy says of peers is replaced, its rules stay', t => {
	const {shown} = masks();
	const policy = {
		name: 'own',
		rules: [{id: 'min-version'}],
		exceptions: [{cidr: '192.0.2.0/24'}],
		destinations: [{domain: 'a.example'}],
	};
	t.deepEqual(shown({policy}), {policy: {...policy, exceptions: [], destinations: []}});
	t.deepEqual(
		shown({
			policy: 'own',
			suppressed: [{reason: 'the printer of Ana', until: '2099-01-01'}],
			expired: [
				{
					rules: ['min-version'],
					cidr: '192.0.2.0/24',
					domain: 'a.example',
					user: 'ana',
					reason: 'Ana',
					until: '2020-01-01',
				},
			],
			failures: [{reason: 'lost-connection'}],
			violations: [{reference: 'policy, destinations: a.example'}],
		}),
		{
			policy: 'own',
			suppressed: [{reason: '(not shown)', until: '2099-01-01'}],
			expired: [
				{
					rules: ['min-version'],
					cidr: 'network-1',
					domain: 'domain-1.invalid',
					user: 'user-1',
					reason: '(not shown)',
					until: '2020-01-01',
				},
			],
			failures: [{reason: 'lost-connection'}],
			violations: [{reference: 'policy, destinations: domain-1.invalid'}],
		},
	);
});

test('programs that everyone has stay; instances, files, databases and notes about them do not name a machine', t => {
	const {shown} = masks();
	t.deepEqual(
		shown({
			tags: [{tag: 'postfix/submission/smtpd'}, {tag: 'postfix-acme/smtpd'}, {tag: 'dovecot: imap-login'}],
			service: 'acme-relay',
			source: '/var/log/acme/mail.log',
			notices: [
				'mx1 postfix-acme/smtpd has switched TLS off and offers none; see /var/log/acme/mail.log, line 7.',
				'mx1 has logged no session since 2026-11-24 18:00:00 UTC, a day or more before the last of all hosts.',
				'/var/log/acme/maillog was not read to its end on 2026-11-30, which was accepted on 2026-12-01.',
			],
			missing: ['submission 465: of 3 sessions postfix-acme/smtpd does not log the version; set x.'],
			problems: [
				'/var/log/acme/mail.log: no such file',
				'/srv/acme.db: a log was not read to its end on 2026-11-30: /var/log/acme/maillog: the gzip file ends too early',
			],
			change: {before: {database: '/srv/acme.db'}, notes: ['sessions of /srv/acme.db up to 10:00 were deleted']},
		}),
		{
			tags: [{tag: 'postfix/submission/smtpd'}, {tag: 'program-1/smtpd'}, {tag: 'dovecot: imap-login'}],
			service: 'program-2',
			source: 'log-1',
			notices: [
				'host-1.invalid program-1/smtpd has switched TLS off and offers none; see log-1, line 7.',
				'host-1.invalid has logged no session since 2026-11-24 18:00:00 UTC, a day or more before the last of all hosts.',
				'log-2 was not read to its end on 2026-11-30, which was accepted on 2026-12-01.',
			],
			missing: ['submission 465: of 3 sessions program-1/smtpd does not log the version; set x.'],
			problems: [
				'log-1: no such file',
				'log-3: a log was not read to its end on 2026-11-30: log-2: the gzip file ends too early',
			],
			change: {before: {database: 'log-3'}, notes: ['sessions of log-3 up to 10:00 were deleted']},
		},
	);
});

test('words of TLS stay as they are', t => {
	const {shown} = masks();
	const same = {
		rows: [
			{
				protocol: 'TLSv1.3',
				cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
				key_exchange: 'ECDH prime256v1 (256 bits)',
				tls_level: 'may:?',
			},
			{alert: 'no shared cipher (193)', group: 'X25519MLKEM768', failure: 'no-shared-cipher', worst: 'SSLv3'},
			{versions: {'TLSv1.2': 1}, observed: {'465 implicit TLS': 2, '4950 others': 3}, groups: {x25519: 1}},
		],
	};
	t.deepEqual(shown(same), same);
});

test('a peer that puts a name into a word of TLS, or into a name of a count, is not shown with it', t => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.ipV4(),
				fc.ipV6().filter(text => text.length > 4),
				fc.domain(),
				fc.emailAddress(),
			),
			fc.constantFrom('', 'no shared cipher ', '(', '[', 'to ', 'said:'),
			fc.constantFrom('', ' said', ')', ']', ', too', '.', ': no'),
			(name, before, after) => {
				const text = `${before}${name}${after}`;
				const shown = masks().shown({alert: text, versions: {[text]: 1}});
				t.false(JSON.stringify(shown).includes(name), text);
			},
		),
		{numRuns: runs(300)},
	);
});

test('without the flag a result is given back as it is', t => {
	const result = {peer_ip: '192.0.2.1'};
	t.is(noPrivacy.shown(result), result);
	t.is(noPrivacy.said('user-1'), 'user-1');
});
