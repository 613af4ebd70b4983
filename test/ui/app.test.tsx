import test from 'ava';
import fc from 'fast-check';
import {emptyCoverage} from '../../src/model/coverage.ts';
import {width} from '../../src/text/width.ts';
import {hop, sampleChange, sampleData, sampleDomains} from './sample-data.ts';
import {keys, startScreen} from './test-screen.tsx';

for (const [columns, rows] of [
	[80, 24],
	[160, 50],
	[220, 70],
] as const)
	test.serial(`at ${columns}×${rows} the overview fills all but one row and no line is too long`, async t => {
		const at = await startScreen(sampleData(), {columns, rows});
		t.is(at.lines().length, rows - 1);
		for (const line of at.lines()) t.true(line.length <= columns, line);
		t.regex(at.text(), /▶ ✘ submission +465 +3 █+░+ +TLS 1\.0/);
		t.regex(at.text(), / {2}✔ submission +587/);
		t.regex(at.text(), / {2}· internal +25/);
		t.regex(at.text(), /✘ min-version 1/);
		t.regex(at.text(), /✘ 12:00:00 +submission 465 +TLS 1\.0 ECDHE-RSA-AES256-SHA +1 session/);
		await at.end();
	});

test.serial('there are more columns where there is more room, and the important ones stay', async t => {
	const at = await startScreen(sampleData(), {columns: 160, rows: 50});
	const header = (): string => at.lines()[3] ?? '';
	t.regex(header(), /HOP .*PORT.*TLS VERSIONS.*WORST.*PLAIN.*UNKNOWN.*MESSAGES.*VIOLATE.*WEAK.*LAST SEEN/);
	await at.resize(80, 24);
	t.regex(header(), /HOP .*PORT.*TLS VERSIONS.*WORST.*PLAIN.*VIOLATE$/);
	t.is(at.lines().length, 23);
	await at.end();
});

test.serial('below 40×12 there is one clear sentence', async t => {
	const at = await startScreen(sampleData(), {columns: 39, rows: 12});
	t.is(at.text().replace('\n', ' ').trim(), 'This window is 39×12; tlsaudit needs 40×12. q quits.');
	await at.type('q');
	t.deepEqual(at.done, ['quit']);
	await at.end();
});

test.serial('several keys in one report each do their work', async t => {
	const at = await startScreen(sampleData());
	await at.type('jj');
	t.regex(at.text(), /▶ · internal/);
	await at.type('k7');
	await at.type('jj');
	t.regex(at.lines()[2] ?? '', /^ Sessions/);
	t.is(at.screen.get().selected, 2);
	await at.end();
});

test.serial(
	'keys pressed before the rows are there wait for them, and one about anything else forgets them',
	async t => {
		const at = await startScreen(sampleData());
		await at.type('7jj');
		t.is(at.screen.get().selected, 2);
		await at.type('3\r');
		t.regex(at.lines()[2] ?? '', /^ Peers › /);
		await at.type('1\r\r');
		t.regex(at.lines()[2] ?? '', /^ Overview › submission 465 › /);
		await at.type('4\r1');
		t.regex(at.lines()[2] ?? '', /^ Overview$/m);
		await at.end();
	},
);

test.serial('Escape twice in one report goes back twice', async t => {
	const at = await startScreen(sampleData());
	await at.type(keys.enter);
	await at.type(keys.enter);
	t.regex(at.lines()[2] ?? '', /Overview › submission 465 › /);
	await at.type(keys.escape + keys.escape);
	t.is(at.lines()[2]?.trimEnd(), ' Overview');
	await at.type(keys.enter);
	await at.type(`${keys.escape}4`);
	t.regex(at.lines()[2] ?? '', /^ Ciphers/);
	await at.end();
});

test.serial('only rows that changed are written', async t => {
	const at = await startScreen(sampleData());
	const before = at.written();
	await at.type('j');
	t.is(at.written() - before, 2, 'the row that was chosen and the one that is');
	await at.type('z');
	t.is(at.written() - before, 2, 'a key that means nothing');
	await at.end();
});

