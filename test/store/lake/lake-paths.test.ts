import test from 'ava';
import fc from 'fast-check';
import {
	lakeFile,
	partitionValue,
	partPath,
	segmentPath,
	unfinishedName,
	writerOf,
} from '../../../src/store/lake/lake-paths.ts';
import {runs} from '../../runs.ts';

const fingerprint = '0123456789abcdef';

test('days and hosts are folders as Hive names partitions, null by its own name', t => {
	const path = segmentPath({day: '2026-11-30', logHost: 'mx/1 *?', fingerprint, number: 7});
	t.is(path, `day=2026-11-30/log_host=mx%2F1%20%2A%3F/s1-${fingerprint}-000007.parquet`);
	t.is(
		segmentPath({day: null, logHost: null, fingerprint, number: 1}),
		`day=__HIVE_DEFAULT_PARTITION__/log_host=__HIVE_DEFAULT_PARTITION__/s1-${fingerprint}-000001.parquet`,
	);
	t.not(partitionValue('__HIVE_DEFAULT_PARTITION__'), partitionValue(null));
});

test('whatever a log calls its host is one folder of its own, and the file is known again', t => {
	const host = fc.option(
		fc.string({unit: fc.constantFrom('a', '_', '%', '/', '.', 'ß', '😀', '\n', '*', ' '), maxLength: 400}),
		{nil: null},
	);
	fc.assert(
		fc.property(host, host, fc.integer({min: 1, max: 9_999_999}), (one, other, number) => {
			const path = segmentPath({day: '2026-11-30', logHost: one, fingerprint, number});
			const [, folder = ''] = path.split('/');
			t.is(path.split('/').length, 3);
			t.regex(folder, /^log_host=[\w.%-]*$/);
			t.true(folder.length < 255);
			t.like(lakeFile(`/srv/lake/${path}`), {kind: 'segment', root: '/srv/lake/', name: path, format: 1, fingerprint});
			if (one !== other) t.not(partitionValue(one), partitionValue(other));
		}),
		{numRuns: runs(200)},
	);
});

test('a part and a file of a newer format are known, others are not, and no unfinished file is', t => {
	t.like(lakeFile(`/srv/lake/${partPath(fingerprint)}`), {kind: 'part', root: '/srv/lake/', fingerprint});
	t.is(lakeFile(`/srv/day=x/log_host=y/s12-${fingerprint}-000001.parquet`)?.format, 12);
	for (const path of [
		'/srv/x.parquet',
		`/srv/day=x/s1-${fingerprint}-000001.parquet`,
		`/srv/s1-${fingerprint}.parquet`,
	])
		t.is(lakeFile(path), null);
	const unfinished = unfinishedName('x.parquet');
	t.false(unfinished.endsWith('.parquet'));
	t.is(writerOf(unfinished), process.pid);
	t.is(writerOf('x.parquet'), null);
});
