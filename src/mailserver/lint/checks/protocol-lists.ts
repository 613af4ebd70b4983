import {compareProtocols, type Protocol, protocolOf, protocols} from '../../../tls/version.ts';
import type {ClientPolicy, GoverningProtocols, ServerPolicy} from '../../effective/effective.ts';
import {allowed, invalidWords, inWordsOf} from '../../effective/protocol-list.ts';
import {originWords} from '../../read/parameters.ts';
import {newestRelease, type PostfixVersion, versionText} from '../../releases/postfix-version.ts';
import {floorList, setInMain, setWhereItStands} from './postconf-commands.ts';
import {type Draft, eachClient, eachServer, type LintSubject, type Rule, serviceName} from './rule.ts';

type Listed = {readonly policy: ServerPolicy | ClientPolicy; readonly list: GoverningProtocols};

/** The parameter of the table whose row names the list (`x.example encrypt protocols=TLSv1`); null: not of a row. */
function tableOf({parameter}: GoverningProtocols): string | null {
	return /^(\S+) protocols=$/.exec(parameter)?.[1] ?? null;
}

/** `smtpd_tls_protocols=!TLSv1_1 (main.cf line 3)`; of a row `smtp_tls_policy_maps, x.example: protocols=TLSv1 (tls_policy line 3)`. */
export function listWords(list: GoverningProtocols, {configuration}: LintSubject): string {
	const table = tableOf(list);
	const name = table === null ? list.parameter : `${table}, ${list.setting?.name}: protocols`;
	return `${name}=${list.value} (${originWords(list, configuration.version)})`;
}

/** What a list leaves, for a sentence. */
export function versionWords(set: readonly Protocol[]): string {
	if (set.length === 0) return 'no version at all';
	const ofTls = set.filter(protocol => protocol.startsWith('TLS'));
	const first = protocols.indexOf(set[0] ?? 'SSLv2');
	const runs = set.every((protocol, index) => protocols[first + index] === protocol);
	if (runs && set.length > 2) return `${set[0]} to ${set.at(-1)}`;
	return (runs || ofTls.length > 0 ? set : set).join(', ');
}

/** Where TLS is optional: a peer that has only old TLS would send in clear (RFC 9325 section 5.2). */
function isOpportunistic({side, level, ...policy}: ServerPolicy | ClientPolicy): boolean {
	if (side === 'client') return level === 'may' || level === 'dane';
	return level === 'may' && 'role' in policy && policy.role === 'relay-in';
}

/**
 * A list in place of another: from TLS 1.2 on, or where TLS is opportunistic from as low as the list goes now, since a
 * peer that has nothing newer would send in clear. It lets in no version that is shut out now, but for new ones where the
 * list names versions or leaves old ones alone. /
 */
function soundList({policy, list}: Listed, version: PostfixVersion | null): string {
	const {allowed: now} = list;
	const ofTls = now.filter(protocol => protocol.startsWith('TLS'));
	const low =
		isOpportunistic(policy) && !list.parameter.includes('mandatory') && gap(now) === null && !now.every(isOld);
	const least = (low ? ofTls[0] : undefined) ?? 'TLSv1.2';
	const floor = floorList(version, compareProtocols(least, 'TLSv1.2') > 0 ? 'TLSv1.2' : least);
	const noNewest = now.some(protocol => !isOld(protocol)) && !now.includes('TLSv1.3') && positives(list).length === 0;
	return noNewest ? `${floor},!TLSv1.3` : floor;
}

/** The command that sets a governing list, at the place where it is written now. */
function listFix({policy, list}: Listed, value: string, {configuration}: LintSubject): readonly string[] {
	const table = tableOf(list);
	if (table !== null && list.setting !== null) {
		// A blank or a comma would end the attribute.
		const attribute = `protocols=${value.replaceAll(',', ':')}`;
		const row = list.setting.value.replace(/\{\s*protocols\s*=[^}]*\}|\bprotocols=[^\s,]*/i, () => attribute);
		return [`in the table that ${table} names: ${list.setting.name} ${row}`];
	}
	// The list of postscreen's handshakes may be an option of tlsproxy.
	const owner = configuration.services?.find(({options}) => options.some(option => option === list.setting));
	return list.setting === null
		? setInMain(configuration, `${list.parameter.replace(/^tlsproxy_/, 'smtpd_')}=${value}`)
		: setWhereItStands(configuration, owner ?? policy.service, list.parameter, value);
}

/** The command that sets a governing list to a sound one. */
function floorFix(listed: Listed, subject: LintSubject) {
	return listFix(listed, soundList(listed, subject.configuration.version), subject);
}