test.serial(
	'below the failures stands whose they are, what to do and of whom most are; Enter opens their sessions',
	async t => {
		const failure = {
			reason: 'peer-alert',
			alert: 'handshake failure (40)',
			hop: 'relay-out',
			port: 25,
			outcome: 'failed',
			whose: 'unknown',
			remedy: 'The server refuses all that we offer: tlsaudit probe shows what it takes.',
			sessions: 3,
			peer_count: 3,
			first_seen: null,
			last_seen: null,
			peers: [{peer: 'mx.example[192.0.2.1]', peer_ip: '192.0.2.1', peer_host: 'mx.example', sessions: 2}],
		} as const;
		const data = sampleData({failures: async () => [failure]});
		const at = await startScreen(data);
		await at.type('5');
		t.regex(at.text(), /peer-alert +handshake failure \(40\) +relay-out +25 +3 +unknown/);
		t.regex(
			at.text(),
			/\n ── peer-alert, handshake failure \(40\) ─+\n {2}the peer ended the handshake with an alert\n/,
		);
		t.regex(
			at.text(),
			/\n {2}unknown: The server refuses all that we offer: tlsaudit probe shows what it\n {2}takes\.\n/,
		);
		t.regex(at.text(), /\n {2}Most of mx\.example\[192\.0\.2\.1\] \(2\) and 2 more\n/);
		await at.type(keys.enter);
		const asked = data.asked.filter(each => each.startsWith('sessions')).at(-1) ?? '';
		t.true(asked.includes('"column":"alert","value":"handshake failure (40)"'), asked);
		t.true(asked.includes('"kind":"whose","values":["unknown"]'), asked);
		await at.end();
	},
);

test.serial('where not all sessions with a reason failed, the rows and the sum say so in 80 columns', async t => {
	const row = {
		reason: 'certificate-not-verified',
		alert: null,
		hop: 'relay-out',
		port: 25,
		whose: 'theirs',
		remedy: 'Renew it.',
		peer_count: 0,
		first_seen: null,
		last_seen: null,
		peers: [],
	} as const;
	const rows = [
		{...row, outcome: 'failed', sessions: 3},
		{...row, outcome: 'encrypted', sessions: 2},
		{...row, reason: 'tls-required-not-offered', outcome: 'plaintext', sessions: 1},
	] as const;
	const at = await startScreen(sampleData({failures: async () => rows}));
	await at.type('5');
	t.regex(at.text(), / THEN/);
	t.regex(at.text(), / 3 theirs +failed\n/);
	t.regex(at.text(), / 2 theirs +broken\n/);
	t.regex(at.text(), / 1 theirs +plain\n/);
	t.regex(at.text(), /All rows: 6 sessions with a reason, of which 3 failed/);
	await at.end();
});

test.serial('a long list is asked for in pages, and the row stays chosen', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	await at.type('7');
	await at.type('G');
	await at.settle();
	t.is(at.screen.get().selected, 499);
	t.regex(at.lines()[2] ?? '', /500 of 500/);
	t.regex(at.text(), /▶ ✘/);
	t.true(data.asked.filter(each => each.startsWith('sessions')).length >= 2);
	await at.end();
});

test.serial('from the overview to the raw line and back, the path in the crumbs', async t => {
	const at = await startScreen(sampleData());
	await at.type(keys.enter);
	t.is(at.lines()[2]?.trim().split('  ')[0], 'Overview › submission 465');
	await at.type(keys.enter);
	await at.type(keys.enter);
	t.regex(at.text(), /violation +min-version: TLSv1, required TLSv1\.2 or later \[RFC 8997\]/);
	t.regex(at.text(), /Port +465, inferred from the service, implicit/);
	await at.type('n');
	t.regex(at.text(), /Lines +mail\.log 999 to 1001/);
	await at.type(keys.enter);
	t.regex(at.lines()[2] ?? '', /raw lines/);
	t.regex(at.text(), /▶ +999 /);
	for (const title of [/line/, /scanner|sca/, /submission 465/, /^ Overview$/]) {
		await at.type(keys.escape);
		t.regex(at.lines()[2]?.trimEnd() ?? '', title);
	}
	await at.end();
});

test.serial('the detail of a session that failed names the alert, whose it is and the remedy', async t => {
	const remedy = {whose: 'ours', remedy: 'The client refuses our certificate: serve it with its whole chain.'} as const;
	const failed = {
		outcome: 'failed',
		failure: 'peer-rejected-certificate',
		alert: 'unknown ca (48)',
		protocol: null,
		cipher: null,
	};
	const request = {order: 'started', descending: true, offset: 0, limit: 1};
	const rows = (await sampleData().sessions({}, request)).rows.map(row => ({...row, ...failed}));
	const at = await startScreen(sampleData({remedy: async () => remedy, sessions: async () => ({rows, total: 1})}));
	await at.type('7');
	await at.type(keys.enter);
	t.regex(at.text(), /Outcome +failed, peer-rejected-certificate, unknown ca \(48\)\n/);
	t.regex(
		at.text(),
		/Whose +ours\n {2}Remedy +The client refuses our certificate: serve it with its whole\n +chain\.\n/,
	);
	await at.end();
});

