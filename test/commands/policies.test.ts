import test from 'ava';
import {judgingPolicy} from '../../src/commands/policies.ts';
import {policies} from '../../src/policy/policies.ts';
import {policyListText} from '../../src/report/text/policy-text.ts';

const late = Date.parse('2029-06-01T00:00:00Z');

test('a policy that nobody checked for 18 months is warned of where it is used, and in the list', async t => {
	const warnings: string[] = [];
	const io = {warn: (sentence: string) => void warnings.push(sentence)};
	const now = Date.parse('2026-12-01T00:00:00Z');
	await judgingPolicy({policy: 'nist-800-52r2', now, asOf: late}, io);
	t.deepEqual(warnings, [], 'the day of --at makes no policy old');
	await judgingPolicy({policy: 'nist-800-52r2', now: late, asOf: late}, io);
	t.is(warnings.length, 1);
	t.regex(warnings[0] ?? '', /^policy nist-800-52r2 was last checked on 2026-11-30/);
	t.false(policyListText(policies(), now).includes('18 months'));
	t.is(
		policyListText(policies(), late).match(/more than 18\s+months ago/g)?.length,
		policies().filter(each => each.same_as === null).length,
	);
});

test('a policy to judge by is the one of its day', async t => {
	const ids = async (asOf: number) =>
		(await judgingPolicy({policy: 'bsi-tr-02102-2', now: asOf, asOf}, {warn: () => undefined})).rules.map(({id}) => id);
	t.false((await ids(Date.parse('2029-12-31T23:59:59Z'))).includes('no-dhe'));
	t.true((await ids(Date.parse('2030-01-01T00:00:00Z'))).includes('no-dhe'));
});
