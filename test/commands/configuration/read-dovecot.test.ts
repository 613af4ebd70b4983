import {chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import {pack} from 'tar-stream';
import {readConfiguration} from '../../../src/commands/configuration/read-configuration.ts';
import type {DovecotConfiguration} from '../../../src/mailserver/dovecot/configuration.ts';
import {emptyIncludes} from '../../../src/mailserver/dovecot/doveconf-output.ts';

type Files = Readonly<Record<string, string>>;

function folderOf(files: Files): string {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-dovecot-'));
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), {recursive: true});
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

const reading = (where: string, stdin = Readable.from([])) =>
	readConfiguration(where, {postconf: false, dovecot: undefined, stdin});

/** What is read of dovecot.conf in a folder with these files. */
async function read(files: Files, below = ''): Promise<DovecotConfiguration> {
	const {dovecot, problems} = await reading(join(folderOf(files), below));
	if (dovecot === null) throw new Error(problems.join());
	return dovecot;
}

const gaps = ({gaps}: DovecotConfiguration): string => gaps.map(({words}) => words).join('\n');
const logins = 'passdb {\n  driver = pam\n}\n';

test('a directory is read with all that its files include', async t => {
	const folder = folderOf({
		'dovecot.conf': `protocols = imap\n!include conf.d/*.conf\n!include_try gone.conf\n${logins}`,
		'conf.d/10-ssl.conf': 'ssl = required\nssl_min_protocol = TLSv1.3\n!include_try more.conf',
		'conf.d/more.conf': 'login_log_format_elements = %k\n',
		'conf.d/20-imap.conf': 'service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}\n',
		'conf.d/note.txt': 'ssl = no\n',
		'conf.d/.30-hidden.conf': 'ssl = no\n',
	});
	const {dovecot, postfix, problems} = await reading(folder);
	t.deepEqual([postfix, problems, dovecot?.gaps], [[], [], []]);
	t.is(dovecot?.ssl, 'required');
	t.true(dovecot?.logsTls);
	t.deepEqual(dovecot?.allowed, ['TLSv1.3']);
	t.deepEqual(
		dovecot?.listeners.map(({port}) => port),
		[0, 993],
	);
	const {place} = dovecot?.statements.find(({name}) => name === 'ssl_min_protocol') ?? {};
	t.deepEqual(place, {file: 'conf.d/10-ssl.conf', line: 2});
});

test('patterns are those of glob(3) with braces, in its order', async t => {
	const files = {
		'conf.d/a.conf': 'ssl = required\n',
		'conf.d/B.conf': 'ssl = no\n',
		'conf.d/ab.conf': 'ssl = yes\n',
		'sites/x/ssl.conf': 'ssl = required\n',
	};
	const table: ReadonlyArray<readonly [include: string, ssl: DovecotConfiguration['ssl']]> = [
		['conf.d/*.conf', 'yes'],
		['conf.d/{ab,a,B}.conf', 'no'],
		['conf.d/[a-z].conf', 'required'],
		['conf.d/[!a-z].conf', 'no'],
		['conf.d/??.conf', 'yes'],
		['*/x/*.conf', 'required'],
		['./conf.d/../conf.d/a.conf', 'required'],
		['conf.d/a.conf # and no other', 'required'],
		['conf.d/[.conf', null],
		['"conf.d/a.conf"', null],
	];
	for (const [include, ssl] of table)
		t.is((await read({...files, 'dovecot.conf': `${logins}!include ${include}\n`})).ssl, ssl, include);
});

test('settings keep the block in which they are included, and the last one counts', async t => {
	const {settings} = await read({
		'dovecot.conf':
			'ssl = required\n!include one.conf\nprotocol imap {\n  !include one.conf\n}\nssl_cipher_list = HIGH\n',
		'one.conf': 'ssl = yes\nssl_cipher_list = LOW',
	});
	t.is(settings.get('ssl'), 'yes');
	t.is(settings.get('protocol imap/ssl'), 'yes');
	t.is(settings.get('ssl_cipher_list'), 'HIGH');
});

test('what is included and is not there is named, and nothing is concluded from its absence', async t => {
	const dovecot = await read({'dovecot.conf': `${logins}!include conf.d/*.conf\n!include_try local.conf\n`});
	t.regex(gaps(dovecot), /!include conf\.d\/\*\.conf \(dovecot\.conf:4\): no such file.*\n!include_try local\.conf/);
	t.deepEqual([dovecot.ssl, dovecot.allowed, dovecot.listeners], [null, null, []]);
});

