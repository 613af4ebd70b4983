import {readFileSync} from 'node:fs';

/** Bundles of trusted roots: Debian and Arch, Fedora and RHEL, SUSE, Alpine and the BSDs and macOS. */
const bundles = [
	'/etc/ssl/certs/ca-certificates.crt',
	'/etc/pki/tls/certs/ca-bundle.crt',
	'/etc/ssl/ca-bundle.pem',
	'/etc/ssl/cert.pem',
	'/usr/local/share/certs/ca-root-nss.crt',
];

/** The system's trusted roots as PEM and where they were found; those of Node (`pem` null) where the system has none. */
export function systemRoots(file: string | undefined): {readonly pem: string | null; readonly from: string} {
	for (const path of file === undefined || file === '' ? bundles : [file]) {
		try {
			const pem = readFileSync(path, 'utf8');
			if (pem.includes('-----BEGIN CERTIFICATE-----')) return {pem, from: path};
		} catch {
			// Not on this system: the next.
		}
	}
	return {pem: null, from: 'the roots that come with Node'};
}