test.serial('the filter holds in the queries of every view', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	await at.type('/');
	await at.type('hop:sub');
	t.regex(at.text(), /\/hop:sub/);
	await at.type(' user:');
	t.regex(at.text(), /something must be behind the colon/);
	await at.type('ana');
	await at.type(keys.enter);
	t.regex(at.lines()[2] ?? '', /filter hop:sub user:ana/);
	t.regex(data.asked.at(-1) ?? '', /"kind":"hop".*"word":"ana"/);
	await at.type('4');
	t.regex(data.asked.at(-1) ?? '', /^ciphers .*"word":"ana"/);
	await at.end();
});

test.serial('while paused nothing is asked again, and a banner says so', async t => {
	let version = 1;
	const data = sampleData({
		version: () => version,
		progress: () => ({phase: 'live', lines: 10 * version, share: null, sessions: 1, source: '-', problems: []}),
	});
	const at = await startScreen(data);
	await at.type('p');
	t.regex(at.lines()[2] ?? '', /PAUSED/);
	const before = data.asked.length;
	version = 2;
	await new Promise(resolve => setTimeout(resolve, 700));
	t.is(data.asked.length, before);
	t.regex(at.lines()[2] ?? '', /10 lines since/);
	await at.type('p');
	// After a slow result the next query waits its turn.
	for (let turn = 0; turn < 100 && data.asked.length === before; turn += 1)
		await new Promise(resolve => setTimeout(resolve, 50));
	t.true(data.asked.length > before);
	await at.end();
});

