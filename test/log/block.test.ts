import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../../src/log/reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import type {Coverage} from '../../src/model/coverage.ts';
import type {Session} from '../../src/model/session.ts';
import {readLine} from './fixture/read-line.ts';

const samples = new URL('../../samples/', import.meta.url);

/** Both ways through the same bytes: line by line as text, and in blocks of about `size` bytes. */
function both(bytes: Buffer, size: number): Array<{sessions: Session[]; coverage: Coverage}> {
	return [false, true].map(inBlocks => {
		const sessions: Session[] = [];
		const options = {zone: 'Europe/Ljubljana', now: Date.UTC(2026, 11, 1)};
		const reader = createReader(session => sessions.push(session), options);
		reader.open({name: 'x', modified: null});
		if (inBlocks) {
			let from = 0;
			while (from < bytes.length) {
				const newline = bytes.indexOf(10, Math.min(from + size, bytes.length - 1));
				const to = newline < 0 ? bytes.lastIndexOf(10) + 1 : newline + 1;
				if (to <= from) break;
				reader.block(bytes as Bytes, from, to);
				from = to;
			}
			if (from < bytes.length) readLine(reader, bytes.toString('utf8', from));
		} else {
			const lines = bytes.toString('utf8').split('\n');
			if (lines.at(-1) === '') lines.pop();
			for (const line of lines) readLine(reader, line);
		}
		reader.end();
		return {sessions, coverage: reader.coverage};
	});
}

const names = readdirSync(samples, {recursive: true, encoding: 'utf8'}).filter(name =>
	/\.(?:log|jsonl)(?:\.\d)?$/.test(name),
);

for (const name of names) {
	test(`${name}: blocks of bytes give what lines of text give`, t => {
		const bytes = readFileSync(new URL(name, samples));
		for (const size of [1, 700, 65_536]) {
			const [asLines, inBlocks] = both(bytes, size);
			t.deepEqual(inBlocks, asLines);
		}
	});
}

test('heads that only resemble the one before are read the long way', t => {
	const login =
		'imap-login: Login: user=<u>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS, session=<AbCdEf0123456789>';
	const lines = [
		'postfix/smtpd[7]: connect from a.example[192.0.2.1]',
		'postfix/smtpd[]: connect from b.example[192.0.2.2]',
		'postfix/smtpd[000000000007]: connect from c.example[192.0.2.3]',
		'postfix/smtpd[7]:connect from d.example[192.0.2.4]',
		'postfix/smtpd[7]: disconnect from a.example[192.0.2.1] ehlo=1 quit=1 commands=2\r',
		'dovecot: imap(u)<1><x>: expunge: uid=1',
		`dovecot: message repeated 2 times: [ ${login}]`,
		`dovecot: ${login}`,
		'dovecot: imap-login:',
		'su: x',
		'CRON[9]: (root) CMD (x)',
		`CRON[9]: ${login}`,
		'CRON[9]: [ID 1 mail.info] x',
	];
	const stamps = ['2026-11-05T07:12:01.5+01:00 mx1', '2026-11-05T07:12:0x+01:00 mx1', '2026-11-05T07:12:59+01:00 mx1'];
	const text = stamps.flatMap(stamp => [...lines, ...lines].map(line => `${stamp} ${line}\n`)).join('');
	const [asLines, inBlocks] = both(Buffer.from(text), 300);
	t.deepEqual(inBlocks, asLines);
	t.is(asLines?.coverage.lines, stamps.length * lines.length * 2);
});

test('lines of several hosts and of tags that begin alike take the fast path as the slow one', t => {
	const hosts = ['mx1', 'mx2', 'relay.example.net', 'mx1'];
	const tags = [
		'postfix/smtp[7]: 4F1: to=<a@x>, relay=x[192.0.2.1]:25, delay=1, delays=0/0/0.5/0.5, dsn=2.0.0, status=sent (250 ok)',
		'postfix/smtpd[8]: connect from a.example[192.0.2.1]',
		'postfix/smtpd[8]: disconnect from a.example[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5',
		'postfix/smtps/smtpd[9]: connect from b.example[192.0.2.2]',
		'postfix/smtps/smtpd[9]: disconnect from b.example[192.0.2.2] commands=0/0',
		'postfix/smtpd: connect from c.example[192.0.2.3]',
		'postfix/smtp: connect to d.example[192.0.2.4]:25: Connection refused',
		'postgrey[77]: action=pass',
		'postgrey[78]: action=pass',
		'postsrsd[79]: x',
	];
	const lines: string[] = [];
	for (let round = 0; round < 40; round++) {
		const host = hosts[round % hosts.length] ?? '';
		const second = String(round).padStart(2, '0');
		for (const tag of tags) {
			lines.push(`2026-11-05T07:12:${second}.25${round % 10}+01:00 ${host} ${tag}`);
			lines.push(`2026-11-05T06:12:${second}+00:00 other ${tag}`);
		}
	}
	const text = `${lines.join('\n')}\n${' '.repeat(600)}\n`;
	const [asLines, inBlocks] = both(Buffer.from(text), 900);
	t.deepEqual(inBlocks, asLines);
	t.true((asLines?.sessions.length ?? 0) > 100);
});

test('a line that is longer than all of the room for lines is a line all the same', t => {
	const login = '2026-11-05T07:12:01+01:00 mx1 postfix/smtpd[7]: connect from a.example[192.0.2.1]';
	const text = [login, `${login}${'x'.repeat(700_000)}`, 'y'.repeat(300_000), login].map(line => `${line}\n`).join('');
	const [asLines, inBlocks] = both(Buffer.from(text), text.length);
	t.deepEqual(inBlocks, asLines);
	t.is(asLines?.coverage.lines, 4);
});
