import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {lint, notCheckable} from '../../../src/mailserver/lint/lint.ts';
import {planOf} from '../../../src/mailserver/lint/plan.ts';
import {subjectOf, type Texts} from './checks/linted.ts';
import type {Files} from './generated.ts';
import {afterPlan} from './postconf-model.ts';
import {losses} from './protection.ts';

const subjectFrom = ({main, master}: Files) => subjectOf({wholeMain: main, wholeMaster: master});

const commandsFor = (texts: Texts): readonly string[] =>
	planOf(subjectOf(texts)).plan.steps.map(({command}) => command);

test('What only a second look finds is in the list', t => {
	// At level may the list of the mandatory case is not read; raised to encrypt, it is, and would let in TLS 1.0.
	const master =
		'submission inet n - y - - smtpd\n  -o syslog_name=postfix/submission\n  -o smtpd_tls_security_level=may\n';
	const main = 'smtpd_tls_protocols = >=TLSv1.2\nsmtpd_tls_mandatory_protocols = >=TLSv1\n';
	t.deepEqual(commandsFor({main, master}), [
		"postconf -P 'submission/inet/smtpd_tls_security_level=encrypt'",
		"postconf -e 'smtpd_tls_mandatory_protocols=>=TLSv1.2'",
	]);
});

test('A command that would lower anything is left to the administrator, with the reason', t => {
	const {steps, byHand} = planOf(subjectOf({main: 'smtpd_tls_security_level = encrypt\n'})).plan;
	t.deepEqual(
		steps.filter(({command}) => command.includes('level')),
		[],
	);
	const [hand] = byHand.filter(({id}) => id === 'public-mx-mandatory');
	t.regex(hand?.advice ?? '', /^decide yourself, since it .*lowers smtp\/inet from level encrypt to may: postconf -e /);
});

test('Where port 25 is the only place to log in, it stays one', t => {
	const {steps} = planOf(subjectOf({main: 'smtpd_sasl_auth_enable = yes\n'})).plan;
	t.deepEqual(
		steps.filter(({command}) => command.includes('sasl')),
		[],
	);
});

test('An inert line goes, though what it may have meant is for the administrator to decide', t => {
	const main = 'smtpd_tls_security_level = may\nsmtpd_enforce_tls = yes\n';
	const {steps, byHand} = planOf(subjectOf({main})).plan;
	t.deepEqual(
		steps.map(({command}) => command),
		['postconf -X smtpd_enforce_tls'],
	);
	t.true(byHand.some(({advice}) => advice?.includes("postconf -e 'smtpd_tls_security_level=encrypt'")));
});

test('A line that stands twice is taken out and written anew, with what another finding wants of it', t => {
	t.deepEqual(commandsFor({main: 'smtpd_tls_loglevel = 1\nsmtpd_tls_loglevel = 4\n'}), [
		'postconf -X smtpd_tls_loglevel',
		"postconf -e 'smtpd_tls_loglevel=1'",
	]);
});

test('Without master.cf the list is for main.cf alone', t => {
	const {configuration, ...rest} = subjectOf({main: 'smtp_tls_loglevel = 0\n'});
	const subject = {...rest, configuration: {...configuration, services: null}, servers: [], clients: []};
	t.deepEqual(
		planOf(subject).plan.steps.map(({command}) => command),
		["postconf -e 'smtp_tls_loglevel=1'"],
	);
});

test('What a file holds that cannot be shown as it is, is changed by hand', t => {
	const {steps} = planOf(subjectOf({main: 'smtpd_banner = a\u001b[2J\nsmtpd_banner = b\u001b[2J\n'})).plan;
	t.deepEqual(steps, []);
});

function sample(name: string): Files {
	const read = (file: string) => readFileSync(join(import.meta.dirname, '../../../samples', name, file), 'utf8');
	return {main: read('main.cf'), master: read('master.cf')};
}

for (const name of ['founding-postfix', 'debian-postfix', 'modern-postfix'])
	test(`After its plan the configuration of samples/${name} has no error and no command left`, t => {
		const files = sample(name);
		const before = subjectFrom(files);
		const {plan} = planOf(before);
		const after = subjectFrom(afterPlan(files, plan));
		t.deepEqual(
			lint(after).filter(({severity}) => severity !== 'info'),
			[],
		);
		t.deepEqual(losses(before, after), []);
		t.deepEqual(planOf(after).plan.steps, []);
		t.deepEqual(plan.byHand, []);
	});

test('A mail server of today is told nothing, and with floors wherever there can be one three notes at most', t => {
	const {main, master} = sample('modern-postfix');
	const releases = ['3.6.4', '3.7.11', '3.9.5', '3.11.6', null];
	const found = (text: string) =>
		releases.flatMap(version => {
			const findings = lint(subjectOf({wholeMain: text, wholeMaster: master, version}));
			t.true(findings.length <= 3, `${version}: ${findings.map(({id}) => id)}`);
			return findings.map(({id, severity}) => `${severity} ${id}`);
		});
	t.deepEqual(found(main), []);
	const floors = found(`${main}smtp_tls_protocols = >=TLSv1.2\nsmtp_tls_mandatory_protocols = >=TLSv1.2\n`);
	t.true(floors.every(words => words.startsWith('info ')));
});

