import test from 'ava';
import {ask, cell} from '../../src/store/rows.ts';
import {session, storeOf} from './sample-sessions.ts';

test('values are as JSON knows them', async t => {
	const store = await storeOf([session('access', {startedAt: 0})]);
	const {columns, rows} = await ask(
		store,
		`select count(*) as n, 9007199254740993::bigint as big, max(started_at) as at, [1, 2] as list, {'a': null} as struct,
			1.5::decimal(4, 2) as price, 'nan'::double as nan, true as yes, null as nothing from sessions`,
	);
	await store.close();
	t.deepEqual(columns, ['n', 'big', 'at', 'list', 'struct', 'price', 'nan', 'yes', 'nothing']);
	t.deepEqual(rows, [[1, '9007199254740993', '1970-01-01T00:00:00.000Z', [1, 2], {a: null}, 1.5, 'NaN', true, null]]);
	t.is(cell(new Date(Number.NaN)), null);
});

test('wrong SQL is one line that says what is wrong', async t => {
	const store = await storeOf([]);
	const error = await t.throwsAsync(ask(store, 'select prt\nfrom sessions'));
	await store.close();
	t.regex(error?.message ?? '', /^sql: Binder Error: .*"prt".*"port"/);
	t.notRegex(error?.message ?? '', /\n|LINE/);
});