function isOld(protocol: Protocol): boolean {
	return compareProtocols(protocol, 'TLSv1.2') < 0;
}

/**
 * Runs a test over every list that rules, of services, of transports and of the rows of a policy table that name their
 * own; a row that names none has that of its transport.
 */
function eachList(find: (listed: Listed, subject: LintSubject) => Draft | null) {
	const servers = eachServer((policy, subject) =>
		policy.protocols === null ? null : find({policy, list: policy.protocols}, subject),
	);
	const clients = eachClient((policy, subject) =>
		policy.protocols === null || (policy.destination !== null && tableOf(policy.protocols) === null)
			? null
			: find({policy, list: policy.protocols}, subject),
	);
	return (subject: LintSubject) => [...servers(subject), ...clients(subject)];
}

const offBecause = {
	server:
		'An unknown word switches TLS off for the service: STARTTLS is still announced and fails, wrapper clients are dropped.',
	client: 'An unknown word makes every handshake fail: mail waits, or goes in clear where TLS is optional.',
} as const;

function invalidDraft({policy, list}: Listed, words: readonly string[], subject: LintSubject, tail: string): Draft {
	return {
		service: serviceName(policy.service),
		setting: list.setting,
		parameter: list.parameter,
		evidence: `${listWords(list, subject)}: ${words.map(word => `"${word}"`).join(', ')}`,
		why: `${offBecause[policy.side]} ${tail}`,
		fix: floorFix({policy, list}, subject),
	};
}

/** The words that no release knows; those that only this one does not know are another mistake. */
function unknownEverywhere(list: GoverningProtocols): readonly string[] {
	const known = new Set(invalidWords(list.value, newestRelease));
	return list.invalid.filter(word => known.has(word));
}

const invalidList: Rule = {
	id: 'invalid-protocol-list',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_protocols; Postfix tls_misc.c',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'Invalid TLS protocol list "', early: true}],
		alone: {
			severity: 'error',
			why: 'A word of the list is unknown to this Postfix, which switches TLS off for the service.',
			source: 'postconf(5) smtpd_tls_protocols',
		},
	},
	find: eachList((listed, subject) => {
		const words = unknownEverywhere(listed.list);
		if (words.length === 0) return null;
		const meant = protocolOf((words[0] ?? '').replace(/^[^\w]+/, ''));
		const tail = meant === null ? `The names are ${protocols.join(' ')}.` : `The name is ${meant}.`;
		return invalidDraft(listed, words, subject, tail);
	}),
};

const newerThanProgram: Rule = {
	id: 'list-newer-than-program',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_protocols; RELEASE_NOTES-2.10, RELEASE_NOTES-3.6',
	needs: ['version', 'main.cf'],
	log: {
		alsoBy: ['invalid-protocol-list'],
	},
	find: eachList((listed, subject) => {
		const {version} = subject.configuration;
		if (version === null || listed.list.invalid.length === 0) return null;
		const newer = listed.list.invalid.filter(word => !unknownEverywhere(listed.list).includes(word));
		if (newer.length === 0) return null;
		const tail = `Later releases know it, Postfix ${versionText(version)} does not.`;
		// Where no release knows a word, nobody can say what was meant.
		if (newer.length < listed.list.invalid.length) return invalidDraft(listed, newer, subject, tail);
		const value = inWordsOf(listed.list.value, version);
		const draft = invalidDraft(listed, newer, subject, tail);
		if (value !== null) return {...draft, fix: listFix(listed, value, subject)};
		const meant = versionWords(allowed(listed.list.value, newestRelease, 'server'));
		return {...draft, why: `${draft.why} It means ${meant}, which no list of this release says.`, fix: []};
	}),
};

const emptySet: Rule = {
	id: 'empty-protocol-set',
	severity: 'error',
	source: 'postconf(5) smtpd_tls_protocols; OpenSSL "no protocols available"',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'no protocols available'}],
		alone: {
			severity: 'error',
			why: 'The protocol list leaves no version: every handshake fails.',
			source: 'postconf(5) smtpd_tls_protocols',
		},
	},
	find: eachList((listed, subject) => {
		const {list, policy} = listed;
		if (list.allowed.length > 0 || list.invalid.length > 0) return null;
		return {
			service: serviceName(policy.service),
			setting: list.setting,
			parameter: list.parameter,
			evidence: listWords(list, subject),
			why: 'The list leaves no version: every handshake fails with "no protocols available", and nothing warns of it.',
			fix: floorFix(listed, subject),
		};
	}),
};

