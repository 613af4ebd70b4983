import ipaddr from 'ipaddr.js';
import {recipientDomain} from '../../model/deliveries.ts';
import {whoses} from '../../model/failure/causes.ts';
import type {Comparison, Term, WordField} from '../../model/filter.ts';
import {failures, hops, outcomes} from '../../model/session.ts';
import {didYouMean} from '../../text/nearest.ts';
import {type KeyExchangeKind, keyExchangeKinds} from '../../tls/group.ts';
import {parseProtocol} from '../../tls/version.ts';

/** Every word before a colon, with what it asks; the help shows this table. */
export const filterFields = [
	['hop', 'hop:submission', hops.join(', ')],
	['port', 'port:465,587', 'our port; the remote one of outbound mail'],
	['version', 'version:<TLSv1.2', 'also =, <=, >, >='],
	['cipher', 'cipher:RC4', 'a suite, a part of its name, or a class: CBC, SHA1, no-forward-secrecy'],
	['pq', 'pq:could', `key exchange: ${keyExchangeKinds.join(', ')}`],
	['group', 'group:x25519mlkem768', 'a group of the key exchange; * stands for anything'],
	['outcome', 'outcome:plaintext', outcomes.join(', ')],
	['failure', 'failure:timeout', 'a reason, or a part of it'],
	['alert', 'alert:handshake', 'an alert or reason of the library, or a part of it'],
	['whose', 'whose:ours', whoses.join(', ')],
	['peer', 'peer:10.0.0.0/8', 'a network, an address, or a part of a name'],
	['domain', 'domain:bank.example', 'mail to that domain; .bank.example: to all below it'],
	['user', 'user:ana', 'a login, or a part of it'],
	['rule', 'rule:min-version', 'a rule of the policy that is broken'],
	['broken', 'broken:violation', 'violation, weakness, info'],
	['service', 'service:smtps', 'as Postfix or Dovecot names it'],
	['tls', 'tls:starttls', 'implicit, starttls'],
	['sni', 'sni:mail', 'the server name that was asked for'],
	['log', 'log:mx1', 'the host or the file of the log'],
] as const;
export type FilterField = (typeof filterFields)[number][0];

export type Filter = {readonly terms: readonly Term[]; readonly problem: string | null};

const words = /([-!]?)(?:([a-z]+):)?("[^"]*"?|[^\s"]+)/gi;

function among(field: string, value: string, allowed: readonly string[]): string[] {
	return value.split(',').map(word => {
		const lower = word.toLowerCase();
		const found = allowed.find(each => each === lower) ?? allowed.find(each => lower !== '' && each.startsWith(lower));
		if (found === undefined) throw new Error(`${field}:${word}: write one of ${allowed.join(', ')}`);
		return found;
	});
}

const hex = (bytes: readonly number[]): string => bytes.map(byte => byte.toString(16).padStart(2, '0')).join('');

/** A network as its first and last address; null when the text is none. */
export function network(text: string): {low: string; high: string} | null {
	if (!text.includes('/') || !ipaddr.isValidCIDR(text)) return null;
	const [address, length] = ipaddr.parseCIDR(text);
	const bytes = address.toByteArray();
	const low = bytes.map((byte, index) => byte & (0xff << Math.min(8, Math.max(0, 8 * (index + 1) - length))) & 0xff);
	const high = bytes.map((byte, index) => byte | (0xff >> (8 - Math.min(8, Math.max(0, 8 * (index + 1) - length)))));
	return {low: hex(low), high: hex(high)};
}

function peerTerm(value: string): Term {
	const net = network(value);
	if (net !== null) return {kind: 'net', ...net};
	if (value.includes('/')) throw new Error(`peer:${value}: no network; write 192.0.2.0/24 or 2001:db8::/32`);
	return {kind: 'word', field: 'peer', word: value};
}

function portTerm(value: string): Term {
	const ports = value.split(',').map(Number);
	if (ports.some(port => !Number.isInteger(port) || port < 1 || port > 65_535))
		throw new Error(`port:${value}: write a number such as 465, or several: 465,587`);
	return {kind: 'port', ports};
}

