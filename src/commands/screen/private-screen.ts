import type {Filter, Term, WordField} from '../../model/filter.ts';
import type {Privacy} from '../../privacy/privacy.ts';
import type {FilterWords, RawLines, ScreenData} from '../../ui/screen-data.ts';

const noLines: RawLines = {lines: [], problem: 'Lines of the log are not shown with --anonymize.', note: null};

/** What a word of a filter's field is a text of. */
const columns: Readonly<Record<string, string>> = {
	peer: 'peer_host',
	user: 'username',
	sni: 'server_name',
	service: 'service',
	version: 'protocol',
	cipher: 'cipher',
	group: 'group',
	alert: 'alert',
	failure: 'failure',
	outcome: 'outcome',
	hop: 'hop',
	tls: 'tls_mode',
	rule: 'rule',
	domain: 'domain',
};

/** The names of files have a slash or an ending; hosts stand beside them in one list. */
const isFile = (word: string): boolean => word === '-' || /\/|\.(?:log|gz|xz|zst|bz2|json|jsonl|\d+)$/.test(word);

const columnOf = (field: string, word: string): string =>
	field === 'log' ? (isFile(word) ? 'source' : 'log_host') : (columns[field] ?? '');

/** The column that a name of such a field is all of, by the form of the name; null where it may be of several. */
function wholeColumn(field: WordField, shown: string): 'username' | 'peer_host' | 'peer_ip' | 'source' | null {
	if (field === 'user') return 'username';
	if (field === 'peer') return shown.startsWith('host-') ? 'peer_host' : 'peer_ip';
	return field === 'log' && shown.startsWith('log-') ? 'source' : null;
}

/**
 * The data of a screen with names replaced, see `Privacy`: what a query gives is replaced, and what the user picked of it, or typed
 * as it is shown, means the same as in the log. Each member is named here, so that a new one is thought of.
 */
export function privateScreen(data: ScreenData, {shown, said}: Privacy): ScreenData {
	/** A word that is a whole name is looked for as such: a part of it would be one of other names, too. */
	function meant(term: Term): Term {
		if (term.kind === 'same' && typeof term.value === 'string') return {...term, value: said(term.value)};
		if (term.kind === 'domain' && term.domain !== null) return {...term, domain: said(term.domain)};
		if (term.kind !== 'word') return term;
		const value = said(term.word);
		if (value === term.word) return term;
		const column = wholeColumn(term.field, term.word);
		if (column === null) return {...term, word: value};
		return {kind: 'same', column, value, ...(term.not === undefined ? {} : {not: term.not})};
	}
	const inLog = (filter: Filter): Filter =>
		filter.terms === undefined ? filter : {...filter, terms: filter.terms.map(meant)};
	const replaced = async <Result>(asked: Promise<Result>): Promise<Result> => shown(await asked);
	return {
		policy: data.policy,
		hops: data.hops,
		policies: data.policies,
		judgeBy: data.judgeBy,
		span: data.span,
		moment: data.moment,
		async words() {
			const found = Object.entries(await data.words()).filter(
				([field]) => field === 'log' || field in columns || field === 'port',
			);
			return Object.fromEntries(
				found.map(([field, list]) => [
					field,
					field === 'port'
						? list
						: list.map(word => shown({[columnOf(field, word)]: word})[columnOf(field, word)] ?? ''),
				]),
			) as FilterWords;
		},
		progress() {
			const {phase, ...progress} = data.progress();
			return {phase, ...shown(progress)};
		},
		version: data.version,
		counted: data.counted,
		overview: (filter, bins) => replaced(data.overview(inLog(filter), bins)),
		violations: filter => replaced(data.violations(inLog(filter))),
		peers: (filter, group, request) => replaced(data.peers(inLog(filter), group, request)),
		ciphers: filter => replaced(data.ciphers(inLog(filter))),
		failures: filter => replaced(data.failures(inLog(filter))),
		whatIf: (filter, marked) => replaced(data.whatIf(inLog(filter), marked)),
		sessions: (filter, request) => replaced(data.sessions(inLog(filter), request)),
		change: filter => replaced(data.change(inLog(filter))),
		domains: (filter, request) => replaced(data.domains(inLog(filter), request)),
		keyExchange: filter => replaced(data.keyExchange(inLog(filter))),
		findings: async judgement => replaced(data.findings(judgement)),
		remedy: session =>
			data.remedy(
				Object.fromEntries(
					Object.entries(session).map(([name, value]) => [name, typeof value === 'string' ? said(value) : value]),
				),
			),
		coverage: () => replaced(data.coverage()),
		rawLines: async () => noLines,
		save: data.save,
		saveLines: async () => Promise.reject(new Error('lines of the log are not written with --anonymize')),
	};
}
