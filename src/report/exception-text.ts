import {plain} from '../text/plain.ts';
import type {Exception} from '../tls/policy.ts';

/** Whom an exception is for: `198.51.100.0/24`, `old.example.org`, or a user; all that are given. */
export function exceptionSelector({cidr, domain, user}: Exception): string {
	return [cidr, domain, user]
		.filter(word => word !== undefined)
		.map(plain)
		.join(' ');
}

/** A sentence about an exception that is past its date. */
export function expiredText(exception: Exception): string {
	const {until, reason} = exception;
	return `the exception for ${exceptionSelector(exception)} ended on ${until} (${plain(reason)}); renew it or take it out`;
}