test.serial('what a log put into a name does nothing to the terminal', async t => {
	const at = await startScreen(sampleData());
	await at.type('3');
	t.regex(at.text(), /sca�\[2Jnner�\.example\.org/);
	t.notRegex(at.painted().join(''), /\u001B\[2J|\u202E/);
	await at.end();
});

test.serial('without colour there is none, and the marks say the same', async t => {
	const plain = await startScreen(sampleData());
	t.notRegex(plain.painted().join(''), /\u001B\[(?:3\d|9\d|4\d)m/);
	const without = plain.text();
	await plain.end();
	const coloured = await startScreen(sampleData(), {colour: true});
	t.regex(coloured.painted().join(''), /\u001B\[31m/);
	t.is(coloured.text(), without);
	await coloured.end();
});

test.serial('a terminal that knows only ASCII gets only ASCII', async t => {
	const at = await startScreen(sampleData(), {unicode: false});
	t.regex(at.text(), /> x submission/);
	// eslint-disable-next-line no-control-regex
	t.notRegex(at.text().replaceAll('…', ''), /[^\n\u0020-\u007E]/);
	await at.end();
});

test.serial('a query that fails is shown in the footer, and the screen goes on', async t => {
	const at = await startScreen(sampleData({ciphers: async () => Promise.reject(new Error('the store is gone'))}));
	await at.type('4');
	t.regex(at.text(), /the store is gone/);
	await at.type('1');
	t.regex(at.text(), /submission +465/);
	await at.end();
});

test.serial('input that could not be read is counted in the title and shown in the last view', async t => {
	const problems = ['mail.log.1.gz: the gzip file ends too early'];
	const at = await startScreen(
		sampleData({progress: () => ({phase: 'ended', lines: 1, share: null, sessions: 1, source: '', problems})}),
	);
	t.regex(at.lines()[0] ?? '', /1 input not read: see 8 · policy founding · all time$/);
	await at.type('8');
	t.regex(at.text(), /the gzip file ends too early/);
	await at.end();
});

test.serial('the last view praises no log without a line about a session', async t => {
	for (const [counts, words] of [
		[{}, /No line says anything about a session\./],
		[{lines: 3, foreign: 3}, /No line says anything about a session\./],
		[{lines: 1, understood: 1}, /Every line that speaks of TLS was understood\./],
	] as const) {
		const coverage = async () => ({...emptyCoverage(), missing: [], ...counts});
		const progress = {phase: 'ended', lines: 3, share: null, sessions: 0, source: '', problems: []} as const;
		const at = await startScreen(sampleData({coverage, progress: () => progress}));
		await at.type('8');
		t.regex(at.text(), words);
		await at.end();
	}
});

test.serial('more hops than fit are scrolled', async t => {
	const rows = Array.from({length: 40}, (_, index) => hop({port: 1000 + index}));
	const data = sampleData();
	const overview = async () => ({...(await sampleData().overview({terms: [], last: null}, 10)), rows});
	const at = await startScreen({...data, overview});
	t.regex(at.lines()[2] ?? '', /1 of 40/);
	await at.type('G');
	t.regex(at.text(), /▶ ✘ submission +1039/);
	t.regex(at.text(), /Traffic/);
	await at.end();
});

test.serial('nothing is ticked where the policy asks nothing of any session', async t => {
	const data = sampleData();
	const rows = [hop({violations: 0, weaknesses: 0, judged: 0})];
	const overview = async () => ({
		...(await sampleData().overview({terms: [], last: null}, 10)),
		rows,
		broken: [],
		verdict: 'pass' as const,
	});
	const at = await startScreen({...data, overview});
	t.regex(at.text(), /no session is of a kind that the policy asks about/);
	t.notRegex(at.text(), /✔/);
	await at.end();
});

test.serial('keys that reach outside are passed on', async t => {
	const at = await startScreen(sampleData());
	await at.type('y');
	await at.type('x');
	await at.type('j');
	await at.type('\u001A');
	await at.type('\u0003');
	t.deepEqual(at.done, ['copy', 'save json', 'suspend', 'interrupt']);
	await at.end();
});

test.serial('the help names every key and every field', async t => {
	const at = await startScreen(sampleData(), {columns: 120, rows: 90});
	await at.type('?');
	for (const word of ['Ctrl-Z', 'OSC 52', 'version:<TLSv1.2', 'relay-in', 'PgDn', 'breaks the policy'])
		t.true(at.text().includes(word), word);
	await at.type(keys.escape);
	t.regex(at.lines()[2] ?? '', /Overview/);
	await at.end();
});

test.serial('an empty list names all that leaves rows out, with the keys that lift it', async t => {
	const none = {rows: [], total: 0};
	const data = sampleData({sessions: async () => none, peers: async () => none, hops: ['relay-in']});
	const at = await startScreen(data);
	await at.type('7');
	await at.type('/user:nobody');
	await at.type(keys.enter);
	t.regex(
		at.text(),
		/No session\.\n\n {2}What leaves rows out:\n {2}• filter user:nobody: \/ changes it, Esc drops it\n/,
	);
	t.regex(at.text(), /• hop relay-in: given by --hop when tlsaudit was started/);
	await at.type(keys.escape);
	await at.type('t');
	await at.type('\u001B[B\u001B[B\u001B[B\r');
	t.regex(at.text(), /• time last 7 days: t chooses another/);
	await at.type('1');
	await at.type(keys.enter);
	t.regex(at.text(), /• only submission 465: Esc goes back/);
	t.regex(at.text(), /• only clients: ← and → choose other peers/);
	await at.type('2');
	t.regex(at.text(), /No violation is seen in this time\.[\s\S]*• policy founding: P chooses another/);
	await at.end();
});

test.serial('an empty list with nothing chosen says that rows come, or where to look', async t => {
	const progress = {...sampleData().progress(), phase: 'live' as const};
	const part = {ciphers: async () => [], counted: () => 0};
	const live = await startScreen(sampleData({...part, progress: () => progress}));
	await live.type('4');
	t.regex(live.text(), /Rows come as lines are read/);
	await live.end();
	const hopless = {...part, overview: async () => ({...(await sampleData().overview({}, 1)), rows: []})};
	const late = await startScreen(
		sampleData({...hopless, span: {since: Date.UTC(2027, 0, 1), until: null, last: null}}),
	);
	t.regex(late.text(), /No session in this time\.\n/);
	await late.end();
	const over = await startScreen(sampleData(part));
	await over.type('4');
	t.regex(over.text(), /8 shows what the lines that were read are/);
	await over.end();
});

test.serial('a suite is marked by its own grade, its version by the version', async t => {
	const row = {
		protocol: 'TLSv1',
		cipher: 'ECDHE-RSA-AES256-SHA',
		sessions: 4,
		messages: 1,
		violations: 4,
		weaknesses: 0,
		judged: 4,
		undecided: 0,
		places: {'submission 465': 4},
		first_seen: null,
		last_seen: null,
	};
	const ciphers = [
		{...row, grade: 'fine' as const},
		{...row, protocol: 'TLSv1.2', cipher: 'RC4-SHA', grade: 'forbidden' as const},
		{...row, protocol: 'TLSv1.2', cipher: 'AES128-SHA', violations: 0, grade: 'weak' as const},
		{...row, cipher: 'X-NEW', grade: 'unknown' as const},
	];
	const at = await startScreen(sampleData({ciphers: async () => ciphers}));
	await at.type('4');
	t.regex(at.text(), /✔ TLS 1\.0 +ECDHE-RSA-AES256-SHA/);
	t.regex(at.text(), /✘ TLS 1\.2 +RC4-SHA/);
	t.regex(at.text(), /! TLS 1\.2 +AES128-SHA/);
	t.regex(at.text(), /\? TLS 1\.0 +X-NEW/);
	await at.end();
});

test.serial('the header counts the sessions of the moment that the rows are of', async t => {
	let sessions = 15;
	let asked = 15;
	const data = sampleData({
		version: () => sessions,
		counted: () => asked,
		progress: () => ({phase: 'live', lines: 9, share: null, sessions, source: '-', problems: []}),
		ciphers: async () => {
			asked = sessions;
			return [];
		},
	});
	const at = await startScreen(data);
	t.regex(at.lines()[0] ?? '', / 15 sessions/);
	sessions = 20;
	await at.type('p');
	await new Promise(resolve => setTimeout(resolve, 600));
	t.regex(at.lines()[0] ?? '', / 15 sessions/, 'what came since is not in the rows');
	await at.type('4');
	t.regex(at.lines()[0] ?? '', / 20 sessions/);
	await at.end();
});

/** Longer than the pause after which what is typed is tried. */
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 250));

test.serial('what is typed is drawn at once, and asked for when typing pauses', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	await at.type('4/');
	const before = data.asked.length;
	await at.type('port:2');
	t.regex(at.text(), /^\/port:2 *$/m);
	t.deepEqual(
		data.asked.slice(before).filter(each => each.startsWith('ciphers')),
		[],
	);
	await at.type('5');
	await pause();
	await at.settle();
	t.regex(data.asked.at(-1) ?? '', /^ciphers .*"ports":\[25\]/);
	t.is(data.asked.filter(each => each.startsWith('ciphers') && each.includes('"ports":[2]')).length, 0);
	t.regex(at.lines()[2] ?? '', /filter port:25/);
	await at.type(keys.escape);
	t.notRegex(at.lines()[2] ?? '', /filter/);
	t.notRegex(data.asked.at(-1) ?? '', /ports/);
	await at.end();
});

test.serial('a wrong filter keeps the rows, and what is wrong is there to its last word', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	await at.type('7/');
	await at.type('user:ana');
	await pause();
	await at.settle();
	const rows = at.lines().slice(3, 12);
	await at.type(' nonsense:1');
	await pause();
	await at.settle();
	t.deepEqual(at.lines().slice(3, 12), rows);
	const text = at.lines().join(' ').replaceAll(/\s+/g, ' ');
	t.regex(text, /"nonsense:" is no field; there are hop, port, .*, sni, log/);
	t.regex(at.lines()[2] ?? '', /filter user:ana/);
	t.is(at.lines().length, 23);
	await at.end();
});