/** Words that name a version without an operator. */
function positives(list: GoverningProtocols): readonly string[] {
	return list.value.split(/[\s,:]+/).filter(word => /^[A-Za-z]/.test(word));
}

const inclusiveList: Rule = {
	id: 'inclusive-list',
	severity: 'warn',
	source: 'postconf(5) smtpd_tls_mandatory_protocols: list exclusions, not inclusions',
	needs: ['main.cf'],
	find: eachList((listed, subject) => {
		const {list, policy} = listed;
		if (list.setting === null || list.allowed.length === 0 || list.allowed.includes('TLSv1.3')) return null;
		if (positives(list).length === 0 || list.allowed.every(isOld)) return null;
		return {
			service: serviceName(policy.service),
			setting: list.setting,
			evidence: listWords(list, subject),
			why: `A list that names versions shuts out all others: it leaves ${versionWords(list.allowed)}, and TLSv1.3 is never used.`,
			fix: floorFix(listed, subject),
		};
	}),
};

function gap(set: readonly Protocol[]): Protocol | null {
	const ofTls = set.filter(protocol => protocol.startsWith('TLS'));
	const first = protocols.indexOf(ofTls[0] ?? 'TLSv1');
	const last = protocols.indexOf(ofTls.at(-1) ?? 'TLSv1');
	return protocols.slice(first, last).find(protocol => !ofTls.includes(protocol)) ?? null;
}

const hole: Rule = {
	id: 'hole-in-list',
	severity: 'warn',
	source: 'postconf(5) smtp_tls_protocols; SSL_CTX_set_options(3)',
	needs: ['main.cf'],
	log: {
		alsoBy: ['mandatory-service-optional-list'],
	},
	find: eachList((listed, subject) => {
		const {list, policy} = listed;
		if (list.setting === null || list.invalid.length > 0) return null;
		const missing = gap(allowed(list.value, subject.configuration.version ?? newestRelease, 'server'));
		if (missing === null) return null;
		const client = policy.side === 'client';
		return {
			service: serviceName(policy.service),
			severity: client ? 'error' : 'warn',
			setting: list.setting,
			evidence: listWords(list, subject),
			why: client
				? `${missing} is missing in the middle: a client can offer no set with a gap, so only ${versionWords(list.allowed)} is left.`
				: `${missing} is left out, what is older than it is not: the list leaves ${versionWords(list.allowed)}.`,
			fix: floorFix(listed, subject),
		};
	}),
};

const sslOpen: Rule = {
	id: 'ssl-open',
	severity: 'error',
	source: 'RFC 7568; RFC 6176; postconf(5) smtpd_tls_protocols',
	needs: ['main.cf'],
	log: {
		remarks: [{words: ': SSLv3 with cipher '}],
	},
	find: eachList((listed, subject) => {
		const {list, policy} = listed;
		const open = list.allowed.filter(protocol => protocol.startsWith('SSL'));
		if (open.length === 0) return null;
		return {
			service: serviceName(policy.service),
			setting: list.setting,
			parameter: list.parameter,
			evidence: listWords(list, subject),
			why: `The list leaves ${open.join(' and ')} open; only a library without ${open.length > 1 ? 'them' : 'it'} keeps the door shut.`,
			fix: floorFix(listed, subject),
		};
	}),
};

const onlyOld: Rule = {
	id: 'only-old-versions',
	severity: 'error',
	source: 'RFC 8996; postconf(5) smtpd_tls_protocols',
	needs: ['main.cf'],
	find: eachList((listed, subject) => {
		const {list, policy} = listed;
		if (list.setting === null || list.allowed.length === 0 || !list.allowed.every(isOld)) return null;
		// What a gap cuts off is another mistake.
		if (!allowed(list.value, subject.configuration.version ?? newestRelease, 'server').every(isOld)) return null;
		const peers = policy.side === 'server' ? "today's clients do not" : 'few servers of today do';
		return {
			service: serviceName(policy.service),
			setting: list.setting,
			evidence: listWords(list, subject),
			why: `The list leaves ${versionWords(list.allowed)} and nothing newer, which ${peers} speak any more (RFC 8996): handshakes fail, or mail goes in clear where it may.`,
			fix: floorFix(listed, subject),
		};
	}),
};

/** Rules about what is in a protocol list (postconf(5) smtpd_tls_protocols and its kin). */
export const protocolListRules: readonly Rule[] = [
	invalidList,
	newerThanProgram,
	emptySet,
	onlyOld,
	hole,
	sslOpen,
	inclusiveList,
];
