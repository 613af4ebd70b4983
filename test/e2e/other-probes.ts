import {classOf, type SuiteClass} from '../../src/probe/client-hello.ts';
import {cipherFacts} from '../../src/tls/cipher.ts';
import {type Version, versions} from './inbound-cases.ts';
import {must, run} from './programs.ts';

/** What other programs say of a server: openssl s_client(1) and sslscan(1). */

/** A place as both programs take it; `starttls` null: TLS from the first byte. */
export type Place = {readonly host: string; readonly port: number; readonly starttls: 'smtp' | 'imap' | null};

const flags = {TLSv1: '-tls1', 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3'} as const;

/** One handshake of s_client with everything that the library has; `more` are further words. */
function client({host, port, starttls}: Place, ...more: string[]): Promise<{readonly out: string}> {
	const start = starttls === null ? [] : ['-starttls', starttls];
	const words = ['s_client', '-connect', `${host}:${port}`, '-servername', host, ...start, '-legacy_server_connect'];
	return run('openssl', [...words, ...more], 'QUIT\r\n');
}

const everything = ['-cipher', 'ALL:eNULL:@SECLEVEL=0'];

/** The suite that s_client comes to in each version that the server accepts; of the suites without a certificate none. */
export async function clientVersions(place: Place): Promise<Partial<Record<Version, string>>> {
	const found: Partial<Record<Version, string>> = {};
	for (const version of versions) {
		const {out} = await client(place, flags[version], ...everything);
		const cipher = /^New, [^(].*, Cipher is (\S+)$/m.exec(out)?.[1];
		if (cipher !== undefined && cipher !== '(NONE)') found[version] = cipher;
	}
	return found;
}

/** The SHA-256 fingerprint of the certificate that s_client is shown when it takes only such signatures; null: none. */
export async function clientFingerprint(place: Place, signatures: string): Promise<string | null> {
	const {out} = await client(place, '-sigalgs', signatures);
	const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(out)?.[0];
	if (pem === undefined) return null;
	const printed = await must('openssl', ['x509', '-noout', '-fingerprint', '-sha256'], pem);
	return printed.trim().replace(/^.*=/, '');
}

/** What sslscan finds. */
export type Scanned = {
	readonly versions: readonly Version[];
	/** Classes of suites, `TLSv1.2 static RSA`, sorted. */
	readonly classes: readonly string[];
	readonly signature: string | null;
	readonly expired: boolean;
	readonly names: string;
	readonly rsaBits: number | null;
};

const scannedVersions: Readonly<Record<string, Version>> = {
	'1.0': 'TLSv1',
	'1.1': 'TLSv1.1',
	'1.2': 'TLSv1.2',
	'1.3': 'TLSv1.3',
};

export async function scan({host, port, starttls}: Place): Promise<Scanned> {
	const start = starttls === null ? [] : [`--starttls-${starttls}`];
	const quick = ['--no-heartbleed', '--no-renegotiation', '--no-compression', '--no-fallback', '--no-groups'];
	const xml = await must('sslscan', ['--xml=-', ...quick, ...start, `${host}:${port}`]);
	const classes = new Set<string>();
	for (const [, version = '', name = ''] of xml.matchAll(/<cipher [^>]*sslversion="([^"]*)"[^>]*cipher="([^"]*)"/g)) {
		const facts = cipherFacts(name);
		const found: SuiteClass | null = facts === null ? null : classOf(facts);
		if (found !== null) classes.add(`${version.replace('TLSv1.0', 'TLSv1')} ${found}`);
	}
	const text = (tag: string): string | null =>
		new RegExp(`<${tag}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${tag}>`).exec(xml)?.[1] ?? null;
	const bits = /<pk [^>]*type="RSA"[^>]*bits="(\d+)"/.exec(xml)?.[1];
	return {
		versions: Array.from(xml.matchAll(/<protocol type="tls" version="([\d.]+)" enabled="1"/g)).flatMap(
			([, version = '']) => scannedVersions[version] ?? [],
		),
		classes: [...classes].sort(),
		signature: text('signature-algorithm'),
		expired: text('expired') === 'true',
		names: text('altnames') ?? '',
		rsaBits: bits === undefined ? null : Number(bits),
	};
}
