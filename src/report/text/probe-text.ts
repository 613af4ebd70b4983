import type {ProbeCertificate, ProbeResult} from '../../model/probe-result.ts';
import {plain} from '../../text/plain.ts';
import {shortened} from '../../text/width.ts';
import {compareProtocols} from '../../tls/version.ts';
import {folded, type Style, table} from './layout.ts';

/** Names of a certificate shown; JSON has all. */
const mostNames = 5;

type Asked = ProbeResult['results'][number];

const acceptedText = (accepted: boolean | null): string => (accepted === null ? '?' : accepted ? 'yes' : 'no');

/** Server's text on one line, safe and short. */
const shown = (text: string, width: number): string => shortened(plain(text), width);

/** Why there is no result, each message once; what the local OpenSSL lacks has a line of its own. */
function reasons(rows: readonly Asked[]): string[] {
	const unanswered = rows.filter(row => row.accepted === null && row.reason !== 'local');
	return [...new Set(unanswered.map(({error}) => error ?? 'no reason given'))].flatMap(error =>
		folded(`? ${shown(error, 500)}`, '  '),
	);
}

function versionLines({results}: ProbeResult): string[] {
	const rows = results.filter(({reason}) => reason !== 'local');
	const cells = rows.map(row => [row.version, acceptedText(row.accepted), shown(row.cipher ?? '', 40)]);
	const headings = [{title: 'VERSION'}, {title: 'ACCEPTED'}, {title: 'CIPHER'}];
	return [...table(headings, cells), ...reasons(rows)];
}

function suiteLines({suites}: ProbeResult): string[] {
	const rows = suites.filter(({reason}) => reason !== 'local');
	if (rows.length === 0) return [];
	const cells = rows.map(row => [row.class, row.version, acceptedText(row.accepted), shown(row.cipher ?? '', 40)]);
	const headings = [{title: 'SUITES'}, {title: 'VERSION'}, {title: 'ACCEPTED'}, {title: 'CIPHER'}];
	return ['', ...table(headings, cells), ...reasons(rows)];
}

function groupLines({groups}: ProbeResult): string[] {
	const rows = groups.filter(({reason}) => reason !== 'local');
	if (rows.length === 0) return [];
	const cells = rows.map(row => [row.group, row.version, acceptedText(row.accepted)]);
	return ['', ...table([{title: 'HYBRID GROUP'}, {title: 'VERSION'}, {title: 'ACCEPTED'}], cells), ...reasons(rows)];
}

const day = (time: string | null): string => time?.slice(0, 10) ?? 'unreadable';

function lifetime({valid_from, valid_to, validity, days_left}: ProbeCertificate): string {
	const left = validity === 'valid' ? `${days_left} ${days_left === 1 ? 'day' : 'days'} left` : validity;
	return `${day(valid_from)} to ${day(valid_to)}, ${left}`;
}

function trustWords({trusted, trust_problem, chain_complete, roots}: ProbeCertificate): string {
	const chain = chain_complete === null ? '' : chain_complete ? ', chain complete' : ', chain not complete';
	const by = ` (by ${roots})`;
	if (trusted === null) return 'not known whether trusted: no handshake was finished';
	return trusted ? `trusted${chain}${by}` : `not trusted: ${trust_problem ?? 'no reason given'}${chain}${by}`;
}

function certificateLines(certificate: ProbeCertificate): string[] {
	const {names, key_type, key_bits, signature_algorithm} = certificate;
	const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : '';
	const key = [key_type, key_bits === null ? null : `${key_bits} bits`].filter(word => word !== null).join(' ');
	const signed = signature_algorithm === null ? '' : `, signed with ${signature_algorithm}`;
	const facts: ReadonlyArray<readonly [string, string]> = [
		['subject', certificate.subject],
		['issuer', certificate.issuer],
		[
			'names',
			`${names
				.slice(0, mostNames)
				.map(name => shortened(name, 64))
				.join(', ')}${more}`,
		],
		['valid', lifetime(certificate)],
		['key', `${key === '' ? 'of a kind not known here' : key}${signed}`],
		['chain', trustWords(certificate)],
		['name', `${certificate.name_matches ? 'good for' : 'NOT good for'} ${certificate.name_asked}`],
	];
	const lines = facts.flatMap(([title, text]) =>
		folded(`${title.padEnd(8)}${shown(text === '' ? '-' : text, 500)}`, '  '),
	);
	return ['', 'CERTIFICATE', ...lines];
}