test('an attempt without files is nothing where other files are', async t => {
	const files = {'dovecot.conf': `${logins}!include conf.d/*.conf\n!include_try local.conf\n`, 'conf.d/a.conf': ''};
	const dovecot = await read(files);
	t.is(gaps(dovecot), '');
	t.deepEqual(emptyIncludes(dovecot), ['!include_try local.conf (dovecot.conf:5)']);
});

test('nothing outside of the directory is read', async t => {
	const outside = folderOf({'secret.conf': 'ssl_cipher_list = OUTSIDE\n'});
	const inside = {'in/real.conf': 'ssl = required\n'};
	for (const include of [
		`${outside}/secret.conf`,
		`../${outside.split('/').at(-1)}/secret.conf`,
		'/etc/passwd',
		'in/../../x',
	]) {
		const dovecot = await read({...inside, 'dovecot.conf': `${logins}!include ${include}\n`});
		t.regex(gaps(dovecot), /lies outside of/, include);
		t.false(dovecot.settings.has('ssl_cipher_list'), include);
	}
	const folder = folderOf({
		...inside,
		'dovecot.conf': `${logins}!include link.conf\n!include in/*.conf\n!include far/secret.conf\n`,
	});
	symlinkSync(join(outside, 'secret.conf'), join(folder, 'link.conf'));
	symlinkSync(outside, join(folder, 'far'));
	symlinkSync('real.conf', join(folder, 'in/same.conf'));
	const {dovecot} = await reading(folder);
	t.is(dovecot?.settings.get('ssl_cipher_list'), undefined);
	t.is(dovecot?.ssl, 'required');
	t.regex(gaps(dovecot ?? (await read({}))), /link\.conf.*leads outside of.*\n.*far\/secret\.conf.*leads outside of/);
});

test('braces that lead upwards lead nowhere', async t => {
	const folder = folderOf({
		'dovecot.conf': 'ssl = no\n',
		'in/dovecot.conf': `${logins}!include {a,..}/{b,dovecot.conf}\n`,
	});
	const {dovecot} = await reading(join(folder, 'in'));
	t.is(dovecot?.ssl, null);
	t.regex(gaps(dovecot ?? (await read({}))), /outside/);
});

test('a copy of /etc/dovecot has what absolute paths name', async t => {
	const dovecot = await read(
		{'copy/dovecot.conf': `${logins}!include /etc/dovecot/conf.d/*.conf\n`, 'copy/conf.d/a.conf': 'ssl = required\n'},
		'copy',
	);
	t.is(gaps(dovecot), '');
	t.is(dovecot.ssl, 'required');
});

test('the list of protocols that Debian’s packages make leaves only the protocols open', async t => {
	const debian = '!include_try /usr/share/dovecot/protocols.d/*.protocol\n';
	const open = await read({'dovecot.conf': `${debian}${logins}`});
	t.deepEqual([open.ssl, open.listeners, open.gaps.map(gap => gap.protocolsOnly)], ['yes', [], [true]]);
	const added = await read({'dovecot.conf': `${debian}${logins}protocols = $protocols imap\n`});
	t.deepEqual(added.listeners, []);
	const set = await read({'dovecot.conf': `${debian}${logins}protocols = imap\n`});
	t.deepEqual(
		set.listeners.map(({name}) => name),
		['imap', 'imaps'],
	);
});

test('a file that includes itself ends there', async t => {
	for (const files of [
		{'dovecot.conf': `${logins}ssl = required\n!include dovecot.conf\n`},
		{
			'dovecot.conf': `${logins}ssl = required\n!include a.conf\n`,
			'a.conf': '!include b.conf\n',
			'b.conf': '!include_try a.conf\n',
		},
	] as const) {
		const {statements, ssl} = await read(files);
		t.is(ssl, 'required');
		t.is(statements.filter(({inclusion}) => inclusion?.kind === 'loop').length, 1);
	}
	const twice = await read({
		'dovecot.conf': `${logins}!include a.conf\n!include a.conf\n`,
		'a.conf': 'ssl = required\n',
	});
	t.is(gaps(twice), '');
});

test('files within files, and their number, have an end', async t => {
	const deep = Object.fromEntries(Array.from({length: 40}, (_, n) => [`${n}.conf`, `!include ${n + 1}.conf\n`]));
	t.regex(gaps(await read({...deep, 'dovecot.conf': '!include 0.conf\n', '40.conf': ''})), /stands 20 files deep/);
	const wide = Object.fromEntries(
		Array.from({length: 30}, (_, n) => [`${n}.conf`, n < 29 ? '!include *9.conf\n' : '']),
	);
	const many = await read({...wide, 'dovecot.conf': '!include *.conf\n!include *.conf\n!include [0-9]*.conf\n'});
	t.true(many.statements.length < 3000);
	const braces = await read({'dovecot.conf': `!include ${'{a,b}'.repeat(30)}.conf\n`});
	t.regex(gaps(braces), /no such file/);
});

