import test from 'ava';
import {createMaker} from '../probe/fixture/certificates.ts';
import {run} from '../probe/fixture/run.ts';
import {implicit, listen} from '../probe/fixture/servers.ts';

test.serial('text of a clean server goes to standard output, and the connections are counted in it', async t => {
	const maker = createMaker();
	const peer = await implicit({...maker.issue('localhost'), minVersion: 'TLSv1.2'});
	t.teardown(async () => {
		await peer.close();
		maker.remove();
	});
	const {status, out, complaints} = await run({target: `localhost:${peer.port}`, format: 'text'});
	t.is(status, 0);
	t.deepEqual(complaints, []);
	t.regex(out, new RegExp(`\nused ${peer.connections()} of at most 40 connections\npass: `));
	t.regex(out, /TLS from the first byte, as no --starttls was given/);
	t.regex(out, /address 127\.0\.0\.1/);
	t.regex(out, / {2}name {4}good for localhost/);
});

test.serial('without a handshake there is one sentence on standard error; JSON is written all the same', async t => {
	const peer = await listen(socket => socket.end());
	t.teardown(() => peer.close());
	const target = `127.0.0.1:${peer.port}`;
	const text = await run({target, format: 'text'});
	t.like(text, {status: 2, out: ''});
	t.is(text.complaints.length, 1);
	const json = await run({target});
	t.is(json.status, 2);
	t.is(json.report?.verdict, 'failed');
});

test.serial('SIGINT ends the probe with the signal’s status and leaves what is known', async t => {
	const peer = await listen(() => void setTimeout(() => process.emit('SIGINT', 'SIGINT'), 20));
	t.teardown(() => peer.close());
	const {status, report} = await run({target: `127.0.0.1:${peer.port}`, timeout: 20_000});
	t.is(status, 130);
	t.true(report?.results.every(each => each.accepted === null));
	t.is(peer.connections(), 1);
});

test.serial('a target that means nothing is refused before anything is dialled', async t => {
	await t.throwsAsync(run({target: 'mail.example.org'}), {message: /names no port/});
});