test.serial('Tab completes with words of the log', async t => {
	const at = await startScreen(sampleData());
	await at.type('/us');
	await at.type(keys.tab);
	await at.type('\t');
	t.regex(at.text(), /^\/user:"ana maria" *$/m);
	await at.end();
});

test.serial('another policy judges: queries are asked again by it, and the header says so', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	t.regex(at.lines()[0] ?? '', /policy founding · all time$/);
	await at.type('P');
	t.regex(at.text(), /• founding/);
	await at.type('j');
	t.regex(at.text(), /Recommendations: RFC 9325/);
	await at.type(keys.enter);
	t.regex(at.lines()[0] ?? '', /policy rfc9325 · all time$/);
	t.deepEqual(
		data.asked.slice(-2).map(each => each.split(' ').slice(0, 2)[0]),
		['judgeBy', 'overview'],
	);
	t.is(data.asked.at(-2), 'judgeBy 1');
	await at.end();
});

test.serial('dates are typed, wrong ones are explained, and the header says the span', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	await at.type('t');
	await at.type('nonsense');
	await pause();
	await at.settle();
	t.regex(at.text(), /"nonsense": no time/);
	await at.type(keys.enter);
	await at.settle();
	t.regex(at.text(), /"nonsense": no time/, 'Enter does not take it');
	await at.type('\u0015');
	await at.type('2026-10-12T08:00Z to 2026-10-12T09:00Z');
	await at.type(keys.enter);
	await at.settle();
	t.regex(at.lines()[0] ?? '', /policy founding · 2026-10-12 08:00 to 09:00$/);
	t.regex(
		data.asked.at(-1) ?? '',
		new RegExp(`"since":${Date.UTC(2026, 9, 12, 8)},"until":${Date.UTC(2026, 9, 12, 9)}`),
	);
	await at.type('t');
	await at.type(keys.up.repeat(9));
	await at.type(keys.enter);
	t.regex(at.lines()[0] ?? '', /all time$/);
	await at.end();
});

