/**
 * Runs the end-to-end tests in a world of their own: namespaces for network, mounts, processes and the host name, so that
 * neither the mail system of this host nor another test is touched, and nothing outlives the run. Words given are
 * passed on to ava; `--keep FOLDER` keeps the servers' files and logs there.
 */
import {spawn} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the tests start, and Debian's package that brings it. */
const needed: ReadonlyArray<readonly [program: string, debian: string]> = [
	['/usr/sbin/postfix', 'postfix'],
	['/usr/sbin/dovecot', 'dovecot-core'],
	['/usr/lib/dovecot/imap', 'dovecot-imapd'],
	['/usr/lib/dovecot/pop3', 'dovecot-pop3d'],
	['/usr/lib/dovecot/lmtp', 'dovecot-lmtpd'],
	['rsyslogd', 'rsyslog'],
	['openssl', 'openssl'],
	['sslscan', 'sslscan'],
	['ip', 'iproute2'],
	['unshare', 'util-linux'],
	['mount', 'mount'],
];

/** Why the tests cannot run here, as one sentence; null when they can. */
function obstacle(): string | null {
	if (process.platform !== 'linux') return 'The end-to-end tests need Linux: they run real servers in namespaces.';
	const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
	const isThere = (name: string) =>
		name.startsWith('/') ? existsSync(name) : folders.some(folder => existsSync(join(folder, name)));
	const missing = needed.filter(([program]) => !isThere(program)).map(([, debian]) => debian);
	if (missing.length > 0) {
		const packages = [...new Set(missing)].join(' ');
		return `The end-to-end tests need servers that are not installed here; run: apt-get install -y --no-install-recommends ${packages}`;
	}
	if (process.getuid?.() !== 0)
		return 'The end-to-end tests start mail servers in namespaces, which only root may; run: sudo npm run test:e2e';
	if (!existsSync(process.env.TLSAUDIT_BIN ?? join(root, 'dist/main.cjs')))
		return 'The end-to-end tests run the built program; run: npm run build';
	return null;
}

/** Splits `--keep FOLDER` off the words meant for ava. */
function readWords(words: readonly string[]): {kept: string | null; rest: string[]} {
	const at = words.indexOf('--keep');
	if (at < 0) return {kept: null, rest: [...words]};
	return {kept: words[at + 1] ?? null, rest: words.filter((_, index) => index !== at && index !== at + 1)};
}

/** Runs the tests below `folder`; gives the status. */
function runWorld(folder: string, words: readonly string[]): Promise<number> {
	// What tests leave there goes with the rest.
	const temporary = join(folder, 'temporary');
	mkdirSync(temporary);
	chmodSync(temporary, 0o1777);
	const world = spawn(
		'unshare',
		[
			...['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
			// A shell is the first process: it waits for processes that lost their parent, so that no zombie stays.
			...[
				'sh',
				'-c',
				'node --import=tsx test/e2e/network.ts && node node_modules/.bin/ava --config test/e2e/ava.config.js "$@"; exit $?',
			],
			...['sh', ...words],
		],
		{
			cwd: root,
			stdio: 'inherit',
			env: {
				...process.env,
				PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
				TLSAUDIT_E2E: folder,
				TMPDIR: temporary,
			},
		},
	);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => world.kill('SIGKILL'));
	return new Promise(resolve => {
		world.on('error', error => {
			process.stderr.write(`unshare could not be started (${error.message}); run: apt-get install util-linux\n`);
			resolve(2);
		});
		world.on('exit', (status, signal) => resolve(signal ? 130 : (status ?? 2)));
	});
}

const {kept, rest} = readWords(process.argv.slice(2));
const problem =
	obstacle() ?? (kept !== null && existsSync(kept) ? `${kept} exists already; name a directory that does not` : null);
if (problem !== null) {
	process.stderr.write(`${problem}\n`);
	process.exitCode = 2;
} else {
	const folder = kept ?? mkdtempSync(join(tmpdir(), 'tlsaudit-e2e-'));
	mkdirSync(folder, {recursive: true});
	// The servers' own users must get in.
	chmodSync(folder, 0o755);
	try {
		process.exitCode = await runWorld(folder, rest);
	} finally {
		if (kept === null) rmSync(folder, {recursive: true, force: true});
	}
}
