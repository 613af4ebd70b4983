import test from 'ava';
import {createReader} from '../../src/log/reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import type {Coverage} from '../../src/model/coverage.ts';
import {readLine} from './fixture/read-line.ts';

const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};

/** The coverage of a log that is read as lines, and as blocks; it must be the same. */
function accounts(lines: readonly string[]): [lines: Coverage, blocks: Coverage] {
	const byLine = createReader(() => undefined, options);
	byLine.open({name: 'mail.log', modified: null});
	for (const line of lines) readLine(byLine, line);
	byLine.end();
	const byBlock = createReader(() => undefined, options);
	const text = Buffer.from(lines.map(line => `${line}\n`).join('')) as unknown as Bytes;
	byBlock.open({name: 'mail.log', modified: null});
	byBlock.block(text, 0, text.length);
	byBlock.end();
	return [byLine.coverage, byBlock.coverage];
}

const at = (number: number): string =>
	new Date(Date.UTC(2026, 10, 24) + number * 1000).toISOString().replace('Z', '+01:00');
const many = Array.from({length: 200}, (_, number) => number);

test('lines that differ in head, queue id, names and addresses are of one kind', t => {
	const filter = many.map(
		number =>
			`${at(number)} mx${number % 7} filter[${number}]: ${(0xf_93a + number).toString(16).toUpperCase()}0${number}: TLSv1.2 of host${number}.example.${number % 2 ? 'org' : 'net'}[192.0.2.${number}] is odd`,
	);
	for (const {examples, notUnderstood} of accounts(filter)) {
		t.is(notUnderstood, 200);
		t.deepEqual(
			examples.map(({count, example, line}) => [count, example, line]),
			[[200, filter[0], 1]],
		);
	}
});

test('what is at the end of a line makes no other kind, in lines and in blocks', t => {
	const ends = ['', ' ', '  ', '\t', '\r', ' \r'];
	for (const tag of ['filter[9]', 'postfix/odd[9]', 'dovecot']) {
		const [byLine, byBlock] = accounts(
			many.map(number => `${at(number)} mx ${tag}: TLSv1.2 is odd${ends[number % ends.length]}`),
		);
		t.deepEqual(byBlock, byLine, tag);
		t.true(byLine.examples.length <= 1, tag);
	}
});

test('the signatures that OpenDKIM reports are no TLS', t => {
	const lines = many.flatMap(number => [
		`${at(number)} mx opendkim[12]: 4Bx${number}F: s=mail d=example${number}.org a=rsa-sha256 SSL `,
		`${at(number)} mx opendkim[12]: 4Bx${number}F: s=mail d=example${number}.org SSL error:04091068:rsa routines:INT_RSA_VERIFY:bad signature`,
	]);
	for (const {notUnderstood, foreign} of accounts(lines)) t.deepEqual([notUnderstood, foreign], [0, 400]);
});
