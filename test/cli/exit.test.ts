import test from 'ava';
import {complaint, exitStatus, failedStatus, isBrokenPipe} from '../../src/cli/exit.ts';

test('a signal comes before incomplete input, which comes before violations', t => {
	t.is(exitStatus({}), 0);
	t.is(exitStatus({violations: true}), 1);
	t.is(exitStatus({violations: true, incomplete: true}), 2);
	t.is(exitStatus({violations: true, incomplete: true, signal: 2}), 130);
	t.is(exitStatus({signal: 15}), 143);
});

test('an error is its sentence; the stack and the cause come only when asked for', t => {
	const error = new Error('x.db: locked', {cause: new Error('IO Error')});
	t.is(complaint(error, false), 'x.db: locked');
	t.regex(complaint(error, true), /x\.db: locked\n {4}at .*caused by: Error: IO Error/s);
	t.is(complaint('text', true), 'text');
});

test('a broken pipe is known by its code', t => {
	t.true(isBrokenPipe(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'})));
	t.false(isBrokenPipe(new Error('EPIPE')));
	t.false(isBrokenPipe(null));
});

test('for Nagios a run that could not be made is unknown, and its own statuses hold', t => {
	t.is(failedStatus(['check', '--format', 'nagios']), 3);
	t.is(failedStatus(['--format=nagios', 'check', 'x.log']), 3);
	t.is(failedStatus(['check', '--format', 'json']), 2);
	t.is(failedStatus(['report', 'nagios', '--format']), 2);
	t.is(exitStatus({own: 2}), 2);
	t.is(exitStatus({own: 0, violations: true, incomplete: true}), 0);
	t.is(exitStatus({own: 1, signal: 15}), 143);
});
