import type {Hop} from '../model/session.ts';
import type {Severity} from '../model/severity.ts';
import type {Check, Policy, Rule, Source} from './policy.ts';

/** A document's verdict on what a row catches: not allowed; allowed for now; allowed, though another is preferred. */
type Grade = 'insufficient' | 'phase-out' | 'preferred';

/** One line of a document: what it asks, where it says so, and how grave it is to miss it. */
type PresetRow = {
	readonly id: string;
	readonly section: string;
	readonly grade: Grade;
	readonly check: Check;
	/** When the line is in another document than the preset's. */
	readonly document?: string;
	/** Only these hops; all hops of the preset when absent. */
	readonly hops?: readonly Hop[];
};

/** A document as data: the files of `presets/` hold nothing else. */
export type Preset = {
	readonly name: string;
	readonly title: string;
	readonly document: string;
	/** The secondary source the lists were taken from, when the document itself was not read. */
	readonly via?: string;
	/** `users`: submission and access only, where the document does not speak of relaying or cannot be met there. */
	readonly scope: 'users' | 'all';
	/** What the document says of plaintext; when absent the mail RFCs speak for it. */
	readonly plaintext?: string;
	readonly rows: readonly PresetRow[];
	/** Demands no log can show, with their sections. */
	readonly unknowable: ReadonlyArray<readonly [what: string, section: string]>;
};

const strict: Readonly<Record<Grade, Severity>> = {
	insufficient: 'violation',
	'phase-out': 'weakness',
	preferred: 'info',
};

const ladders: ReadonlyArray<{
	prefix: string;
	hops: readonly Hop[];
	plaintext: Severity;
	grades: Readonly<Record<Grade, Severity>>;
}> = [
	{
		prefix: '',
		hops: ['submission', 'access'],
		plaintext: 'violation',
		grades: strict,
	},
	{
		// Where TLS is optional a refused handshake may end in cleartext, so nothing encrypted ranks with plaintext.
		prefix: 'relay-',
		hops: ['relay-in', 'relay-out'],
		plaintext: 'violation',
		grades: {insufficient: 'weakness', 'phase-out': 'info', preferred: 'info'},
	},
	{
		prefix: 'delivery-',
		hops: ['delivery'],
		plaintext: 'info',
		grades: {insufficient: 'info', 'phase-out': 'info', preferred: 'info'},
	},
];

const milder = '; a step milder where TLS is optional, RFC 9325 section 5.2';

function sourceOf(preset: Preset, row: {section: string; document?: string}): Source {
	if (row.document !== undefined) return {document: row.document, section: row.section};
	const {document, via} = preset;
	return via === undefined ? {document, section: row.section} : {document, section: row.section, via};
}

function plaintextSource(preset: Preset, prefix: string): Source {
	if (preset.plaintext !== undefined) return sourceOf(preset, {section: preset.plaintext});
	if (prefix === '')
		return {document: 'RFC 8314', section: `section 4.1 (${preset.document} does not speak of plaintext)`};
	return {document: 'RFC 9325', section: `section 5.2 (${preset.document} does not speak of plaintext)`};
}

/** The policy a document amounts to: each row on the hops of users as it is, on relay and delivery hops milder. */
export function presetPolicy(preset: Preset): Policy {
	const rules: Rule[] = [];
	for (const {prefix, hops, plaintext, grades} of preset.scope === 'users' ? ladders.slice(0, 1) : ladders) {
		rules.push({
			id: `${prefix}plaintext`,
			severity: plaintext,
			hops,
			source: plaintextSource(preset, prefix),
			check: {kind: 'plaintext', of: 'either'},
		});
		for (const row of preset.rows) {
			const covered = row.hops === undefined ? hops : hops.filter(hop => row.hops?.includes(hop));
			if (covered.length === 0) continue;
			const source = sourceOf(preset, row);
			const softened = grades[row.grade] !== strict[row.grade];
			rules.push({
				id: `${prefix}${row.id}`,
				severity: grades[row.grade],
				hops: covered,
				source: softened ? {...source, section: `${source.section}${milder}`} : source,
				check: row.check,
			});
		}
	}
	const {name, title, document, via} = preset;
	return {
		name,
		title,
		source: via === undefined ? document : `${document}; lists taken from a secondary source: ${via}`,
		rules,
		destinations: [],
		exceptions: [],
		unknowable: preset.unknowable.map(([what, section]) => ({what, source: sourceOf(preset, {section})})),
	};
}
