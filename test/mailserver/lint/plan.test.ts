import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {lint} from '../../../src/mailserver/lint/lint.ts';
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