const unlessRoot = process.getuid?.() === 0 ? test.skip : test;
unlessRoot('a file that may not be read is a message, and the rest is read', async t => {
	const folder = folderOf({'dovecot.conf': `${logins}ssl = required\n!include a.conf\n`, 'a.conf': ''});
	chmodSync(join(folder, 'a.conf'), 0);
	const {dovecot, problems} = await reading(folder);
	t.is(dovecot?.ssl, 'required');
	t.regex(problems.join(), /a\.conf: .*/);
});

test('a binary file is a message, and the rest is read', async t => {
	const folder = folderOf({
		'dovecot.conf': `${logins}ssl = required\n!include conf.d/*.conf\n`,
		'conf.d/a.conf': 'a\0b',
		'conf.d/b.conf': 'ssl_min_protocol = TLSv1.3\n',
	});
	const {dovecot, problems} = await reading(folder);
	t.is(dovecot?.ssl, 'required');
	t.deepEqual(dovecot?.allowed, ['TLSv1.3']);
	t.is(dovecot?.gaps.length, 1);
	t.regex(problems.join(), /a\.conf: .*binary/);
});

test('a file by another name is read with what it includes beside it', async t => {
	const folder = folderOf({
		'my.conf': 'ssl = required\n!include conf.d/a.conf\n',
		'conf.d/a.conf': 'ssl_min_protocol = TLSv1.3\n',
	});
	const {dovecot} = await reading(join(folder, 'my.conf'));
	t.deepEqual(dovecot?.allowed, ['TLSv1.3']);
	t.regex(gaps(dovecot ?? (await read({}))), /may be a part/);
});

test('what doveconf printed is whole, whatever its file is called', async t => {
	const text = '# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf\nssl = required\n';
	const dovecot = await read({'dovecot.conf': text});
	t.deepEqual([dovecot.printed, dovecot.gaps, dovecot.version], [true, [], '2.3.19.1']);
	const edited = await read({'dovecot.conf': `${text}!include gone.conf\n`});
	t.deepEqual([edited.printed, edited.gaps.length, edited.version], [false, 1, '2.3.19.1']);
});

test('standard input has no files beside it', async t => {
	const {dovecot} = await reading('-', Readable.from(['ssl = required\n!include conf.d/*.conf\n']));
	t.regex(gaps(dovecot ?? (await read({}))), /conf\.d\/\*\.conf \(standard input:2\): is in another file/);
});

test('a tarball has its own files, outside of etc/dovecot too', async t => {
	const tar = pack();
	tar.entry({name: 'etc/postfix/main.cf'}, 'a_b = c\n');
	tar.entry(
		{name: 'etc/dovecot/dovecot.conf'},
		`!include_try /usr/share/dovecot/protocols.d/*.protocol\n!include conf.d/*.conf\n${logins}`,
	);
	tar.entry({name: 'etc/dovecot/conf.d/10-ssl.conf'}, 'ssl = required\n');
	tar.entry({name: 'usr/share/dovecot/protocols.d/imapd.protocol'}, 'protocols = $protocols imap\n');
	tar.finalize();
	const {dovecot} = await reading('-', Readable.from(tar));
	t.is(dovecot?.ssl, 'required');
	t.deepEqual(
		dovecot?.listeners.map(({name}) => name),
		['imap', 'imaps'],
	);
	t.deepEqual(dovecot?.gaps, []);
});

test('whatever is included, reading ends with a configuration', async t => {
	const name = fc.constantFrom('a.conf', 'b.conf', 'c/d.conf', 'c/e.conf', 'dovecot.conf');
	const pattern = fc.oneof(
		name,
		fc.constantFrom('*', '*.conf', 'c/*', '../*', '{a,b}.conf', '[', '{', '*/*', '/', '.'),
		fc.string(),
	);
	const text = fc
		.array(fc.tuple(fc.constantFrom('!include ', '!include_try ', 'ssl = ', 'x {', '}'), pattern), {maxLength: 4})
		.map(lines => lines.map(parts => parts.join('')).join('\n'));
	await fc.assert(
		fc.asyncProperty(fc.dictionary(name, text), async files => {
			const {dovecot, problems} = await reading(folderOf({'dovecot.conf': '', ...files}));
			t.not(dovecot, null);
			for (const problem of problems) t.notRegex(problem, /\n|undefined|TypeError/);
		}),
		{numRuns: 60},
	);
});
