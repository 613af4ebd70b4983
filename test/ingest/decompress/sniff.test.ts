import {gzipSync} from 'node:zlib';
import test from 'ava';
import {contentOf} from '../../../src/ingest/decompress/sniff.ts';

const line = 'Jan 31 08:40:05 mx postfix/smtpd[1]: connect from unknown[192.0.2.1]\n';
const refusal = (block: Buffer | string): string => {
	const content = contentOf(Buffer.from(block as string, 'latin1'));
	return content.kind === 'refused' ? content.why : content.kind;
};

test('text is text, also when empty, with a mark of byte order, or with broken bytes in it', t => {
	for (const text of ['', 'x', line, `\xef\xbb\xbf${line}`, `${line}\xff\xfe\x01\x02\n`]) t.is(refusal(text), 'text');
});

test('NUL padding before or in a log is no binary file', t => {
	t.is(contentOf(Buffer.concat([Buffer.alloc(4096), Buffer.from('some text\n')])).kind, 'text');
	t.is(contentOf(Buffer.alloc(4096)).kind, 'text');
});

test('compressed files are known by content', t => {
	t.is(contentOf(gzipSync(line)).kind, 'gzip');
	t.is(refusal('\xfd7zXZ\0rest'), 'xz');
	t.is(refusal('\x28\xb5\x2f\xfdrest'), 'zstd');
	t.is(refusal('\x50\x2a\x4d\x18\x04\0\0\0'), 'zstd');
	t.is(refusal('BZh91AY&SY'), 'bzip2');
	t.is(refusal('BZhost said'), 'text');
	t.regex(refusal('\x1f\x9d\x90'), /zcat FILE/);
});

test('programs, images, archives, journals and databases are refused with what to do', t => {
	t.regex(refusal('\x7fELF\x02\x01'), /program/);
	t.regex(refusal('\x89PNG\r\n'), /image/);
	t.regex(refusal('PK\x03\x04'), /zip/);
	t.regex(refusal('LPKSHHRH'), /journalctl/);
	t.regex(refusal(`12345678DUCK`), /--db/);
	t.regex(refusal(`${'a'.repeat(257)}ustar`), /tar/);
	t.regex(refusal('\xff\xfeJ\0a\0n\0'), /UTF-16/);
});

test('bytes full of control characters are a binary file', t => {
	let seed = 1;
	const noise = Buffer.from(
		Array.from({length: 4096}, () => {
			seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
			return (seed >> 16) & 255;
		}),
	);
	t.regex(refusal(noise.toString('latin1')), /binary/);
	t.regex(refusal('a\0b\0c\0d\0'), /binary/);
});