test.serial("raw lines: the session's own, others on a key, wrapped or not", async t => {
	const at = await startScreen(sampleData());
	await at.type('7');
	await at.type(keys.enter);
	await at.type(keys.enter);
	t.regex(at.text(), /raw lines: 2 lines of this session; o shows others/);
	t.is(at.screen.get().rawLines.length, 2);
	await at.type('o');
	t.true(at.screen.get().rawLines.length > 100);
	t.regex(at.text(), /▶ +1000 .*\n +1001 /);
	await at.type('o');
	await at.type('l');
	t.regex(at.text(), /raw lines are wrapped/);
	await at.type('w');
	await at.type('l');
	t.regex(at.text(), /▶ +1000 …/);
	await at.type('y');
	t.deepEqual(at.done, ['copy']);
	await at.end();
});

test.serial('any keys, in any window, draw rows that fit', async t => {
	const pressed = [
		'/',
		'\t',
		'hop:',
		'x"',
		keys.escape,
		keys.enter,
		't',
		'P',
		'o',
		'w',
		'l',
		'y',
		'x',
		'?',
		'7',
		'3',
		keys.up,
		keys.down,
		'G',
		'n',
		'漢',
		'\u0017',
	];
	for (const [columns, rows] of [
		[40, 12],
		[80, 24],
		[120, 30],
		[160, 50],
	] as const) {
		const at = await startScreen(sampleData(), {columns, rows});
		await fc.assert(
			fc.asyncProperty(fc.array(fc.constantFrom(...pressed), {maxLength: 12}), async some => {
				for (const key of some) {
					await at.type(key);
					t.is(at.lines().length, rows - 1, JSON.stringify(some));
					for (const line of at.lines()) t.true(width(line) <= columns, line);
				}
			}),
			{numRuns: 6},
		);
		await at.end();
	}
});