function groupTerm(value: string): Term {
	const values = value.split(',').filter(word => word !== '');
	if (values.length === 0) throw new Error(`group:${value}: write one such as x25519mlkem768`);
	return {kind: 'group', values};
}

function versionTerm(value: string): Term {
	const [, sign = '', word = ''] = /^(<=|>=|<|>|=?)(.*)$/.exec(value) ?? [];
	return {kind: 'version', is: (sign === '' ? '=' : sign) as Comparison, version: parseProtocol(word)};
}

/** A domain as in the tables of Postfix: `.bank.example` is all below it, and so is `*.bank.example`. */
function domainTerm(value: string): Term {
	const name = value.replace(/^\*?\./, '');
	const domain = recipientDomain(name);
	if (domain === null)
		throw new Error(`domain:${value}: no domain; write bank.example, or .bank.example for all below`);
	return {kind: 'domain', domain, below: name !== value};
}

function termOf(field: string, value: string): Term {
	if (value === '') throw new Error(`${field}: something must be behind the colon`);
	switch (field as FilterField) {
		case 'hop':
			return {kind: 'hop', values: among('hop', value, hops)};
		case 'outcome':
			return {kind: 'outcome', values: among('outcome', value, outcomes)};
		case 'whose':
			return {kind: 'whose', values: among('whose', value, whoses)};
		case 'tls':
			return {kind: 'tls', values: among('tls', value, ['implicit', 'starttls'])};
		case 'port':
			return portTerm(value);
		case 'version':
			return versionTerm(value);
		case 'peer':
			return peerTerm(value);
		case 'domain':
			return domainTerm(value);
		case 'cipher':
			return {kind: 'cipher', word: value};
		case 'pq':
			return {kind: 'pq', values: among('pq', value, keyExchangeKinds) as KeyExchangeKind[]};
		case 'group':
			return groupTerm(value);
		case 'rule':
			return {kind: 'rule', rule: value};
		case 'broken':
			return {
				kind: 'broken',
				severity: among('broken', value, ['violation', 'weakness', 'info'])[0] as 'violation',
			};
		case 'failure': {
			const near = failures.some(reason => reason.includes(value.toLowerCase())) || value.includes('*');
			if (!near) throw new Error(`failure:${value}: no such reason${didYouMean(value, failures)}`);
			return {kind: 'word', field: 'failure', word: value};
		}
		case 'user':
		case 'alert':
		case 'service':
		case 'log':
		case 'sni':
			return {kind: 'word', field: field as WordField, word: value};
		default: {
			const names = filterFields.map(([name]) => name);
			throw new Error(`"${field}:" is no field${didYouMean(field, names) || ';'} there are ${names.join(', ')}`);
		}
	}
}

/**
 * Reads a filter: words `field:value`, each with `-` before it to leave out what it matches, and bare words that are looked
 * for in names, addresses, users, ciphers and tags. All of them must hold. Never throws: what is wrong is a sentence.
 */
export function readFilter(text: string): Filter {
	const terms: Term[] = [];
	try {
		for (const [whole, minus = '', field, quoted = ''] of text.matchAll(words)) {
			const value = quoted.replaceAll('"', '');
			// `2001:db8::1` and `10:25` are no fields.
			const bare = field === undefined || /^[0-9a-f]+$/i.test(field);
			if (bare && value === '') continue;
			const word = bare ? whole.slice(minus.length).replaceAll('"', '') : value;
			const term: Term = bare ? bareTerm(word) : termOf(field.toLowerCase(), value);
			terms.push(minus === '' ? term : {...term, not: true});
		}
		const dangling = /(?:^|\s)[-!]?([a-z]+):(?=\s|$)/i.exec(text)?.[1];
		if (dangling !== undefined) throw new Error(`${dangling}: something must be behind the colon`);
		return {terms, problem: null};
	} catch (error) {
		return {terms, problem: (error as Error).message};
	}
}

/** A network matches addresses; any other word is looked for everywhere. */
function bareTerm(word: string): Term {
	const net = network(word);
	return net === null ? {kind: 'word', field: 'text', word} : {kind: 'net', ...net};
}
