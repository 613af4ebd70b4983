import {execFile} from 'node:child_process';

const program = 'postconf';

/** It lies in sbin, which is not in every user's path. */
const places = ['/usr/sbin', '/usr/local/sbin', '/opt/postfix/sbin'];

/** Milliseconds: it only reads files. */
const patience = 20_000;

type Output = {
	readonly stdout: string;
	readonly stderr: string;
	readonly failure: (Error & {readonly code?: unknown}) | null;
};

function outputOf(directory: string, option: string): Promise<Output> {
	const {PATH = '', MAIL_CONFIG, ...rest} = process.env;
	const env = {...rest, PATH: [...PATH.split(':').filter(Boolean), ...places].join(':'), LC_ALL: 'C'};
	return new Promise(resolve => {
		execFile(
			program,
			['-c', directory, option],
			{env, timeout: patience, killSignal: 'SIGKILL', maxBuffer: 33_554_432},
			(failure, stdout, stderr) => resolve({stdout, stderr, failure}),
		);
	});
}

/** The outputs by their options, with what was said on standard error in `complaints`. */
export type PostconfOutputs = {
	readonly outputs: Readonly<Record<'-n' | '-M' | '-P' | '-d', string>>;
	readonly complaints: string;
	readonly problems: readonly string[];
};

/**
 * Runs `postconf -c DIRECTORY` with -n, -M, -P and -d: the only program that reading configuration ever starts, and only
 * when the user asks for it. No shell takes part. Throws an `Error` whose sentence says why it could not be run.
 */
export async function runPostconf(directory: string): Promise<PostconfOutputs> {
	const outputs = {'-n': '', '-M': '', '-P': '', '-d': ''};
	const problems: string[] = [];
	const complaints: string[] = [];
	for (const option of ['-d', '-n', '-M', '-P'] as const) {
		const {stdout, stderr, failure} = await outputOf(directory, option);
		if (failure?.code === 'ENOENT')
			throw new Error('postconf: is not installed here; run it on the mail server, and give its output as FILE');
		outputs[option] = stdout;
		complaints.push(stderr);
		if (failure === null) continue;
		const said = /^postconf: fatal: (.*)$/m.exec(stderr)?.[1] ?? failure.message.split('\n')[0] ?? '';
		problems.push(`postconf -c ${directory} ${option}: failed: ${said}`);
	}
	return {outputs, complaints: complaints.join('\n'), problems: [...new Set(problems)]};
}
