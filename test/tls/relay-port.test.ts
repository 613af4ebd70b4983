import test from 'ava';
import {isRelayPort, mayStay} from '../../src/tls/relay-port.ts';

test('port 25 is the relay port, and no other', t => {
	t.deepEqual([25, 587, 465, 1025, 2525, null].map(isRelayPort), [true, false, false, false, false, false]);
});

test('old TLS and suites that still encrypt may stay on the relay port, and nowhere else', t => {
	for (const weakness of ['old version', '3DES', 'RC4', 'anonymous'] as const) {
		t.true(mayStay(weakness, true), weakness);
		t.false(mayStay(weakness, false), weakness);
	}
	for (const weakness of ['NULL', 'export'] as const) t.false(mayStay(weakness, true), weakness);
});