/** So many digits show which record it is; JSON has all. */
const mostDigits = 16;

function tlsaLines({tlsa}: ProbeResult): string[] {
	if (tlsa === null) return [];
	const {source, name, records, verdict, said, notes} = tlsa;
	const cells = records.map(({usage, selector, matching_type: type, data, result}) => [
		`${usage} ${selector} ${type} ${data.length > mostDigits ? `${data.slice(0, mostDigits)}…` : data}`,
		result,
	]);
	// What is wrong is said with the judgement.
	const sentences = verdict === 'match' ? [said, ...notes] : notes;
	return [
		'',
		...table([{title: 'TLSA RECORD'}, {title: 'RESULT'}], cells),
		...[source === 'dns' ? `at ${name}` : 'as given', ...sentences].flatMap(text => folded(plain(text), '  ')),
	];
}

/** What passes although it is old or weak: port 25 alone has that. */
function isTolerant({results, suites}: ProbeResult): boolean {
	const old = results.some(({accepted, version}) => accepted === true && compareProtocols(version, 'TLSv1.2') < 0);
	return old || suites.some(row => row.accepted === true && ['3DES', 'RC4', 'anonymous'].includes(row.class));
}

function judgement(rows: ProbeResult): string {
	const {verdict, violations} = rows;
	if (verdict === 'violations') return `fail: ${violations.join('; ')}`;
	if (verdict === 'clean' && isTolerant(rows))
		return 'pass: nothing was accepted that may not stay on port 25; elsewhere old versions and weak suites would fail';
	if (verdict === 'clean')
		return 'pass: nothing older than TLS 1.2 and no weak suite was accepted of what could be offered';
	if (verdict === 'incomplete') return 'undecided: nothing that fails was seen, but not everything has a result';
	return 'failed: no handshake came about';
}

const looks = {clean: 'pass', violations: 'violation', incomplete: 'weakness', failed: 'violation'} as const;

/** The outcome of `probe` for people: versions, suites, certificate, notes, and the judgement on the last line. */
export function probeText(rows: ProbeResult, style: Style): string {
	const {target, starttls, usual, address, servername, connections, notes, unanswered, untestable} = rows;
	const start = starttls === null ? 'TLS from the first byte' : `STARTTLS (${starttls})`;
	const why = starttls === null ? 'as no --starttls was given' : 'the usual way of this port';
	const way = usual ? `${start}, ${why}` : start;
	const name = servername === null ? 'no server name sent' : `server name ${servername}`;
	const lines = [
		style('heading', plain(target)),
		...folded(`${way}; address ${address ?? 'unknown'}; ${name}`),
		'',
		...versionLines(rows),
		...suiteLines(rows),
		...groupLines(rows),
		...rows.certificates.flatMap(certificateLines),
		...tlsaLines(rows),
		'',
		...notes.flatMap(note => folded(`note: ${plain(note)}`)),
		...(untestable.length === 0
			? []
			: folded(`not tested, the local OpenSSL cannot offer it: ${untestable.join('; ')}`)),
		...(unanswered.length === 0 ? [] : folded(`without a result: ${unanswered.join('; ')}`)),
		`used ${connections.used} of at most ${connections.limit} connections`,
		...folded(plain(judgement(rows))).map(line => style(looks[rows.verdict], line)),
	];
	return `${lines.join('\n')}\n`;
}
