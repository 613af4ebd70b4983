import test from 'ava';
import fc from 'fast-check';
import {createMoments} from '../../src/text/time.ts';
import {characters} from '../../src/text/width.ts';
import {type Command, commandFor, commands, type Mode} from '../../src/ui/keymap.ts';
import {views} from '../../src/ui/pages.ts';
import {type Context, current, type Event, initialState, reduce, type State} from '../../src/ui/state.ts';
import {type EditLine, edited, emptyLine, typed} from '../../src/ui/typing/edit-line.ts';
import {commonBeginning, completionsOf} from '../../src/ui/typing/filter-completion.ts';
import {readFilter} from '../../src/ui/typing/filter-language.ts';
import {spanPresets, spanTitle, spanWords} from '../../src/ui/typing/span.ts';
import {readSpan} from '../../src/ui/typing/span-choice.ts';

const context: Context = {
	selected: 0,
	top: 0,
	total: 3,
	height: 10,
	keyAt: index => `row ${index}`,
	opens: {view: 'session', title: 'line 1', scope: [], row: {first_line: 1}, siblings: [{first_line: 1}]},
	orders: ['peer', 'sessions'],
	order: 'sessions',
	descends: () => true,
	nextViolation: null,
	stricterRule: null,
	pointed: null,
	policies: () => [
		{name: 'founding', title: 'a', source: null, stale: null},
		{name: 'rfc9325', title: 'b', source: null, stale: null},
	],
};
const words = {
	hop: ['submission', 'relay-in'],
	port: ['465', '25', '587'],
	version: ['TLSv1.3', 'TLSv1.2', 'TLSv1'],
	cipher: ['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256'],
	group: ['x25519mlkem768', 'x25519'],
	user: ['ana', 'ana maria', 'an"na', 'b\u202Eo'],
};

const does = (state: State, command: Command): State => reduce(state, {type: 'command', command, context});
const types = (state: State, text: string): State => reduce(state, {type: 'type', text});
const tries = (state: State): State => reduce(state, {type: 'try'});
const lineIn = ({typing, choosing}: State): EditLine => (typing ?? choosing)?.line ?? emptyLine;
const filtering = (text = ''): State => types(does(reduce(initialState(), {type: 'words', words}), 'filter'), text);

/** Text as it is typed: letters that join, wide ones, emoji of several parts, what a log may hold. */
const typedText = fc.oneof(
	fc.constantFrom(
		'a',
		'ä',
		'e',
		'\u0301',
		'漢',
		'👩',
		'\u200D',
		'👧',
		'🇩',
		'🇪',
		' ',
		':',
		'"',
		'<',
		'\u202E',
		'\u0000',
		'hop:',
	),
	fc.string({unit: 'binary', maxLength: 2}),
);

const editing = [
	'cursor-left',
	'cursor-right',
	'cursor-start',
	'cursor-end',
	'erase',
	'erase-next',
	'erase-word',
	'erase-start',
	'erase-end',
] as const;

/** A line as two texts, before and behind the cursor: what the keys do, said in another way. */
function modelled([before, after]: [string, string], command: (typeof editing)[number]): [string, string] {
	const left = characters(before);
	const right = characters(after);
	switch (command) {
		case 'cursor-left':
			return [left.slice(0, -1).join(''), (left.at(-1) ?? '') + after];
		case 'cursor-right':
			return [before + (right[0] ?? ''), right.slice(1).join('')];
		case 'cursor-start':
			return ['', before + after];
		case 'cursor-end':
			return [before + after, ''];
		case 'erase':
			return [left.slice(0, -1).join(''), after];
		case 'erase-next':
			return [before, right.slice(1).join('')];
		case 'erase-word':
			return [before.trimEnd().replace(/\S+$/, ''), after];
		case 'erase-start':
			return ['', after];
		case 'erase-end':
			return [before, ''];
	}
}

