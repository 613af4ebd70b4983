import {hopPurposes} from '../../model/inventory.ts';
import {placeWords} from '../../text/place.ts';
import {isoDate} from '../../text/time.ts';
import {codePointOf} from '../../tls/code-point.ts';
import {protocolOf} from '../../tls/version.ts';
import {jsonText} from '../formats/json.ts';
import {type Summary, standsForOthers} from '../summary.ts';
import {type AlgorithmAsset, assetsOf, type ProtocolAsset, partsOf, type Seen, together} from './assets.ts';

type Property = {readonly name: string; readonly value: string};

/** A property of this program; what is not known is left out. */
const property = (name: string, value: string | number | null): Property[] =>
	value === null ? [] : [{name: `tlsaudit:${name}`, value: String(value)}];

const seenProperties = (prefix: string, {sessions, first_seen, last_seen}: Seen): Property[] => [
	...property(`${prefix}sessions`, sessions),
	...property(`${prefix}first_seen`, isoDate(first_seen)),
	...property(`${prefix}last_seen`, isoDate(last_seen)),
];

/** Two bytes as the registry of IANA writes them. */
function bytesOf(cipher: string): string[] {
	const number = codePointOf(cipher);
	const hex = (byte: number): string => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	return number === null ? [] : [hex(number >> 8), hex(number & 0xff)];
}

/** `TLSv1.2` as type and version; a word that is no version has neither. */
function protocolProperties(word: string | null): {readonly type: string; readonly version?: string} {
	if (word === null) return {type: 'tls'};
	const protocol = protocolOf(word);
	if (protocol === null) return {type: 'unknown'};
	const [, family, version = ''] = /^(SSL|TLS)v(.*)$/.exec(protocol) ?? [];
	return {type: family === 'TLS' ? 'tls' : 'other', version: version.includes('.') ? version : `${version}.0`};
}

function protocolComponent({ref, protocol, hop, port, seen, suites, refs}: ProtocolAsset): object {
	const named = [...suites].filter(([name]) => name !== '' && !standsForOthers(name));
	return {
		type: 'cryptographic-asset',
		'bom-ref': ref,
		name: protocol ?? 'TLS of a version that is not logged',
		description: `${hopPurposes[hop]}: ${placeWords({hop, port})}`,
		cryptoProperties: {
			assetType: 'protocol',
			protocolProperties: {
				...protocolProperties(protocol),
				...(named.length === 0
					? {}
					: {
							cipherSuites: named.map(([name, suite]) => {
								const identifiers = bytesOf(name);
								return {
									name,
									...(suite.refs.size === 0 ? {} : {algorithms: [...suite.refs]}),
									...(identifiers.length === 0 ? {} : {identifiers}),
								};
							}),
						}),
				...(refs.size === 0 ? {} : {cryptoRefArray: [...refs]}),
			},
		},
		properties: [
			...property('hop', hop),
			...property('port', port),
			...seenProperties('', seen),
			...[...suites].flatMap(([name, suite]) => [
				...seenProperties(`suite:${name || 'not logged'}:`, suite.seen),
				...property(`suite:${name || 'not logged'}:grade`, suite.grade),
				...property(`suite:${name}:logged_as`, suite.cipher !== name && name !== '' ? suite.cipher : null),
			]),
		],
	};
}

function algorithmComponent({ref, algorithm, places}: AlgorithmAsset): object {
	const {name, primitive, parameterSet, curve, mode, quantumLevel} = algorithm;
	let all: Seen = {sessions: 0, first_seen: null, last_seen: null};
	for (const seen of places.values()) all = together(all, seen);
	return {
		type: 'cryptographic-asset',
		'bom-ref': ref,
		name,
		evidence: {
			occurrences: [...places].map(([location, seen]) => ({
				location,
				additionalContext: `sessions ${seen.sessions}, first ${isoDate(seen.first_seen) ?? 'not logged'}, last ${isoDate(seen.last_seen) ?? 'not logged'}`,
			})),
		},
		cryptoProperties: {
			assetType: 'algorithm',
			algorithmProperties: {
				primitive,
				...(parameterSet === undefined ? {} : {parameterSetIdentifier: parameterSet}),
				...(curve === undefined ? {} : {curve}),
				...(mode === undefined ? {} : {mode}),
				...(quantumLevel === undefined ? {} : {nistQuantumSecurityLevel: quantumLevel}),
			},
		},
		properties: seenProperties('', all),
	};
}

/** What is no asset, and must not be hidden: sessions without encryption, what the log lacks, what was not understood or read. */
function remarks({policy, at, period, hops, missing, coverage, by, partial}: Summary): Property[] {
	const outcomes = ['encrypted', 'plaintext', 'failed', 'unknown'] as const;
	const sum = (field: 'sessions' | (typeof outcomes)[number]): number => hops.reduce((all, row) => all + row[field], 0);
	return [
		...property('policy', policy),
		...property('at', at),
		...property('period_from', isoDate(period.from)),
		...property('period_to', isoDate(period.to)),
		...(['sessions', ...outcomes] as const).flatMap(name => property(name, sum(name))),
		...hops.flatMap(row =>
			outcomes.slice(1).flatMap(name => property(`${name}:${placeWords(row)}`, row[name] === 0 ? null : row[name])),
		),
		...missing.flatMap(row => property(`missing_logging:${placeWords(row)}:${row.lacks}`, row.sessions)),
		...property('lines_not_understood', coverage.notUnderstood),
		// Not all logs could be read to the end: there may be more than is listed.
		...property('partial', partial ? 'true' : null),
		...(by?.unit === 'suite' ? by.notes.flatMap(note => property('remark', note)) : []),
	];
}

/**
 * The suites in use as a bill of materials of cryptography: CycloneDX 1.6 (ECMA-424, first edition), JSON. A protocol is one component
 * for each hop and port; its suites have their sessions as properties, as the schema has no room for them. It has no serial
 * number, which would make every run another document: only the time of making differs. `made` is that, ms since 1970 UTC.
 */
export function cyclonedx(summary: Summary, version: string, made: number): string {
	const {by} = summary;
	const {protocols, algorithms} = assetsOf(by?.unit === 'suite' ? by : {rows: [], signatures: []});
	return jsonText({
		bomFormat: 'CycloneDX',
		specVersion: '1.6',
		version: 1,
		metadata: {
			timestamp: isoDate(made),
			lifecycles: [{phase: 'operations'}],
			tools: {components: [{type: 'application', name: 'tlsaudit', version}]},
			properties: remarks(summary),
		},
		components: [...protocols.map(protocolComponent), ...algorithms.map(algorithmComponent)],
		dependencies: [
			...protocols.map(({ref, suites, refs}) => ({
				ref,
				dependsOn: [...new Set([...[...suites.values()].flatMap(suite => [...suite.refs]), ...refs])],
			})),
			...algorithms.map(({ref, algorithm}) => ({ref, dependsOn: partsOf(algorithm)})),
		],
	});
}
