import type {Hop} from '../model/session.ts';
import type {Severity} from '../model/severity.ts';
import type {Check, DatedRule, Policy, Rule, Source} from './policy.ts';

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
	/** The secondary source of this line, when its document itself was not read. */
	readonly via?: string;
	/** Last day on which the document still allows what the line catches, `YYYY-MM-DD`. */
	readonly until?: string;
	/** Only these hops; all hops of the preset when absent. */
	readonly hops?: readonly Hop[];
};

/** A document as data: the files of `presets/` hold nothing else. */
export type Preset = {
	readonly name: string;
	/** Other names, which stay for those who use them. */
	readonly aliases?: readonly string[];
	readonly title: string;
	readonly document: string;
	/** All documents, where it is made of several. */
	readonly documents?: string;
	/** The secondary source the lists were taken from, when the document itself was not read. */
	readonly via?: string;
	/** The day on which somebody looked whether this edition is still what the preset says it is, `YYYY-MM-DD`. */
	readonly checked: string;
	/** `users`: submission and access only, where the document does not speak of relaying or cannot be met there. */
	readonly scope: 'users' | 'all';
	/** What the document says of plaintext; when absent the mail RFCs speak for it. */
	readonly plaintext?: string;
	readonly rows: readonly PresetRow[];
	/** Demands no log can show, with their sections. */
	readonly unknowable: ReadonlyArray<readonly [what: string, section: string]>;
	/** What is said of the document that nobody has verified; no row comes of it. */
	readonly unverified?: readonly string[];
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

function sourceOf(preset: Preset, row: {section: string; document?: string; via?: string}): Source {
	const {section, document = preset.document} = row;
	const via = row.via ?? (row.document === undefined ? preset.via : undefined);
	return via === undefined ? {document, section} : {document, section, via};
}

function plaintextSource(preset: Preset, prefix: string): Source {
	if (preset.plaintext !== undefined) return sourceOf(preset, {section: preset.plaintext});
	if (prefix === '')
		return {document: 'RFC 8314', section: `section 4.1 (${preset.document} does not speak of plaintext)`};
	return {document: 'RFC 9325', section: `section 5.2 (${preset.document} does not speak of plaintext)`};
}

/**
 * The policy a document amounts to: each row on the hops of users as it is, on relay and delivery hops milder. Rows with a date
 * are rules to come.
 */
export function presetPolicy(preset: Preset): Policy {
	const rules: Rule[] = [];
	const later: DatedRule[] = [];
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
			const rule: Rule = {
				id: `${prefix}${row.id}`,
				severity: grades[row.grade],
				hops: covered,
				source: softened ? {...source, section: `${source.section}${milder}`} : source,
				check: row.check,
			};
			if (row.until === undefined) rules.push(rule);
			else later.push({...rule, until: row.until});
		}
	}
	const {name, title, document, documents = document, via, checked} = preset;
	return {
		name,
		title,
		source: via === undefined ? documents : `${documents}; lists taken from a secondary source: ${via}`,
		checked,
		rules,
		later,
		destinations: [],
		exceptions: [],
		unknowable: preset.unknowable.map(([what, section]) => ({what, source: sourceOf(preset, {section})})),
		unverified: preset.unverified ?? [],
	};
}
