/**
 * Furnishes the world of the end-to-end tests, as its first program (see `run.ts`): the loopback device carries the
 * documentation networks (RFC 5737), so that every client and server has an address that is not 127.0.0.0/8; /dev is a
 * copy, in which a /dev/log of our own may be; names are resolved by the DNS server of the tests.
 */
import {execFileSync} from 'node:child_process';
import {existsSync, lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ownAddress, ownName, screenedAddress} from './cast.ts';

const folder = process.env.TLSAUDIT_E2E;
if (folder === undefined) throw new Error('network.ts furnishes a namespace; start it by: npm run test:e2e');

function run(program: string, ...words: string[]): void {
	execFileSync(program, words, {stdio: ['ignore', 'inherit', 'inherit']});
}

function furnishNetwork(): void {
	run('ip', 'link', 'set', 'lo', 'up');
	// A prefix on the loopback device makes all its addresses our own (ip-address(8), local routing table).
	const networks = ['192.0.2.1/24', '198.51.100.1/24', '203.0.113.1/24'];
	// Postfix listens only on addresses that are there by themselves.
	for (const address of [...networks, ownAddress, screenedAddress]) run('ip', 'address', 'add', address, 'dev', 'lo');
	run('hostname', ownName);
}

/** /dev is one for all namespaces, and a socket in it would be seen outside: ours is a tmpfs with the same devices. */
function furnishDevices(into: string): void {
	mkdirSync(into);
	run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', into);
	for (const name of ['null', 'zero', 'full', 'random', 'urandom', 'tty']) {
		writeFileSync(join(into, name), '');
		run('mount', '--bind', `/dev/${name}`, join(into, name));
	}
	for (const name of ['pts', 'shm']) {
		mkdirSync(join(into, name));
		if (existsSync(`/dev/${name}`)) run('mount', '--bind', `/dev/${name}`, join(into, name));
	}
	symlinkSync('/proc/self/fd', join(into, 'fd'));
	symlinkSync('pts/ptmx', join(into, 'ptmx'));
	run('mount', '--rbind', into, '/dev');
}

function furnishNames(into: string): void {
	mkdirSync(into);
	const files = {
		// trust-ad: without it the C library hides the AD bit of the answer (resolv.conf(5)).
		'resolv.conf': 'nameserver 127.0.0.1\noptions trust-ad timeout:2 attempts:2\n',
		hosts: `127.0.0.1 localhost\n${ownAddress} ${ownName} ${ownName.split('.')[0]}\n`,
		'nsswitch.conf':
			'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n',
	};
	for (const [name, text] of Object.entries(files)) {
		const file = join(into, name);
		writeFileSync(file, text);
		const there = `/etc/${name}`;
		if (!existsSync(there)) throw new Error(`${there} does not exist, so it cannot be covered; create an empty one`);
		run('mount', '--bind', file, lstatSync(there).isSymbolicLink() ? realpathSync(there) : there);
	}
}

furnishNetwork();
furnishDevices(join(folder, 'dev'));
furnishNames(join(folder, 'names'));
