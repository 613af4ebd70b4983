import {z} from 'zod';
import {hops} from '../model/session.ts';
import {severities} from '../model/severity.ts';
import {keyExchanges} from '../tls/cipher.ts';
import {suiteSet} from '../tls/cipher-class.ts';
import {parseProtocol, protocols} from '../tls/version.ts';
import {parseCidr} from './peer.ts';
import {serverKeys, trustLevels} from './policy.ts';

/** Turns the sentence that a parser throws about a word into an issue at the word's place. */
function spelled(parse: (word: string) => unknown) {
	return (word: string, context: z.RefinementCtx) => {
		try {
			parse(word);
		} catch (error) {
			context.addIssue({code: 'custom', message: error instanceof Error ? error.message : String(error)});
		}
	};
}

const version = z
	.string()
	.superRefine(spelled(parseProtocol))
	.describe(`TLS version: one of ${protocols.join(', ')}`);
const suite = z
	.string()
	.superRefine(spelled(word => suiteSet([word])))
	.describe('cipher suite by OpenSSL or IANA name, or a class such as RC4, 3DES, CBC, anonymous, no-forward-secrecy');
const severity = z.enum(severities);
const severityOrOff = z.enum([...severities, 'off']);
const domain = z.string().regex(/^[^\s@/]+$/, 'a domain, such as example.org');
const day = z.iso.date('a date as YYYY-MM-DD');
const cidr = z.string().refine(text => parseCidr(text) !== null, 'a network such as 192.0.2.0/24 or 2001:db8::/32');

/** One way into a service. */
export const choiceSchema = z
	.strictObject({
		port: z.int().min(1).max(65_535).optional(),
		service: z.string().min(1).optional(),
		tls: z.enum(['implicit', 'starttls']),
	})
	.refine(entry => entry.port !== undefined || entry.service !== undefined, 'a way in needs port or service');

/** What may be asked of a hop, now or from a day on. */
const hopKeys = {
	allow: z.array(choiceSchema).min(1).optional().describe('ways into the service: port (or service) and kind of TLS'),
	plaintext: severityOrOff.optional().describe('how grave plaintext mail or login is; off: allowed'),
	'min-version': version.optional(),
	'best-version': version.optional(),
	ban: z.array(suite).min(1).optional(),
	suites: z.array(suite).min(1).optional().describe('the only suites allowed'),
	'key-exchange': z.array(z.enum(keyExchanges)).min(1).optional().describe('the only key exchanges allowed'),
	'server-key': z.array(z.enum(serverKeys)).min(1).optional(),
	'min-rsa-bits': z.int().min(512).max(16_384).optional().describe('checked where a log shows it: TLS 1.3'),
	groups: z
		.array(z.string().min(1))
		.min(1)
		.optional()
		.describe('the only groups allowed; the word hybrid is every hybrid group; checked in TLS 1.3'),
	hybrid: z.literal(true).optional().describe('hybrid key exchange wanted: TLS 1.3 and a group with ML-KEM'),
	digests: z.array(z.string().min(1)).min(1).optional().describe('the only signature digests allowed; TLS 1.3'),
	trust: z.enum(trustLevels).optional().describe('trust wanted of the other side when we are the client'),
	dane: z.literal(true).optional().describe('DANE wanted; checked where Postfix logs the level (3.11 and later)'),
	severity: severity.optional().describe('of every rule this hop sets here; violation when absent'),
};

/** What is asked of a hop from the day after a date on. */
export const datedSchema = z
	.strictObject({until: day.describe('last day on which what these rules catch is allowed'), ...hopKeys})
	.refine(entry => Object.keys(entry).some(key => key !== 'until' && key !== 'severity'), {
		message: 'a dated entry needs a rule, such as min-version',
	});

/** Keys of one hop. A key given here replaces what the extended policy says about it on this hop; `ban` adds. */
export const hopSchema = z.strictObject({
	...hopKeys,
	dated: z.array(datedSchema).min(1).optional().describe('rules that hold from the day after their date on'),
});

/** A finding accepted for a while. */
export const exceptionSchema = z
	.strictObject({
		rules: z.array(z.string()).optional().describe('rule ids; every rule when absent'),
		cidr: cidr.optional(),
		domain: domain.optional(),
		user: z.string().min(1).optional(),
		reason: z.string().min(1),
		until: day.describe('last day it holds'),
	})
	.refine(entry => entry.cidr !== undefined || entry.domain !== undefined || entry.user !== undefined, {
		message: 'an exception needs cidr, domain or user',
	});

const destination = z.union([
	z.enum(trustLevels),
	z.strictObject({trust: z.enum(trustLevels), severity: severity.optional()}),
]);

/** A policy file, after YAML. */
export const policySchema = z
	.strictObject({
		name: z.string().min(1),
		title: z.string().optional(),
		extends: z.string().optional().describe('a policy that comes with the program'),
		hops: z
			.strictObject(Object.fromEntries(hops.map(name => [name, hopSchema.optional()])))
			.optional()
			.describe('what is asked of each hop'),
		destinations: z
			.record(domain, destination)
			.optional()
			.describe('domain of recipients, .domain for all below, or [mail host]: trust wanted'),
		severities: z.record(z.string(), severityOrOff).optional().describe('rule id: another severity, or off'),
		exceptions: z.array(exceptionSchema).optional(),
	})
	.meta({title: 'tlsaudit policy'});

export type PolicyFile = z.infer<typeof policySchema>;
export type HopFile = z.infer<typeof hopSchema>;
export type DatedFile = z.infer<typeof datedSchema>;

/** The JSON Schema of a policy file (draft 2020-12), for editors. */
export function policyJsonSchema(): object {
	return z.toJSONSchema(policySchema, {io: 'input'});
}