test('whatever is typed and erased, the text is that of a model, and the cursor is inside no character', t => {
	// Characters that do not join: there the model needs no rule for where the cursor goes.
	const simple = fc.constantFrom('a', 'b', 'ä', '漢', '👩', ' ', 'hop:', '語 ');
	fc.assert(
		fc.property(fc.array(fc.oneof(simple, fc.constantFrom(...editing)), {maxLength: 40}), keys => {
			let line = emptyLine;
			let model: [string, string] = ['', ''];
			for (const key of keys) {
				const command = editing.find(each => each === key);
				line = command === undefined ? typed(line, key) : (edited(line, command) ?? line);
				model = command === undefined ? [model[0] + key, model[1]] : modelled(model, command);
				t.deepEqual([line.text.slice(0, line.cursor), line.text.slice(line.cursor)], model);
			}
		}),
	);
	fc.assert(
		fc.property(fc.array(fc.oneof(typedText, fc.constantFrom(...editing)), {maxLength: 40}), keys => {
			let line = emptyLine;
			for (const key of keys) {
				const command = editing.find(each => each === key);
				line = command === undefined ? typed(line, key) : (edited(line, command) ?? line);
				let end = 0;
				const ends = new Set([0, ...characters(line.text).map(character => (end += character.length))]);
				t.true(ends.has(line.cursor), JSON.stringify(line));
			}
		}),
	);
});

const events: fc.Arbitrary<Event> = fc.oneof(
	fc.constantFrom(...commands).map((command): Event => ({type: 'command', command, context})),
	typedText.map((text): Event => ({type: 'type', text})),
	fc.constant<Event>({type: 'try'}),
	fc.constant<Event>({type: 'words', words}),
	fc
		.boolean()
		.map(
			(chosen): Event => ({type: 'span', chosen, text: 'a', span: {since: 1, until: null, last: null}, problem: null}),
		),
	fc.constant<Event>({type: 'span', chosen: true, text: 'a', span: null, problem: 'no time'}),
);

test('any sequence of keys leaves a state that can be drawn', t => {
	fc.assert(
		fc.property(fc.array(events, {maxLength: 60}), all => {
			let state = initialState();
			for (const event of all) {
				state = reduce(state, event);
				t.true(state.pages.length > 0);
				t.true(views.includes(state.pages[0]?.view as (typeof views)[number]));
				t.is(state.typing !== null, state.mode === 'filter');
				t.is(state.choosing !== null, state.mode === 'span');
				t.is(state.offered !== null, state.mode === 'policy');
				t.is(readFilter(state.filter.text).problem, null, 'a wrong filter never holds');
				t.deepEqual(readFilter(state.filter.text).terms, state.filter.terms);
				const {text, cursor} = lineIn(state);
				t.true(cursor >= 0 && cursor <= text.length);
			}
		}),
		{numRuns: 300},
	);
});

test('from wherever one is, Esc leaves the line and the filter as they were', t => {
	fc.assert(
		fc.property(
			fc.array(fc.oneof(typedText, fc.constantFrom('complete', 'erase', 'earlier', 'try')), {maxLength: 20}),
			keys => {
				const before = does(tries(filtering('user:ana')), 'accept');
				let state = does(before, 'filter');
				for (const key of keys)
					state =
						key === 'try'
							? tries(state)
							: commands.includes(key as Command)
								? does(state, key as Command)
								: types(state, key);
				t.deepEqual(does(state, 'cancel'), before);
			},
		),
	);
});

test('rows follow what is typed, and stay while it is wrong or unfinished', t => {
	let state = tries(filtering('hop:sub'));
	t.deepEqual(state.filter.terms, [{kind: 'hop', values: ['submission']}]);
	state = tries(types(state, ' port:'));
	t.is(state.filter.text, 'hop:sub');
	state = tries(types(state, '99999'));
	t.is(state.filter.text, 'hop:sub');
	state = types(does(state, 'erase-word'), 'port:25');
	t.is(state.filter.text, 'hop:sub', 'not before typing pauses');
	t.is(tries(state).filter.text, 'hop:sub port:25');
	t.is(does(state, 'accept').filter.text, 'hop:sub port:25', 'Enter does not wait');
});

test('Up and Down go through the filters of this run, and back to what was being typed', t => {
	let state = filtering();
	for (const text of ['user:ana', 'port:25', 'port:25'])
		state = does(does(types(does(state, 'erase-start'), text), 'accept'), 'filter');
	t.deepEqual(state.history, ['user:ana', 'port:25']);
	state = types(does(state, 'erase-start'), 'hop:acc');
	const seen = ['earlier', 'earlier', 'earlier', 'later', 'later', 'later'].map(command => {
		state = does(state, command as Command);
		return lineIn(state).text;
	});
	t.deepEqual(seen, ['port:25', 'user:ana', 'user:ana', 'port:25', 'hop:acc', 'hop:acc']);
});

