import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {must} from './programs.ts';

/** A key and its certificate, as files and as PEM text. */
export type Identity = {readonly key: string; readonly cert: string; readonly keyPem: string; readonly certPem: string};

type Kind = 'rsa' | 'ecdsa';

export type Authority = {
	/** The file of the authority's own certificate. */
	readonly file: string;
	/** A certificate for these host names; `days` 0 makes one that is expired at once. */
	issue(name: string, hosts: readonly string[], options?: {kind?: Kind; days?: number}): Promise<Identity>;
};

const keyWords: Readonly<Record<Kind, readonly string[]>> = {
	rsa: ['rsa:2048'],
	ecdsa: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
};

function identity(folder: string, name: string): Identity {
	const key = join(folder, `${name}.key`);
	const cert = join(folder, `${name}.crt`);
	return {key, cert, keyPem: readFileSync(key, 'utf8'), certPem: readFileSync(cert, 'utf8')};
}

async function request(folder: string, name: string, kind: Kind, rest: readonly string[]): Promise<void> {
	const key = join(folder, `${name}.key`);
	const words = ['req', '-new', '-newkey', ...keyWords[kind], '-nodes', '-keyout', key, '-subj', `/CN=${name}`];
	await must('openssl', [...words, ...rest]);
}

/** A certificate that nobody signed but its own key. */
export async function selfSigned(folder: string, name: string, hosts: readonly string[]): Promise<Identity> {
	mkdirSync(folder, {recursive: true});
	const names = `subjectAltName=${hosts.map(host => `DNS:${host}`).join(',')}`;
	await request(folder, name, 'ecdsa', ['-x509', '-days', '30', '-addext', names, '-out', join(folder, `${name}.crt`)]);
	return identity(folder, name);
}

/** Makes an authority and issues certificates below `folder`. */
export async function createAuthority(folder: string): Promise<Authority> {
	mkdirSync(folder, {recursive: true});
	const file = join(folder, 'authority.crt');
	await request(folder, 'authority', 'ecdsa', ['-x509', '-days', '30', '-out', file]);
	return {
		file,
		async issue(name, hosts, {kind = 'rsa', days = 30} = {}) {
			const csr = join(folder, `${name}.csr`);
			const extensions = join(folder, `${name}.ext`);
			writeFileSync(extensions, `subjectAltName=${hosts.map(host => `DNS:${host}`).join(',')}\n`);
			await request(folder, name, kind, ['-out', csr]);
			await must('openssl', [
				...['x509', '-req', '-in', csr, '-CA', file, '-CAkey', join(folder, 'authority.key'), '-CAcreateserial'],
				...['-days', String(days), '-extfile', extensions, '-out', join(folder, `${name}.crt`)],
			]);
			return identity(folder, name);
		},
	};
}
