import {createReadStream} from 'node:fs';
import {severalErrors} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {unreadable} from '../ingest/sources/problem.ts';
import {dayOf, policyAt, staleText} from '../policy/calendar.ts';
import {findPolicy} from '../policy/policies.ts';
import type {Policy} from '../policy/policy.ts';

/** A policy with a thousand exceptions has a tenth of it. */
const mostBytes = 1_000_000;
/** More say nothing new: it is another kind of file. */
const mostProblems = 20;

/** The readers of YAML and of schemas take a quarter of a second to load, and most runs have no policy file. */
const policyReader = () => import('../policy/policy-file.ts');

/** A policy file's problems, one sentence each: `FILE:LINE: KEY: what`. */
export async function policyProblems(file: string, text: string): Promise<string[]> {
	const {readPolicy} = await policyReader();
	const {problems} = readPolicy(text);
	const sentences = problems.slice(0, mostProblems).map(({line, key, message}) => {
		const where = key === '' ? '' : ` ${key}:`;
		return `${file}:${line}:${where} ${message}`;
	});
	const more = problems.length - sentences.length;
	return more > 0 ? [...sentences, `${file}: and ${more} more problems; is it a policy?`] : sentences;
}

/** The first bytes of a file, which may be a pipe. Throws the system's error. */
async function readBeginning(path: string, most: number): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of createReadStream(path, {end: most - 1})) pieces.push(piece as Buffer);
	return Buffer.concat(pieces);
}

/** Reads a policy file's text; throws one sentence when it cannot be read. */
export async function policyText(file: string): Promise<string> {
	try {
		const bytes = await readBeginning(file, mostBytes + 1);
		if (bytes.length <= mostBytes) return bytes.toString('utf8');
	} catch (error) {
		throw new Error(unreadable(file, error, 'no such policy file; check the name'), {cause: error});
	}
	throw new Error(`${file}: is larger than 1 MB, as no policy is; check the name`);
}

/** The policy of a name, or of a file (whatever has a slash or a dot in it). Throws one sentence when there is none. */
export async function loadPolicy(nameOrFile: string): Promise<Policy> {
	if (!/[/\\]|\.(?:ya?ml|json)$/i.test(nameOrFile)) return findPolicy(nameOrFile);
	const text = await policyText(nameOrFile);
	const {readPolicy} = await policyReader();
	const {policy} = readPolicy(text);
	if (policy === null) throw severalErrors(await policyProblems(nameOrFile, text));
	return policy;
}

/** The policy to judge by, as of its day; says so when nobody has looked at its document for long. Throws as `loadPolicy` does. */
export async function judgingPolicy(
	{policy, now, asOf}: Pick<Settings, 'policy' | 'now' | 'asOf'>,
	io: Pick<Io, 'warn'>,
): Promise<Policy> {
	const loaded = await loadPolicy(policy);
	const stale = staleText(loaded, now);
	if (stale !== null) io.warn(stale);
	return policyAt(loaded, dayOf(asOf));
}