const submission = `relayhost = [p.example]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/x
smtp_sasl_security_options = noanonymous
smtp_tls_security_level = may
relay_domains = a.example
`;

/** Commands that demand TLS of a client, and what is advised in place of them. */
function demands(texts: Texts) {
	const {steps, byHand} = planOf(subjectOf(texts)).plan;
	const raises = (line: string | null) => /smtp_tls_(?:security_level=encrypt|wrappermode=yes)/.test(line ?? '');
	return {
		commands: steps.map(({command}) => command).filter(raises),
		advice: byHand.map(({advice}) => advice).filter(raises),
	};
}

test('TLS is demanded of the relay host alone where other hosts have a service of their own', t => {
	const own = [
		{main: `${submission}relay_transport = relay:[10.0.0.3]\n`},
		{main: `${submission}relay_transport = relay:mail.lan\n`},
		{main: `${submission}relay_transport = inner:[10.0.0.3]\n`, master: 'inner unix - - y - - smtp\n'},
	];
	const both = ['smtp', 'relay'].map(name => `postconf -P '${name}/unix/smtp_tls_security_level=encrypt'`);
	t.deepEqual(
		own.map(texts => demands(texts).commands),
		[both.slice(0, 1), both.slice(0, 1), both.slice(0, 1)],
	);
	const inner = {main: `${submission}virtual_transport = inner:[10.0.0.4]\n`, master: 'inner unix - - y - - smtp\n'};
	t.deepEqual(demands(inner).commands, both);
	t.deepEqual(demands({main: submission}).commands, ["postconf -e 'smtp_tls_security_level=encrypt'"]);
});

for (const [title, line, host] of [
	['virtual_transport', 'virtual_transport = smtp:[10.0.0.4]', '[10.0.0.4]'],
	['relay_transport', 'relay_transport = smtp:[10.0.0.3]', '[10.0.0.3]'],
	['a row of transport_maps', 'transport_maps = inline:{{scanner.lan=smtp:[10.0.0.7]}}', '[10.0.0.7]'],
	['a row without a transport', 'transport_maps = inline:{{scanner.lan=:[10.0.0.7]}}', '[10.0.0.7]'],
	['a row without a next hop', 'transport_maps = inline:{{b.example=smtp:}}', 'b.example'],
	['a row for all', 'transport_maps = static:smtp:[10.0.0.7]', '[10.0.0.7]'],
	['a relay host of one sender', 'sender_dependent_relayhost_maps = inline:{{@b.example=[10.0.0.8]}}', '[10.0.0.8]'],
	['a table', 'transport_maps = texthash:/etc/postfix/transport', '[10.0.0.7]:25'],
	['a fallback', 'smtp_fallback_relay = [10.0.0.6]', '[10.0.0.6]'],
] as const)
	test(`To demand TLS of all mail is the administrator's decision beside ${title}`, t => {
		const tables = {'texthash:/etc/postfix/transport': 'scanner.lan smtp:[10.0.0.7]:25\n'};
		for (const relayhost of ['[p.example]:587', '[p.example]:465']) {
			const main = `${submission.replace('[p.example]:587', relayhost)}${line}\n`;
			const {commands, advice} = demands({main, tables});
			t.deepEqual(commands, [], relayhost);
			t.true(advice.length > 0);
			if (relayhost.endsWith('587'))
				t.true(advice[0]?.startsWith('decide yourself, since it holds back') && advice[0].includes(host), `${advice}`);
		}
	});

test('A host with a row of its own in the policy table is not meant by the level of all', t => {
	const main = `${submission}virtual_transport = smtp:[10.0.0.4]\nsmtp_tls_policy_maps = inline:{{[10.0.0.4]=may}}\n`;
	t.is(demands({main}).commands.length, 1);
});

test('A table of routes that nobody read leaves the decision open, and is named', t => {
	for (const maps of [
		'transport_maps = hash:/etc/postfix/transport',
		'sender_dependent_relayhost_maps = mysql:/etc/relay',
	]) {
		const subject = subjectOf({main: `${submission}${maps}\n`});
		const {commands, advice} = demands({main: `${submission}${maps}\n`});
		const table = maps.split(' ')[2] ?? '';
		t.deepEqual(commands, []);
		t.true(
			advice[0]?.startsWith('decide yourself, since it') && advice[0].includes(`${table} names, not read`),
			`${advice}`,
		);
		t.true(notCheckable(subject).some(({id, why}) => id === 'relay-password-in-clear' && why === `not read: ${table}`));
	}
});
