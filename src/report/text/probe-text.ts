import type {ProbeCertificate, ProbeResult} from '../../model/probe-result.ts';
import {plain} from '../../text/plain.ts';
import {shortened} from '../../text/width.ts';
import {compareProtocols} from '../../tls/version.ts';
import {folded, type Page, paper, type Style, table} from './layout.ts';

/** Names of a certificate that a terminal shows. */
const mostNames = 5;

type Asked = ProbeResult['results'][number];

const acceptedText = (accepted: boolean | null): string => (accepted === null ? '?' : accepted ? 'yes' : 'no');

/** Server's text on one line, safe, and on a terminal short. */
const shown = (text: string, most: number, {whole}: Page): string =>
	whole ? plain(text) : shortened(plain(text), most);

/** Why there is no result, each message once; what the local OpenSSL lacks has a line of its own. */
function reasons(rows: readonly Asked[], page: Page): string[] {
	const unanswered = rows.filter(row => row.accepted === null && row.reason !== 'local');
	return [...new Set(unanswered.map(({error}) => error ?? 'no reason given'))].flatMap(error =>
		folded(`? ${shown(error, 500, page)}`, '  ', page.width),
	);
}

function versionLines({results}: ProbeResult, page: Page): string[] {
	const rows = results.filter(({reason}) => reason !== 'local');
	const cells = rows.map(row => [row.version, acceptedText(row.accepted), shown(row.cipher ?? '', 40, page)]);
	const headings = [{title: 'VERSION'}, {title: 'ACCEPTED'}, {title: 'CIPHER'}];
	return [...table(headings, cells, page), ...reasons(rows, page)];
}

function suiteLines({suites}: ProbeResult, page: Page): string[] {
	const rows = suites.filter(({reason}) => reason !== 'local');
	if (rows.length === 0) return [];
	const cells = rows.map(row => [
		row.class,
		row.version,
		acceptedText(row.accepted),
		shown(row.cipher ?? '', 40, page),
	]);
	const headings = [{title: 'SUITES'}, {title: 'VERSION'}, {title: 'ACCEPTED'}, {title: 'CIPHER'}];
	return ['', ...table(headings, cells, page), ...reasons(rows, page)];
}

function groupLines({groups}: ProbeResult, page: Page): string[] {
	const rows = groups.filter(({reason}) => reason !== 'local');
	if (rows.length === 0) return [];
	const cells = rows.map(row => [row.group, row.version, acceptedText(row.accepted)]);
	const headings = [{title: 'HYBRID GROUP'}, {title: 'VERSION'}, {title: 'ACCEPTED'}];
	return ['', ...table(headings, cells, page), ...reasons(rows, page)];
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

function certificateLines(certificate: ProbeCertificate, page: Page): string[] {
	const {names, key_type, key_bits, signature_algorithm} = certificate;
	const named = page.whole ? names : names.slice(0, mostNames).map(name => shortened(name, 64));
	const rest = names.length - named.length;
	const more = rest > 0 ? `, and ${rest} more; --format json has all` : '';
	const key = [key_type, key_bits === null ? null : `${key_bits} bits`].filter(word => word !== null).join(' ');
	const signed = signature_algorithm === null ? '' : `, signed with ${signature_algorithm}`;
	const facts: ReadonlyArray<readonly [string, string]> = [
		['subject', certificate.subject],
		['issuer', certificate.issuer],
		['names', named.join(', ') + more],
		['valid', lifetime(certificate)],
		['key', `${key === '' ? 'of a kind not known here' : key}${signed}`],
		['chain', trustWords(certificate)],
		['name', `${certificate.name_matches ? 'good for' : 'NOT good for'} ${certificate.name_asked}`],
	];
	const lines = facts.flatMap(([title, text]) =>
		folded(`${title.padEnd(8)}${shown(text === '' ? '-' : text, 500, page)}`, '  ', page.width),
	);
	return ['', 'CERTIFICATE', ...lines];
}

/** So many digits show on a terminal which record it is. */
const mostDigits = 16;

function tlsaLines({tlsa}: ProbeResult, page: Page): string[] {
	if (tlsa === null) return [];
	const {source, name, records, verdict, said, notes} = tlsa;
	const cells = records.map(({usage, selector, matching_type: type, data, result}) => [
		`${usage} ${selector} ${type} ${shown(data, mostDigits + 1, page)}`,
		result,
	]);
	// What is wrong is said with the judgement.
	const sentences = verdict === 'match' ? [said, ...notes] : notes;
	return [
		'',
		...table([{title: 'TLSA RECORD'}, {title: 'RESULT'}], cells, page),
		...[source === 'dns' ? `at ${name}` : 'as given', ...sentences].flatMap(text =>
			folded(plain(text), '  ', page.width),
		),
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
export function probeText(rows: ProbeResult, style: Style, page: Page = paper): string {
	const {target, starttls, usual, address, servername, connections, notes, unanswered, untestable} = rows;
	const start = starttls === null ? 'TLS from the first byte' : `STARTTLS (${starttls})`;
	const why = starttls === null ? 'as no --starttls was given' : 'the usual way of this port';
	const way = usual ? `${start}, ${why}` : start;
	const name = servername === null ? 'no server name sent' : `server name ${servername}`;
	const fold = (text: string): string[] => folded(text, '', page.width);
	const lines = [
		style('heading', plain(target)),
		...fold(`${way}; address ${address ?? 'unknown'}; ${name}`),
		'',
		...versionLines(rows, page),
		...suiteLines(rows, page),
		...groupLines(rows, page),
		...rows.certificates.flatMap(each => certificateLines(each, page)),
		...tlsaLines(rows, page),
		'',
		...notes.flatMap(note => fold(`note: ${plain(note)}`)),
		...(untestable.length === 0 ? [] : fold(`not tested, the local OpenSSL cannot offer it: ${untestable.join('; ')}`)),
		...(unanswered.length === 0 ? [] : fold(`without a result: ${unanswered.join('; ')}`)),
		`used ${connections.used} of at most ${connections.limit} connections`,
		...fold(plain(judgement(rows))).map(line => style(looks[rows.verdict], line)),
	];
	return `${lines.join('\n')}\n`;
}
