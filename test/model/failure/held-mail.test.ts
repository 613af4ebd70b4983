import test from 'ava';
import {heldReasonWords, heldRemedy} from '../../../src/model/failure/held-mail.ts';
import type {HeldReason} from '../../../src/model/outbound.ts';

const reasons: readonly HeldReason[] = [
	'no-dnssec',
	'no-tlsa-records',
	'tlsa-unusable',
	'tlsa-lookup-error',
	'tls-configuration',
	'requiretls',
	'mta-sts',
	'certificate-not-verified',
	'tls-required-not-offered',
	'starttls-refused',
	'tls-unavailable',
	'handshake-failed',
];

test('every reason for which mail is held has words, and a remedy of one sentence that weakens nothing without its cost', t => {
	for (const reason of reasons) {
		t.true(heldReasonWords(reason).length <= 26, reason);
		const remedy = heldRemedy(reason);
		t.regex(remedy, /^[A-Z][^?!]*\.$/, reason);
		t.true(remedy.length <= 260, `${reason}: ${remedy.length}`);
		if (/lower level|level dane|without it/.test(remedy)) t.regex(remedy, /would|pose/, reason);
	}
	t.is(new Set(reasons.map(heldReasonWords)).size, reasons.length);
});

test('a reason that a newer program wrote keeps its code', t => {
	t.is(heldReasonWords('something-new' as HeldReason), 'something-new');
	t.regex(heldRemedy('something-new' as HeldReason), /newer version/);
});