const tab = (text: string, ...more: Command[]): string => {
	let state = does(filtering(text), 'complete');
	for (const command of more) state = does(state, command);
	return lineIn(state).text;
};

test('Tab completes fields and what the log has of them', t => {
	t.is(tab('ho'), 'hop:');
	t.is(tab('-ho'), '-hop:');
	t.is(tab('hop:sub'), 'hop:submission ');
	t.is(tab('hop:relay-'), 'hop:relay-in', 'of several the first, the one the log has');
	t.is(tab('hop:relay-', 'complete'), 'hop:relay-out');
	t.is(tab('hop:relay-', 'complete', 'complete'), 'hop:relay-in', 'round');
	t.is(tab('hop:relay-', 'complete-back'), 'hop:relay-out');
	t.is(tab('port:465,5'), 'port:465,587 ');
	t.is(tab('version:<TLSv1.2'), 'version:<TLSv1.2 ');
	t.is(tab('version:>='), 'version:>=TLSv1.3');
	t.is(tab('cipher:tls_aes'), 'cipher:TLS_AES_', 'as far as all go on alike');
	t.is(tab('cipher:256_g'), 'cipher:TLS_AES_256_GCM_SHA384 ', 'a part of a name, too');
	t.is(tab('user:"ana m'), 'user:"ana maria" ');
	t.is(tab('whose:th'), 'whose:theirs ');
	t.is(tab('whose:ours,sc'), 'whose:ours,scanner ');
	t.is(tab('pq:h'), 'pq:hybrid ');
	t.is(tab('pq:could,not'), 'pq:could,not-logged ');
	t.is(tab('group:X25519M'), 'group:x25519mlkem768 ');
	t.is(tab('nothing:x'), 'nothing:x');
	t.is(tab('port:465 ver'), 'port:465 version:');
	t.false(completionsOf({text: 'user:', cursor: 5}, words).candidates.some(each => /["\u202E]n|o/.test(each)));
});

test('whatever Tab puts in is a filter, or the beginning of one', t => {
	const fields = fc.constantFrom(
		'',
		'hop:',
		'port:',
		'version:',
		'cipher:',
		'user:',
		'tls:',
		'broken:',
		'outcome:',
		'whose:',
		'alert:',
		'-hop:',
	);
	const wild = fc.dictionary(
		fc.constantFrom('user', 'peer', 'cipher', 'sni', 'alert'),
		fc.array(fc.string({unit: 'binary'}), {maxLength: 4}),
	);
	fc.assert(
		fc.property(fields, fc.string({maxLength: 3}), wild, (field, begun, more) => {
			const text = `port:25 ${field}${begun.replaceAll(/[\s",]/g, '')}`;
			const {from, to, candidates} = completionsOf({text, cursor: text.length}, {...words, ...more});
			t.true(from >= 0 && from <= to && to === text.length);
			for (const candidate of candidates) {
				const whole = text.slice(0, from) + candidate;
				if (candidate.endsWith(':') && field === '') continue;
				const {problem} = readFilter(whole);
				t.is(problem, null, JSON.stringify(whole));
			}
		}),
	);
});

test('how far several words go on alike', t => {
	t.is(commonBeginning(['TLSv1.2', 'TLSv1.3']), 'TLSv1.');
	t.is(commonBeginning([]), '');
	t.is(commonBeginning(['😀', '😁']), '', 'not through a character');
});

test('a policy is chosen, and what was opened under the other is left', t => {
	const opened = does(
		initialState({policy: 'founding', span: {since: null, until: null, last: null}, hops: []}),
		'open',
	);
	t.is(current(opened).view, 'session');
	const chosen = does(does(does(opened, 'policy'), 'down'), 'accept');
	t.deepEqual(chosen.policy, {place: 1, name: 'rfc9325'});
	t.is(current(chosen).view, 'overview');
	t.is(chosen.mode, 'list');
	t.deepEqual(does(does(does(opened, 'policy'), 'down'), 'cancel').policy, opened.policy);
	t.is(current(does(does(opened, 'policy'), 'accept')).view, 'session', 'the same one changes nothing');
});

test('a span is chosen from the list, or typed', t => {
	const open = does(initialState(), 'span');
	const week = does(does(does(does(open, 'down'), 'down'), 'down'), 'accept');
	t.deepEqual(week.span, {since: null, until: null, last: 604_800_000});
	t.is(week.mode, 'list');
	const today = does(does(open, 'down'), 'accept');
	t.is(today.mode, 'span', 'the clock is read outside');
	const dated = types(open, '2026');
	t.is(does(dated, 'accept').mode, 'span');
	const span = {since: 5, until: null, last: null};
	t.deepEqual(reduce(dated, {type: 'span', chosen: true, text: '2026', span, problem: null}).span, span);
	const wrong = reduce(dated, {type: 'span', chosen: false, text: '2026', span: null, problem: 'no time'});
	t.is(wrong.choosing?.problem, 'no time');
	t.is(types(wrong, '-10').choosing?.problem, null, 'until it is read again');
	t.is(
		reduce(types(wrong, '-10'), {type: 'span', chosen: false, text: '2026', span, problem: null}).choosing?.read,
		null,
	);
});

test('two dates in words', async t => {
	t.deepEqual(spanWords('2 hours ago'), {since: '2 hours ago', until: null});
	t.deepEqual(spanWords('yesterday to today'), {since: 'yesterday', until: 'today'});
	t.deepEqual(spanWords('from 2026-01-31 until 2026-02-01'), {since: '2026-01-31', until: '2026-02-01'});
	t.deepEqual(spanWords('until yesterday'), {since: null, until: 'yesterday'});
	t.deepEqual(spanWords('2026-01-31 .. 2026-02-01'), {since: '2026-01-31', until: '2026-02-01'});
	t.deepEqual(spanWords(' Yesterday '), {since: 'yesterday', until: 'today'}, 'the day, as the list has it');
	t.deepEqual(spanWords('since yesterday'), {since: 'yesterday', until: null});
	for (const {title, words: listed} of spanPresets.filter(({span}) => span === null))
		t.deepEqual(spanWords(title), spanWords(listed), `typed, ${title} is what the list has`);
	t.deepEqual(spanWords('today'), {since: 'today', until: null}, 'a word with "to" in it');
	const moment = async (text: string): Promise<number> => Date.parse(text);
	t.like(await readSpan('2026-02-01 to 2026-01-31', moment), {span: null});
	t.regex((await readSpan('2026-02-01 to 2026-01-31', moment)).problem ?? '', /not before the second/);
	await fc.assert(
		fc.asyncProperty(fc.string({unit: 'binary'}), async text => {
			const {span, problem} = await readSpan(text, async () => Promise.reject(new Error('no time')));
			t.true((span === null) !== (problem === null));
		}),
	);
});

test('a span is always said', t => {
	const moments = createMoments('UTC');
	const [day, hour] = [Date.UTC(2026, 9, 12), 3_600_000];
	t.is(spanTitle({since: null, until: null, last: null}, moments), 'all time');
	t.is(spanTitle({since: day, until: null, last: null}, moments), 'since 2026-10-12');
	t.is(spanTitle({since: day + hour, until: day + 2 * hour, last: null}, moments), '2026-10-12 01:00 to 02:00');
	t.is(spanTitle({since: day, until: day + 24 * hour, last: null}, moments), '2026-10-12 to 2026-10-13');
	t.is(spanTitle({since: null, until: day, last: null}, moments), 'until 2026-10-12');
	for (const {span, title} of spanPresets) if (span?.last != null) t.is(spanTitle(span, moments), title);
});

test('where one types, letters are letters and Ctrl keys edit', t => {
	for (const mode of ['filter', 'span'] as const satisfies readonly Mode[])
		for (const [key, command] of Object.entries({
			'ctrl-a': 'cursor-start',
			'ctrl-e': 'cursor-end',
			'ctrl-u': 'erase-start',
			'ctrl-w': 'erase-word',
			'ctrl-k': 'erase-end',
			left: 'cursor-left',
			right: 'cursor-right',
			delete: 'erase-next',
			q: undefined,
			'?': undefined,
			' ': undefined,
		}))
			t.is(commandFor(mode, key), command as Command | undefined, `${mode} ${key}`);
});
