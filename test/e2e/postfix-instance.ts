import {copyFileSync, existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {ownDomain, ownName} from './cast.ts';
import {processes} from './processes.ts';
import {must, until} from './programs.ts';

export type Postfix = {
	/** The folder of main.cf and master.cf. */
	readonly configuration: string;
	readonly queue: string;
	write(main: string, master: string): void;
	start(): Promise<void>;
	reload(): Promise<void>;
	stop(): Promise<void>;
	/** Runs one of Postfix's own programs on this instance. */
	command(program: string, words: readonly string[], input?: string): Promise<string>;
};

/** What makes an instance one of its own; the tests' own settings follow. */
function frame(folder: string): string {
	return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
myhostname = ${ownName}
mydomain = ${ownDomain}
mydestination = localhost
inet_protocols = ipv4
maillog_file =
smtputf8_enable = no
`;
}

/** The processes that every Postfix needs, chrooted as Debian has them (master.cf of the package). */
const internals = `pickup    unix  n       -       y       60      1       pickup
cleanup   unix  n       -       y       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       y       1000?   1       tlsmgr
rewrite   unix  -       -       y       -       -       trivial-rewrite
bounce    unix  -       -       y       -       0       bounce
defer     unix  -       -       y       -       0       bounce
trace     unix  -       -       y       -       0       bounce
verify    unix  -       -       y       -       1       verify
flush     unix  n       -       y       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
showq     unix  n       -       y       -       -       showq
error     unix  -       -       y       -       -       error
retry     unix  -       -       y       -       -       error
discard   unix  -       -       y       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
anvil     unix  -       -       y       -       1       anvil
scache    unix  -       -       y       -       1       scache
smtp      unix  -       -       y       -       -       smtp
relay     unix  -       -       y       -       -       smtp
lmtp      unix  -       -       y       -       -       lmtp
`;

/** What a chrooted process needs to resolve names (/usr/lib/postfix/configure-instance.sh of Debian's package). */
const chrootFiles = ['resolv.conf', 'hosts', 'nsswitch.conf', 'services', 'host.conf', 'localtime'];

function furnishChroot(queue: string): void {
	for (const name of chrootFiles) {
		if (!existsSync(`/etc/${name}`)) continue;
		const copy = join(queue, 'etc', name);
		mkdirSync(dirname(copy), {recursive: true});
		copyFileSync(`/etc/${name}`, copy);
	}
}

/** A Postfix of Debian's package with configuration, queue and data below `folder`. It is not started yet. */
export async function createPostfix(folder: string): Promise<Postfix> {
	const configuration = join(folder, 'etc');
	const queue = join(folder, 'queue');
	const data = join(folder, 'data');
	for (const one of [configuration, queue, data]) mkdirSync(one, {recursive: true});
	await must('chown', ['postfix', data]);
	furnishChroot(queue);
	const command: Postfix['command'] = (program, words, input = '') =>
		must(
			`/usr/sbin/${program}`,
			program === 'sendmail' ? ['-C', configuration, ...words] : ['-c', configuration, ...words],
			input,
		);
	return {
		configuration,
		queue,
		command,
		write(main, master) {
			writeFileSync(join(configuration, 'main.cf'), frame(folder) + main);
			writeFileSync(join(configuration, 'master.cf'), internals + master);
		},
		start: () => command('postfix', ['start']).then(() => {}),
		reload: () => command('postfix', ['reload']).then(() => {}),
		async stop() {
			// `stop` waits whole seconds for deliveries to end; by now the tests have seen the end of all they wait for.
			await command('postfix', ['abort']);
			await until('Postfix is stopped', () => !processes().some(({name}) => name === 'master'));
		},
	};
}
