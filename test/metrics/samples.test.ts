import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test from 'ava';
import {parse} from 'yaml';
import {findPolicy} from '../../src/policy/policies.ts';
import {session} from '../store/sample-sessions.ts';
import {counted} from './counted.ts';
import {promtool, readSamples, withoutPromtool} from './exposition.ts';

/** Dashboard and rules in `samples/` speak of the counters that there are, and of no others. */

type Panel = {
	readonly title: string;
	readonly description?: string;
	readonly type: string;
	readonly gridPos: {readonly x: number; readonly y: number; readonly w: number; readonly h: number};
	readonly targets: ReadonlyArray<{readonly expr: string; readonly legendFormat: string}>;
};
type Dashboard = {
	readonly uid: string;
	readonly title: string;
	readonly schemaVersion: number;
	readonly panels: readonly Panel[];
	readonly templating: {
		readonly list: ReadonlyArray<{readonly name: string; readonly type: string; readonly definition?: string}>;
	};
};
type Rule = {
	readonly record?: string;
	readonly alert?: string;
	readonly expr: string;
	readonly annotations?: Readonly<Record<string, string>>;
};

const dashboard: Dashboard = JSON.parse(readFileSync('samples/grafana-dashboard.json', 'utf8'));
const rules = (
	parse(readFileSync('samples/prometheus-rules.yml', 'utf8')) as {groups: Array<{rules: Rule[]}>}
).groups.flatMap(group => group.rules);
const alertTests = readFileSync('test/metrics/alerts.yml', 'utf8');

/** The labels of each counter, from one that has counted something of each kind. */
const labelsOf = new Map<string, Set<string>>();
test.before(async () => {
	const sessions = [
		session('relay-in', {outcome: 'failed', failure: 'other'}),
		session('access', {outcome: 'encrypted'}),
	];
	const {metrics} = await counted(sessions, undefined, findPolicy('founding'), Date.UTC(2026, 10, 30), 10);
	for (const {name, labels} of readSamples(await metrics.text())) {
		// Those that Prometheus itself adds.
		const known = labelsOf.get(name) ?? new Set(['instance', 'job']);
		for (const label of Object.keys(labels)) known.add(label);
		labelsOf.set(name, known);
	}
});

const recorded = new Set(rules.flatMap(({record}) => record ?? []));

/** Names of metrics in an expression, and labels that they do not have. */
function strangers(expr: string): string[] {
	const names = [...expr.matchAll(/(?:[a-z_]+:)?tlsaudit_[a-z_]+(?::[a-z0-9_]+)?/g)].map(([name]) => name);
	const unknown = names.filter(name => !labelsOf.has(name) && !recorded.has(name));
	const known = new Set(names.flatMap(name => [...(labelsOf.get(name) ?? ['instance'])]));
	const used = [
		...[...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, inside = '']) => inside.split(/,\s*/)),
		...[...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
			[...inside.matchAll(/([a-z_]+)(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label),
		),
	];
	if (names.length === 0) unknown.push(`no counter in ${expr}`);
	return [...unknown, ...used.filter(label => !known.has(label))];
}

test('every counter and label in the rules exists', t => {
	t.true(rules.length > 10);
	for (const {expr, record, alert} of rules) t.deepEqual(strangers(expr), [], record ?? alert);
	t.deepEqual(strangers('sum by (host) (rate(tlsaudit_session_total{hop="x"}[5m]))'), [
		'tlsaudit_session_total',
		'host',
		'hop',
	]);
});

test('every counter and label in the dashboard exists, and each is shown', t => {
	const shown = dashboard.panels.flatMap(({targets}) => targets.map(({expr}) => expr));
	for (const expr of shown) t.deepEqual(strangers(expr), [], expr);
	for (const name of labelsOf.keys())
		t.true(
			[...shown, ...dashboard.templating.list.map(({definition = ''}) => definition)].join(' ').includes(name),
			name,
		);
	for (const {targets} of dashboard.panels)
		for (const {expr, legendFormat} of targets) {
			const [, by = ''] = /\bby \(([^)]*)\)/.exec(expr) ?? [];
			const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
			t.true(
				labels.every(label => by.split(', ').includes(label) || label === 'instance'),
				legendFormat,
			);
		}
});

test('the dashboard can be imported: an identity, a data source to choose, panels that do not overlap', t => {
	t.is(dashboard.uid, 'tlsaudit');
	t.true(dashboard.schemaVersion >= 36);
	t.true(dashboard.templating.list.some(({name, type}) => name === 'datasource' && type === 'datasource'));
	const taken = new Set<string>();
	for (const {title, description, gridPos} of dashboard.panels) {
		t.truthy(description, title);
		t.true(gridPos.x + gridPos.w <= 24, title);
		for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
			for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
				t.false(taken.has(`${x} ${y}`), title);
				taken.add(`${x} ${y}`);
			}
	}
	t.notRegex(JSON.stringify(dashboard), /"uid":"(?!\$\{datasource\}|tlsaudit)/, 'no data source of somebody else');
});

test('every alert has a summary and a description, and a test that it fires', t => {
	for (const {alert, annotations} of rules) {
		if (alert === undefined) continue;
		t.deepEqual(Object.keys(annotations ?? {}), ['summary', 'description'], alert);
		t.regex(alertTests, new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`), alert);
		if (alert !== 'TlsauditAbsent') t.regex(alertTests, new RegExp(`alertname: ${alert}, exp_alerts: \\[\\]`), alert);
	}
});

const checked = withoutPromtool === null ? test : test.skip;
checked(`promtool finds no fault in the rules ${withoutPromtool ?? ''}`, t => {
	const {status, said} = promtool(['check', 'rules', 'samples/prometheus-rules.yml']);
	t.is(status, 0, said);
	t.regex(said, new RegExp(`SUCCESS: ${rules.length} rules found`));
});
checked(`promtool: each alert fires on what it is for, and not beside it ${withoutPromtool ?? ''}`, t => {
	const {status, said} = promtool(['test', 'rules', 'test/metrics/alerts.yml']);
	t.is(status, 0, said);
});
checked(`promtool reads every expression of the dashboard ${withoutPromtool ?? ''}`, t => {
	const groups = dashboard.panels.flatMap(({targets}) =>
		targets.map(({expr}, index) => ({
			record: `dashboard:panel:${index}`,
			// What Grafana puts in the place of its variables.
			expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '24h').replaceAll(/\$\w+/g, '.*'),
		})),
	);
	const text = JSON.stringify({groups: groups.map((rule, index) => ({name: `g${index}`, rules: [rule]}))});
	const {status, stderr} = spawnSync(
		'sh',
		['-c', 'f=$(mktemp) && cat > "$f" && promtool check rules "$f"; s=$?; rm "$f"; exit $s'],
		{
			input: text,
			encoding: 'utf8',
		},
	);
	t.is(status, 0, stderr);
});
