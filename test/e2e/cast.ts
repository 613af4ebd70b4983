/** Who plays in the end-to-end tests: names of RFC 2606, addresses of RFC 5737. */

export const ownName = 'mx.example.org';
export const ownDomain = 'example.org';
/** Our mail server; clients connect to it here. */
export const ownAddress = '192.0.2.25';
/** Our mail server behind postscreen. */
export const screenedAddress = '192.0.2.26';

export const users = ['ana', 'bo', 'mila'] as const;
export const password = 'correct horse';

/** Clients live in 198.51.100.0/24: from this number on they have no name in the DNS. */
const firstNameless = 230;

/** The host name of a client's address; null for those without one. */
export function clientName(address: string): string | null {
	const number = Number(address.split('.')[3]);
	return number >= firstNameless ? null : `client-${number}.example.com`;
}

export function clientAddress(number: number): string {
	return `198.51.100.${number}`;
}