test.serial(
	'c shows what changed, with the spans that are compared, and Esc goes back; a row opens its sessions',
	async t => {
		const data = sampleData();
		const at = await startScreen(data);
		await at.type('c');
		t.is(at.lines()[2]?.trimEnd(), ' Overview › Change');
		t.regex(at.text(), /▶ new +rule +min-version +submission +465 +3/);
		t.regex(at.text(), /new +peer +mx\S*\[2J\.example\.org +relay-out +- +2/);
		t.regex(at.text(), /rose +version +TLS 1\.0 +submission +465 +20 +50% +1 +2%/);
		t.regex(at.text(), /now +2026-10-12 12:00 to 2026-10-12 12:00 UTC: 40 sessions\n.*before .*: 50 sessions/);
		t.true(at.text().includes('the log begins at 2026-10-11 12:00, within'));
		await at.type('c');
		t.is(at.lines()[2]?.trimEnd(), ' Overview › Change');
		await at.type(`jj${keys.enter}`);
		t.regex(at.lines()[2] ?? '', /Change › TLS 1\.0 on submission 465/);
		t.regex(data.asked.at(-1) ?? '', /"outcome".*"encrypted".*"protocol".*"TLSv1".*"submission".*465/);
		await at.type(keys.escape + keys.escape);
		t.is(at.lines()[2]?.trimEnd(), ' Overview');
		await at.end();
	},
);

test.serial(
	'K shows the kinds of key exchange by hop and the largest peers without a hybrid; a row opens its sessions',
	async t => {
		const data = sampleData();
		const at = await startScreen(data);
		await at.type('K');
		t.is(at.lines()[2]?.trimEnd(), ' Overview › Key exchange');
		t.regex(at.text(), /▶ submission +465 all +3 +60% +1 +1 +· █▒░/);
		t.regex(at.text(), / relay-out +25 all +· +4 +· +1 ▒+·/);
		t.regex(at.text(), / relay-out +25 mx\.\S* +· +4 +· +1/);
		await at.resize(160, 24);
		const [heading = '', whole = '', ...peers] = at.lines().slice(at.lines().findIndex(line => / MESSAGES/.test(line)));
		const end = heading.indexOf('MESSAGES') + 'MESSAGES'.length;
		const messages = (line: string): string => line.slice(end - 9, end).trim();
		t.is(messages(whole), '', 'of a whole hop messages are not counted, which is not none');
		t.true(peers.some(line => /mx\./.test(line) && /^(?:·|\d+)$/.test(messages(line))));
		await at.resize(80, 24);
		t.regex(at.text(), /█ cannot be \(TLS 1\.2 or older\) {2}▒ could be {2}░ hybrid {2}· not logged/);
		t.regex(at.text(), /Peers are the largest without a hybrid session\n/);
		t.regex(at.text(), /Groups: secp256r1 4 \(40%\), x25519mlkem768 3 \(30%\), x25519 1 \(10%\)/);
		await at.type('K');
		t.is(at.lines()[2]?.trimEnd(), ' Overview › Key exchange');
		await at.type(`jj${keys.enter}`);
		t.regex(
			data.asked.at(-1) ?? '',
			/^sessions.*"relay-out".*25.*"direction".*"out".*"peer_host","value":"mx\..*"kind":"pq","values":\["could","cannot"\]/,
		);
		await at.type(`${keys.escape}j${keys.enter}`);
		t.regex(data.asked.at(-1) ?? '', /^sessions.*"submission".*465.*"in".*"peer_ip","value":"192\.0\.2\.61"/);
		await at.type(`${keys.escape}kkk${keys.enter}`);
		t.regex(data.asked.at(-1) ?? '', /^peers.*"submission".*465.*"encrypted"/);
		await at.type(keys.escape + keys.escape);
		t.is(at.lines()[2]?.trimEnd(), ' Overview');
		await at.end();
	},
);

test.serial('d shows the domains that mail goes to, and below them what is known of the chosen one', async t => {
	const data = sampleData();
	const at = await startScreen(data);
	await at.type('d');
	t.is(at.lines()[2]?.trimEnd(), ' Overview › Domains');
	t.regex(data.asked.at(-1) ?? '', /^domains \[\{"terms":\[\].*"order":"concern","descending":true,"offset":0/);
	t.regex(at.text(), /▶ bank\.example +9 plain +2 +1 Anonymous +3 TLS not … \+1/);
	const said = (): string => at.text().replaceAll(/\s+/g, ' ');
	for (const words of [
		'Held 2 messages: TLS not offered, 2026-10-12 12:00 to 2026-10-12 12:01 UTC; not seen to go out later.',
		'The server offers no STARTTLS and our settings demand TLS',
	])
		t.true(said().includes(words), words);
	await at.resize(200, 50);
	for (const words of [
		'Held 1 message: handshake failed, 2026-10-12 12:00 UTC; went out later.',
		'Sent 9 messages: Anonymous 2, Verified 4, plaintext 2, TLS or not is not logged 1. Plaintext last 2026-10-12 12:00 UTC.',
		'Anonymous 2, Verified 4 3 TLS not offered, handshake failed',
	])
		t.true(said().includes(words), `${words}: ${at.text()}`);
	await at.type('d');
	t.is(at.lines()[2]?.trimEnd(), ' Overview › Domains', 'it is not laid over itself');
	await at.type(keys.enter);
	t.is(at.lines()[2]?.trim().split('  ')[0], 'Overview › Domains › bank.example');
	t.regex(data.asked.at(-1) ?? '', /^sessions .*"relay-out".*"kind":"domain","domain":"bank.example","below":false/);
	await at.type(`${keys.escape}s`);
	t.regex(data.asked.at(-1) ?? '', /^domains .*"order":"domain","descending":false/);
	await at.end();
});

test.serial(
	'a domain whose mail was held before any connection opens nothing and says why; its name is made plain',
	async t => {
		const at = await startScreen(sampleData());
		await at.type('dj');
		t.regex(at.text(), /▶ no\S+\[2Jtlsa\S+\.examp…/);
		t.false(at.painted().join('').includes('\u001B[2J'));
		t.false(at.painted().join('').includes('\u202E'));
		await at.type(keys.enter);
		t.regex(at.text().replaceAll(/\s+/g, ' '), /was held back before any connection: it has no session/);
		t.is(at.lines()[2]?.trimEnd(), ' Overview › Domains');
		await at.type('j');
		t.regex(at.text(), /▶ \(no domain\) +1/);
		await at.end();
	},
);

test.serial('mail of deleted sessions is counted and said; it opens nothing and says why', async t => {
	const note = '12 messages of these are of deleted sessions and counted by monthly sums that were kept';
	const gone = {
		...sampleDomains.rows[2],
		sessions: 0,
		deleted: 9,
		held: 0,
		trust: {},
		versions: {},
		plaintext: 0,
	} as const;
	const rows = [
		{...gone, recipient_domain: 'old.example', messages: 9},
		{...gone, recipient_domain: null, others: true, messages: 3, deleted: 3},
	] as unknown as typeof sampleDomains.rows;
	const data = sampleData({
		domains: async () => ({...sampleDomains, rows, total: 2, held: [], deleted: 12, notes: [note]}),
	});
	const at = await startScreen(data, {columns: 160});
	await at.type('d');
	t.true(at.text().replaceAll(/\s+/g, ' ').includes(`${note}.`), at.text());
	t.regex(at.text(), /DELETED/);
	t.regex(at.text(), /▶ old\.example .* 9 /);
	await at.type(keys.enter);
	t.regex(
		at.text().replaceAll(/\s+/g, ' '),
		/the sessions with mail to old\.example are deleted: sums of their mail by month/,
	);
	await at.type('j');
	t.regex(at.text(), /▶ \(other domains\) +3/);
	await at.end();
	const cut = '7 messages of deleted sessions, of months that lie only partly in the span, are left out';
	const none = {rows: [], total: 0, held: [], unnamed: 0, deleted: 0, notes: [cut]};
	const bare = await startScreen(sampleData({domains: async () => none}));
	await bare.type('d');
	t.true(bare.text().replaceAll(/\s+/g, ' ').includes(`${cut}.`), bare.text());
	await bare.end();
});

test.serial('the view of domains says what its filter cannot choose', async t => {
	const at = await startScreen(sampleData());
	const leftOut = 'Held mail is left out: it has no session that this filter could choose.';
	for (const [filter, isSaid] of [
		['peer:mx1', true],
		['-peer:mx1', false],
		['domain:bank.example hop:relay-out', false],
	] as const) {
		await at.type(`d/${filter}${keys.enter}`);
		t.is(at.text().replaceAll(/\s+/g, ' ').includes(leftOut), isSaid, filter);
		await at.type(keys.escape + keys.escape);
	}
	await at.end();
});

test.serial('without a domain the view says why: nothing goes out, or its delivery lines are missing', async t => {
	for (const [unnamed, words] of [
		[0, /No mail to other servers is seen: no delivery line of Postfix \(to=<…>, relay=…, status=…\) to another host/],
		[3, /No domain of a recipient is known: 3 sessions with other servers, and no delivery line of them/],
	] as const)
		for (const size of [{}, {columns: 40, rows: 12}]) {
			const at = await startScreen(
				sampleData({domains: async () => ({rows: [], total: 0, held: [], unnamed, deleted: 0, notes: []})}),
				size,
			);
			await at.type('d');
			t.regex(at.text().replaceAll(/\s+/g, ' '), words);
			await at.type(`/hop:relay-in${keys.enter}`);
			if (size.rows === undefined) t.true(at.text().includes('• filter hop:relay-in'));
			await at.end();
		}
});

test.serial('where nothing changed, and where it is not known and why, the view says in every window', async t => {
	const why = 'no session in 2026-10-11 12:00 to 2026-10-12 12:00 UTC: what is gone or changed is not known';
	for (const size of [{}, {columns: 40, rows: 12}])
		for (const [undecided, notes, words] of [
			[false, [], 'Nothing to list'],
			[true, [why], `Not known: ${why}.`],
		] as const) {
			const at = await startScreen(
				sampleData({change: async () => ({...sampleChange, notes, undecided, rows: []})}),
				size,
			);
			await at.type('c');
			t.true(at.text().replaceAll(/\s+/g, ' ').includes(words), at.text());
			await at.end();
		}
});

test.serial('in the lowest window the choices of time and policy show four entries and more', async t => {
	const policies = ['one', 'two', 'three', 'four', 'five'].map((name, place) => ({
		...{place, name, title: `${name}, of an authority with a long name`},
		...{source: 'a document with a long title, version 1.2.3, of 2026-01-31', stale: null},
	}));
	const at = await startScreen(sampleData({policies: () => policies}), {columns: 40, rows: 12});
	await at.type('t');
	for (const title of ['all', 'today', 'yesterday', 'last 7 days', 'dates:']) t.true(at.text().includes(title), title);
	await at.type('soon');
	await at.type(keys.escape);
	await at.type('P');
	for (const {name} of policies.slice(0, 4)) t.regex(at.text(), new RegExp(`\\n.{3,4}${name} `));
	await at.end();
});
