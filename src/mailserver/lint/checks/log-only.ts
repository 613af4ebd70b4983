import type {Rule} from './rule.ts';

/** Mistakes that no file shows: the log alone does. */
export const logOnly: readonly Pick<Rule, 'id' | 'log'>[] = [
	{
		id: 'resolver-not-validating',
		log: {
			complaints: [{words: 'DNSSEC validation may be unavailable'}, {words: 'is not DNSSEC validated'}],
			alone: {
				severity: 'error',
				why: 'The resolver does not validate DNSSEC, or its answers do not say so: DANE protects nothing.',
				fix: 'run a validating resolver on this host and name it alone in resolv.conf',
				source: 'TLS_README, DANE; postconf(5) dnssec_probe',
			},
		},
	},
	{
		id: 'sts-plugin-fault',
		log: {
			complaints: [{words: 'invalid attribute name: "policy_'}, {words: 'policy table lookup error'}],
			remarks: [{words: '(client TLS configuration problem)'}],
			alone: {
				severity: 'error',
				why: 'The program behind the policy table does not answer, or says what this Postfix does not know: mail is deferred.',
				source: 'postconf(5) smtp_tls_policy_maps',
			},
		},
	},
	{
		id: 'sni-map-not-base64',
		log: {
			complaints: [{words: 'malformed BASE64 value'}],
			alone: {
				severity: 'error',
				why: 'A table of certificates by name was built without -F: it holds the names of files, not what is in them, and TLS fails for these names.',
				fix: 'postmap -F on the table that the line names',
				source: 'postconf(5) tls_server_sni_maps',
			},
		},
	},
	{
		id: 'wrong-kind-of-client',
		log: {
			remarks: [{words: 'SSL_accept() failed', also: /wrong version number|http request|unknown protocol/}],
			alone: {
				severity: 'info',
				why: 'Something that does not speak TLS came to a port that does: a client with the wrong port, or a scanner.',
				source: 'Dovecot manual, SSL',
			},
		},
	},
];
