import test from 'ava';
import {hops} from '../../src/model/session.ts';
import {destinationRule} from '../../src/policy/peer.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import {ruleRemedy} from '../../src/policy/remedy.ts';

test('each rule of each policy has a remedy of one or two sentences on each of its hops', t => {
	for (const {name} of policies()) {
		const policy = findPolicy(name);
		for (const {id, hops: places} of [...policy.rules, ...policy.later])
			for (const hop of places) {
				const words = ruleRemedy(policy, id, hop);
				t.regex(words, /^[A-Z].{30,}\.$/, `${policy.name} ${id} ${hop}`);
				t.notRegex(words, /undefined|\.\./);
			}
	}
});

test('the remedy is for who can act: a public server must not refuse, a login may be refused', t => {
	const founding = findPolicy('founding');
	t.regex(
		ruleRemedy(founding, 'relay-plaintext', 'relay-in'),
		/must not refuse mail without it \(RFC 3207, section 4\)/,
	);
	t.regex(ruleRemedy(founding, 'relay-plaintext', 'relay-out'), /smtp_tls_security_level/);
	t.regex(ruleRemedy(founding, 'access-plaintext-login', 'access'), /auth_allow_cleartext = no since 2\.4/);
	t.regex(ruleRemedy(founding, 'min-version', 'submission'), /whatif with --min-version TLSv1\.2/);
});

test('destinations are about trust, and a rule that the policy does not know is not guessed at', t => {
	const founding = findPolicy('founding');
	t.regex(ruleRemedy(founding, destinationRule, 'relay-out'), /certificate/);
	for (const hop of hops) t.regex(ruleRemedy(founding, 'no-such-rule', hop), /\.$/);
});
