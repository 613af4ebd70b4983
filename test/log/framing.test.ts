import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import {createReader} from '../../src/log/reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import type {Session} from '../../src/model/session.ts';
import {readLine} from './fixture/read-line.ts';

const samples = new URL('../../samples/', import.meta.url);
const now = Date.UTC(2026, 11, 31);

/** The parts of a line, which a framing puts together in its own way. */
type Line = {
	/** ms since 1970 UTC, whole seconds. */
	readonly time: number;
	readonly host: string;
	readonly tag: string;
	readonly pid: string;
	readonly text: string;
};
type Framing = {
	readonly name: string;
	readonly wrap: (line: Line) => string | readonly string[];
	readonly first?: string;
	/** `--framing`. */
	readonly pattern?: string;
	/** What the shape does not hold. */
	readonly lacks?: ReadonlyArray<'host' | 'pid' | 'time'>;
	readonly zone?: string;
};

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const german = ['Jan', 'Feb', 'Mär', 'Apr', 'Mai', 'Jun', 'Jul', 'Aug', 'Sep', 'Okt', 'Nov', 'Dez'];
const french = ['janv.', 'févr.', 'mars', 'avril', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'];
const dutch = ['jan', 'feb', 'mrt', 'apr', 'mei', 'jun', 'jul', 'aug', 'sep', 'okt', 'nov', 'dec'];
const two = (value: number): string => String(value).padStart(2, '0');
const iso = ({time}: Line): string => new Date(time).toISOString().slice(0, 19);
const day = ({time}: Line): number => new Date(time).getUTCDate();
const month = ({time}: Line, names = monthNames): string => names[new Date(time).getUTCMonth()] ?? '';
const clock = ({time}: Line): string => new Date(time).toISOString().slice(11, 19);
const weekday = ({time}: Line): string => new Date(time).toUTCString().slice(0, 3);
const syslog = (line: Line): string => `${month(line)} ${String(day(line)).padStart(2)} ${clock(line)}`;
const tagged = ({tag, pid, text}: Line): string => `${tag}${pid === '' ? '' : `[${pid}]`}: ${text}`;
const whole = (line: Line): string => `${syslog(line)} ${line.host} ${tagged(line)}`;
const hash = (record: object): string => JSON.stringify(record).replaceAll(/"(\w+)":/g, '"$1"=>');
const micros = ({time}: Line): string => String(time * 1000);

const framings: readonly Framing[] = [
	{name: 'RFC 3164', wrap: whole},
	{name: 'RFC 3164 without a padded day', wrap: line => `${month(line)} ${day(line)} ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'RFC 3164 in German', wrap: line => `${month(line, german)} ${two(day(line))} ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'RFC 3164 in French', wrap: line => `${month(line, french)} ${two(day(line))} ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'year behind the time', wrap: line => `${syslog(line)} 2026 ${line.host} ${tagged(line)}`},
	{name: 'year before the time', wrap: line => `${month(line)} ${two(day(line))} 2026 ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'asctime', wrap: line => `${weekday(line)} ${syslog(line)} 2026 ${line.host} ${tagged(line)}`},
	{name: 'date(1)', wrap: line => `${weekday(line)} ${syslog(line)} UTC 2026 ${line.host} ${tagged(line)}`},
	{name: 'RFC 5322', wrap: line => `${weekday(line)}, ${two(day(line))} ${month(line)} 2026 ${clock(line)} +0000 ${line.host} ${tagged(line)}`},
	{name: 'common log format', wrap: line => `[${two(day(line))}/${month(line)}/2026:${clock(line)} +0000] ${line.host} ${tagged(line)}`},
	{name: 'RFC 3339', wrap: line => `${iso(line)}.000000+00:00 ${line.host} ${tagged(line)}`},
	{name: 'RFC 3339 with a blank and a comma', wrap: line => `${iso(line).replace('T', ' ')},000 ${line.host} ${tagged(line)}`},
	{name: 'RFC 3339 with a blank before the zone', wrap: line => `${iso(line).replace('T', ' ')} +0000 ${line.host} ${tagged(line)}`},
	{name: 'date with dots', wrap: line => `${iso(line).replaceAll('-', '.').replace('T', ' ')} ${line.host} ${tagged(line)}`},
	{name: 'date with strokes', wrap: line => `${iso(line).replaceAll('-', '/').replace('T', ' ')} ${line.host} ${tagged(line)}`},
	{name: 'day first', wrap: line => `${two(day(line))}.${iso(line).slice(5, 7)}.2026 ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'ISO 8601, basic', wrap: line => `${iso(line).replaceAll(/[-:]/g, '')}Z ${line.host} ${tagged(line)}`},
	{name: 'seconds since 1970', wrap: line => `${line.time / 1000} ${line.host} ${tagged(line)}`},
	{name: 'RFC 5424', wrap: line => `<22>1 ${iso(line)}Z ${line.host} ${line.tag} ${line.pid || '-'} - - ${line.text}`},
	{name: 'octet counting', wrap: line => `123 <22>1 ${iso(line)}Z ${line.host} ${line.tag} ${line.pid || '-'} - - ${line.text}`},
	{name: 'RFC 5424 in RFC 3164', wrap: line => `${syslog(line)} relay 1 ${iso(line)}Z ${line.host} ${line.tag} ${line.pid || '-'} - - ${line.text}`},
	{name: 'priority', wrap: line => `<22>${whole(line)}`},
	{name: 'priority and facility as numbers', wrap: line => `6 2 ${iso(line)}Z ${line.host} ${tagged(line)}`},
	{name: 'facility and severity first', wrap: line => `mail.info ${whole(line)}`},
	{name: 'facility and severity behind the host', wrap: line => `${syslog(line)} ${line.host} mail.info ${tagged(line)}`},
	{name: 'severity in brackets', wrap: line => `${syslog(line)} ${line.host} [info] ${tagged(line)}`},
	{name: 'severity glued to the host', wrap: line => `${syslog(line)} ${line.host}(mail.info) ${tagged(line)}`},
	{name: 'no host', wrap: line => `${iso(line)}Z INFO    ${tagged(line)}`, lacks: ['host']},
	{name: 'stamp in brackets', wrap: line => `[${iso(line)}Z] ${line.host} ${tagged(line)}`},
	{name: 'two blanks', wrap: line => whole(line).replace(': ', ':  ')},
	{name: 'grep -H', wrap: line => `/var/log/mail.log.1:${whole(line)}`},
	{name: 'grep -n', wrap: line => `mail.log:17:${whole(line)}`},
	{name: 'docker compose', wrap: line => `mail-1  | ${whole(line)}`},
	{name: 'docker compose with colours', wrap: line => `\u001b[36mmail-1  |\u001b[0m ${whole(line)}`},
	{name: 'docker service logs', wrap: line => `mail_postfix.1.x8k2j3h4@node1    | ${whole(line)}`},
	{name: 'docker logs -t', wrap: line => `${iso(line)}.000000000Z ${whole(line)}`},
	{name: 'docker to journald', wrap: line => `${syslog(line)} dockerhost postfix[1234]: ${whole(line)}`},
	{name: 'docker to syslog, name of the container', wrap: line => `${syslog(line)} dockerhost mailserver[99]: ${whole(line)}`},
	{name: 'docker json-file', wrap: line => JSON.stringify({log: `${whole(line)}\n`, stream: 'stdout', time: `${iso(line)}Z`})},
	{name: 'CRI', wrap: line => `${iso(line)}.000000000Z stdout F ${whole(line)}`},
	{name: 'kubectl --prefix', wrap: line => `[pod/mail-0/postfix] ${whole(line)}`},
	{name: 'CloudWatch', wrap: line => `${iso(line)}.000+00:00 i-0abc123 ${whole(line)}`},
	{name: 'logcli', wrap: line => `${iso(line)}Z {filename="/var/log/mail.log", job="mail"} ${whole(line)}`},
	{name: 'Fluent Bit, standard output', wrap: line => `[0] mail: [[${line.time / 1000}.000000000, {}], ${hash({log: whole(line)})}]`},
	{name: 'Fluent Bit, older', wrap: line => `[3] mail: [${line.time / 1000}.000000000, ${hash({host: line.host, ident: line.tag, pid: line.pid, message: line.text})}]`},
	{name: 'Fluentd', wrap: line => `${iso(line)}+00:00\tmail.postfix\t${JSON.stringify({host: line.host, ident: line.tag, pid: line.pid, message: line.text})}`},
	{name: 'JSON of rsyslog', wrap: line => JSON.stringify({timestamp: `${iso(line)}Z`, host: line.host, severity: 'info', syslogtag: `${tagged({...line, text: ''}).trim()}`, programname: 'postfix', message: ` ${line.text}`})},
	{name: 'JSON of syslog-ng', wrap: line => JSON.stringify({PROGRAM: line.tag, PID: line.pid, MESSAGE: line.text, HOST: line.host, DATE: syslog(line)})},
	{name: 'JSON of Filebeat', wrap: line => JSON.stringify({'@timestamp': `${iso(line)}.000Z`, host: {name: 'shipper'}, log: {offset: 1}, message: whole(line)})},
	{name: 'JSON of Vector', wrap: line => JSON.stringify({appname: line.tag, procid: line.pid === '' ? undefined : Number(line.pid), hostname: line.host, message: line.text, timestamp: `${iso(line)}Z`, source_type: 'syslog'})},
	{name: 'GELF', wrap: line => JSON.stringify({version: '1.1', host: line.host, short_message: line.text, timestamp: line.time / 1000, _application_name: line.tag, _process_id: line.pid})},
	{name: 'Splunk', wrap: line => JSON.stringify({preview: false, result: {_raw: whole(line), host: 'indexer'}})},
	{name: 'Elasticsearch', wrap: line => JSON.stringify({_index: 'mail', _source: {message: line.text, program: line.tag, pid: line.pid, hostname: line.host, '@timestamp': `${iso(line)}Z`}})},
	{name: 'CloudWatch JSON', wrap: line => JSON.stringify({timestamp: line.time, message: whole(line), ingestionTime: line.time + 1})},
	{name: 'an array of JSON, an element a line', wrap: line => `${JSON.stringify({time: `${iso(line)}Z`, program: line.tag, pid: line.pid, host: line.host, message: line.text})},`},
	{name: 'journalctl -o json', wrap: line => JSON.stringify({__REALTIME_TIMESTAMP: micros(line), _HOSTNAME: line.host, SYSLOG_IDENTIFIER: line.tag, _PID: line.pid, MESSAGE: line.text})},
	{name: 'journalctl -o json-pretty', wrap: line => JSON.stringify({__REALTIME_TIMESTAMP: micros(line), _HOSTNAME: line.host, SYSLOG_IDENTIFIER: line.tag, SYSLOG_PID: line.pid, MESSAGE: line.text}, null, '\t').split('\n')},
	{name: 'journalctl -o json-sse', wrap: line => ['data: '.concat(JSON.stringify({__REALTIME_TIMESTAMP: micros(line), _HOSTNAME: line.host, SYSLOG_IDENTIFIER: line.tag, _PID: line.pid, MESSAGE: line.text})), '']},
	{name: 'journalctl -o export', wrap: line => ['__CURSOR=s=1', `__REALTIME_TIMESTAMP=${micros(line)}`, `_HOSTNAME=${line.host}`, `SYSLOG_IDENTIFIER=${line.tag}`, `_PID=${line.pid}`, `MESSAGE=${line.text}`, '']},
	{name: 'journalctl -o verbose', wrap: line => [`${weekday(line)} ${iso(line).replace('T', ' ')}.000000 UTC [s=0a;i=1f;b=2c;m=3;t=${(line.time * 1000).toString(16)};x=7]`, '    PRIORITY=6', `    _HOSTNAME=${line.host}`, `    SYSLOG_IDENTIFIER=${line.tag}`, `    SYSLOG_PID=${line.pid}`, `    MESSAGE=${line.text}`]},
	{name: 'CSV of Graylog', first: '"timestamp","source","message"', wrap: line => `"${iso(line)}.000Z","${line.host}","${tagged(line).replaceAll('"', '""')}"`},
	{name: 'CSV with a column each', first: 'time;host;program;pid;message', wrap: line => [`${iso(line)}Z`, line.host, line.tag, line.pid, `"${line.text.replaceAll('"', '""')}"`].join(';')},
	{name: 'RFC 3164 in Dutch', wrap: line => `${month(line, dutch)} ${two(day(line))} ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'RFC 3164 in Korean', wrap: line => `${new Date(line.time).getUTCMonth() + 1}월 ${day(line)} ${clock(line)} ${line.host} ${tagged(line)}`},
	{name: 'grep -C', wrap: line => `mail.log-${whole(line)}`},
	{name: 'a mark before the stamp', wrap: line => `*${whole(line)}`},
	{name: 'a line in quotes', wrap: line => `    "${whole(line).replaceAll('"', '\\"')}",`},
	{name: 'a cell in quotes', wrap: line => `7,"${whole(line).replaceAll('"', '""')}",mx`},
	{name: 'strokes between the parts', wrap: line => `${iso(line)}Z|${line.host}|${line.tag}${line.pid === '' ? '' : `[${line.pid}]`}:|${line.text}`},
	{name: 'commas between the parts', wrap: line => `${iso(line)}Z,${line.host},mail,info,${tagged(line)}`},
	{name: 'logfmt', wrap: line => `time=${iso(line)}Z level=info host=${line.host} app=${line.tag} pid=${line.pid} msg="${line.text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`},
	{name: 'LTSV', wrap: line => [`time:${iso(line)}Z`, `host:${line.host}`, `program:${line.tag}`, `pid:${line.pid}`, `message:${line.text}`].join('\t')},
	{name: 'JSON of Datadog', wrap: line => JSON.stringify({id: 'A', attributes: {timestamp: `${iso(line)}.000Z`, host: line.host, service: line.tag, message: line.text, attributes: {syslog: {procid: line.pid}}}})},
	{name: 'JSON of ECS, syslog', wrap: line => JSON.stringify({'@timestamp': `${iso(line)}Z`, log: {syslog: {appname: line.tag, procid: line.pid, hostname: line.host, facility: {name: 'mail'}}}, message: line.text})},
	{name: 'JSON of ECS, names with dots', wrap: line => JSON.stringify({'@timestamp': `${iso(line)}Z`, 'host.hostname': line.host, 'process.name': line.tag, 'process.pid': line.pid, message: line.text})},
	{name: 'JSON of NXLog', wrap: line => JSON.stringify({EventTime: iso(line).replace('T', ' '), Hostname: line.host, SourceName: line.tag, ProcessID: line.pid, Message: line.text})},
	{name: 'OTLP', wrap: line => JSON.stringify({resourceLogs: [{resource: {attributes: [{key: 'host.name', value: {stringValue: line.host}}]}, scopeLogs: [{logRecords: [{timeUnixNano: `${line.time}000000`, body: {stringValue: line.text}, attributes: [{key: 'appname', value: {stringValue: line.tag}}, {key: 'procid', value: {stringValue: line.pid}}]}]}]}]})},
	{name: 'a program and a whole line', wrap: line => JSON.stringify({time: `${iso(line)}Z`, host: 'shipper', program: line.tag, message: whole(line)})},
	{name: 'RFC 7464', wrap: line => `\u001e${JSON.stringify({__REALTIME_TIMESTAMP: micros(line), _HOSTNAME: line.host, SYSLOG_IDENTIFIER: line.tag, _PID: line.pid, MESSAGE: line.text})}`},
	{name: 'the answer of CloudWatch, pretty', first: '{\n    "events": [', wrap: line => JSON.stringify({timestamp: line.time, message: whole(line), ingestionTime: line.time}, null, 4).replace(/\}$/, '},').split('\n')},
	{name: 'CSV without quotes', first: '#time,host,message', wrap: line => `${iso(line)}Z,${line.host},${tagged(line)}`},
	{name: 'CSV of Datadog', first: 'Date,Host,Service,Message', wrap: line => `${iso(line)}.000Z,${line.host},${line.tag},"${whole(line).replaceAll('"', '""')}"`},
	{name: 'CSV of Azure Monitor', first: '"TimeGenerated [UTC]",Computer,Facility,SyslogMessage,ProcessName,ProcessID', wrap: line => `"${iso(line)}Z",${line.host},mail,"${line.text.replaceAll('"', '""')}",${line.tag},${line.pid}`},
	{name: 'columns that the user describes', pattern: '{time:%d.%m.%Y;%T};{host};{tag};{pid};{message}', wrap: line => `${two(day(line))}.${iso(line).slice(5, 7)}.2026;${clock(line)};${line.host};${line.tag};${line.pid};${line.text}`},
	{name: 'a stamp that the user describes', pattern: '<{time:%Y%j %m-%d %I.%M.%S %p}> {skip} {host}/{tag}#{pid}> {message}', wrap: line => {
		const hour = new Date(line.time).getUTCHours();
		return `<2026001 ${iso(line).slice(5, 10)} ${two(hour % 12 || 12)}.${clock(line).slice(3).replace(':', '.')} ${hour < 12 ? 'AM' : 'PM'}> x y ${line.host}/${line.tag}#${line.pid}> ${line.text}`;
	}},
]; // biome-ignore format: a framing a line reads better

/** Lines of samples that are whole: RFC 3164 throughout, with a host and a tag. */
const shape = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\S+) ([!-~]+?)(?:\[(\d+)\])?: (.*)$/s;

function linesOf(name: string): Line[] | undefined {
	const lines = readFileSync(new URL(name, samples), 'utf8').trimEnd().split('\n');
	const found: Line[] = [];
	for (const line of lines) {
		const match = shape.exec(line);
		if (!match || /[\u0000-\u001f\u0080-\uffff]|\[ID /.test(line) || line.includes(']: [')) return undefined;
		const [, name = '', date, hour, minute, second, host = '', tag = '', pid = '', text = ''] = match;
		const at = monthNames.indexOf(name);
		if (at < 0 || text.startsWith(' ') || text.endsWith(' ') || host.includes(':')) return undefined;
		const time = Date.UTC(2026, at, Number(date), Number(hour), Number(minute), Number(second));
		if (new Date(time).getUTCMonth() !== at) return undefined;
		found.push({time, host, tag, pid, text});
	}
	return found;
}

/** Reads files one after the other, each a list of lines. */
function readFiles(files: ReadonlyArray<readonly [string, readonly string[]]>, framing?: string, inBlocks = false) {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {
		zone: 'UTC',
		year: 2026,
		now,
		...(framing === undefined ? {} : {framing}),
	});
	for (const [name, lines] of files) {
		reader.open({name, modified: null});
		if (inBlocks) {
			const bytes = Buffer.from(`${lines.join('\n')}\n`) as Bytes;
			reader.block(bytes, 0, bytes.length);
		} else for (const line of lines) readLine(reader, line);
	}
	reader.end();
	return {sessions, coverage: reader.coverage};
}

const read = (lines: readonly string[]) => readFiles([['x', lines]]);

const bare = (sessions: readonly Session[], lacks: Framing['lacks'] = []): string[] =>
	sessions
		.map(({firstLine: _first, lastLine: _last, ...rest}) =>
			JSON.stringify({...rest, ...(lacks.includes('host') ? {logHost: null} : {})}),
		)
		.sort();

const wholeSamples = readdirSync(samples)
	// Those about years and zones that a stamp lacks would be other logs with them.
	.filter(name => name.endsWith('.log') && !/^(?:year|zone)-/.test(name))
	.flatMap(name => {
		const lines = linesOf(name);
		return lines === undefined ? [] : [{name, lines}];
	});

test('the samples that are wrapped are many', t => {
	t.true(wholeSamples.length >= 25, `only ${wholeSamples.map(({name}) => name).join(', ')}`);
});

/** Samples with one host, and with several: these are one host where a framing names none. */
const isOneHost = ({lines}: {lines: Line[]}): boolean => new Set(lines.map(({host}) => host)).size === 1;
const plainly = (samples: typeof wholeSamples): Session[] =>
	readFiles(samples.map(({name, lines}) => [name, lines.map(whole)])).sessions;
const wanted = plainly(wholeSamples);
const wantedOfOneHost = plainly(wholeSamples.filter(isOneHost));

for (const framing of framings)
	test(`${framing.name}: every sample gives the same sessions as in RFC 3164`, t => {
		const isHostless = framing.lacks?.includes('host') ?? false;
		const wrapped = wholeSamples
			.filter(sample => !isHostless || isOneHost(sample))
			.map(({name, lines}) => [name, [...(framing.first?.split('\n') ?? []), ...lines.flatMap(framing.wrap)]] as const);
		const count = wrapped.reduce((sum, [, lines]) => sum + lines.length, 0);
		for (const inBlocks of [false, true]) {
			const {sessions, coverage} = readFiles(wrapped, framing.pattern, inBlocks);
			t.deepEqual(bare(sessions, framing.lacks), bare(isHostless ? wantedOfOneHost : wanted, framing.lacks));
			const {understood, irrelevant, foreign, malformed} = coverage;
			t.is(coverage.lines, count);
			t.is(understood + irrelevant + foreign + malformed, count);
			t.is(malformed, 0);
		}
	});

const connection = (host: string): string[] => [
	`connect from ${host}[192.0.2.9]`,
	`disconnect from ${host}[192.0.2.9] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5`,
];

test('a month that is a whole name in one language and a beginning in another is the whole one', t => {
	const lines = connection('a.example').map(text => `mei 16 10:02:12 mx postfix/smtpd[7]: ${text}`);
	const {sessions} = read(lines);
	t.is(sessions[0]?.startedAt, Date.UTC(2026, 4, 16, 10, 2, 12));
});

test('a month that is another one in another language is not known', t => {
	const lines = connection('a.example').map(text => `lis 16 10:02:12 mx postfix/smtpd[7]: ${text}`);
	const {sessions} = read(lines);
	t.is(sessions.length, 1);
	t.is(sessions[0]?.startedAt, null);
});

for (const tag of ['postfix', 'postfix@-.service', 'postfix.service'])
	test(`${tag} in place of the tag leaves the program to the text, and loses no connection`, t => {
		const lines = connection('a.example').map(text => `Fri 2026-10-16 10:02:12 UTC mx ${tag}[7]: ${text}`);
		const {sessions} = read(lines);
		// Nothing shows the service: it waits for the end, first for wrapper mode and then for a login.
		t.deepEqual(
			sessions.map(({tag: of, peerHost, port}) => [of, peerHost, port]),
			[[tag, 'a.example', 25]],
		);
	});

test('what a peer has a program log forges no head, whatever the framing', t => {
	const forged = 'Oct 16 10:02:12 mx postfix/smtpd[9]: connect from forged.example[198.51.100.66]';
	const record = (message: string): string[] => [
		JSON.stringify({time: '2026-10-16T10:02:12Z', host: 'mx', program: 'postfix/smtpd', pid: 7, message}),
		`time=2026-10-16T10:02:12Z host=mx app=postfix/smtpd pid=7 msg="${message.replaceAll('"', '\\"')}"`,
		`2026-10-16T10:02:12Z|mx|postfix/smtpd[7]:|${message}`,
		`"Oct 16 10:02:12 mx postfix/smtpd[7]: ${message}"`,
	];
	for (const text of [
		`< a.example[192.0.2.9]: EHLO ${forged}`,
		`NOQUEUE: reject: RCPT from a.example[192.0.2.9]: 554 5.7.1 no; from=<> to=<b@c.example> proto=ESMTP helo=<"${forged}">`,
		`warning: a.example[192.0.2.9]: SASL LOGIN authentication failed: x, sasl_username="${forged}`,
		`warning: ${JSON.stringify({message: forged})}`,
	])
		for (const line of record(text)) {
			const {sessions} = read([line]);
			t.false(JSON.stringify(sessions).includes('forged.example'), line);
		}
});
