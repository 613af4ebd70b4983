import type {PostfixConfiguration, SyntaxFault} from '../../read/configuration.ts';
import {fileName, placeWords} from '../../read/parameters.ts';
import {mayHoldSecret} from '../../read/secrets.ts';
import {atLeast, versionText} from '../../releases/postfix-version.ts';
import {endLastLine, setInMain} from './postconf-commands.ts';
import {type Draft, type LogTrace, quoted, type Rule, serviceName} from './rule.ts';

type Kind = SyntaxFault['kind'];

function placed({place}: SyntaxFault): string {
	return placeWords({name: '', value: '', place});
}

/** The service, or main.cf, that has a fault. */
function serviceOf({subject, place}: SyntaxFault): string {
	return place.file.endsWith('main.cf') || subject === ''
		? place.file.endsWith('main.cf')
			? 'main.cf'
			: 'master.cf'
		: subject;
}

function isMain({place}: SyntaxFault): boolean {
	return place.file.endsWith('main.cf');
}

type Words = {
	readonly why: (fault: SyntaxFault) => string;
	readonly fix: (fault: SyntaxFault, configuration: PostfixConfiguration) => readonly string[];
	readonly log?: LogTrace;
};

function rule(id: string, source: string, kind: Kind, needs: Rule['needs'], {why, fix, log}: Words): Rule {
	return {
		id,
		severity: 'error',
		source,
		needs,
		...(log === undefined ? {} : {log}),
		find: ({configuration}) =>
			configuration.faults
				.filter(fault => fault.kind === kind)
				.map(fault => ({
					service: serviceOf(fault),
					...(isMain(fault) && fault.subject !== '' ? {parameter: fault.subject} : {}),
					place: fault.place,
					evidence: `${placed(fault)}: ${quoted(fault.text, fault.subject)}`,
					why: why(fault),
					fix: fix(fault, configuration),
				})),
	};
}

const blankInOption = rule('blank-in-o', 'master(5); Postfix split_nameval.c', 'broken-option', ['master.cf'], {
	log: {
		complaints: [
			{words: 'invalid "-o ', early: true},
			{words: 'unexpected command-line argument: ', also: /argument: (?!#)/, early: true},
		],
		alone: {
			severity: 'error',
			why: 'An option in master.cf is broken by a blank: the daemon dies at its start.',
			source: 'master(5)',
		},
	},
	why: () =>
		"There is a blank where none may be: the daemon dies at its start (missing '=' after attribute name, or unexpected command-line argument), and the port is dead.",
	fix: ({text, place}) => {
		if (mayHoldSecret(text, text)) return [`take the blanks out of master.cf line ${place.line}`];
		const joined = text
			.replace(/^-o\s*/, '')
			.replace(/\s*=\s*/, '=')
			.replace(/,\s+/g, ',')
			.replace(/\s+/g, ',');
		return [`-o ${joined}`];
	},
});

const trailingComment = rule('trailing-comment', 'postconf(5); master(5)', 'trailing-comment', [], {
	log: {
		complaints: [
			{words: 'unexpected command-line argument: #', early: true},
			{words: 'bad boolean configuration: ', also: /#/, early: true},
		],
		alone: {
			severity: 'error',
			why: 'A comment behind a value is part of it: the daemon dies at its start.',
			source: 'postconf(5); master(5)',
		},
	},
	why: fault =>
		isMain(fault)
			? 'There is no comment behind a value: the words from # on belong to it, and Postfix refuses it, now or when it is used.'
			: 'There is no comment behind an option: the daemon takes the words for arguments and dies at its start, and the port is dead.',
	fix: fault => [`move the comment of ${placed(fault)} to a line of its own, with # in the first column`],
});

const lostIndentation = rule('lost-indentation', 'master(5); Postfix master_ent.c', 'lost-indentation', ['files'], {
	log: {
		complaints: [{words: 'bad field count'}, {words: 'bad transport type: '}],
		alone: {
			severity: 'error',
			why: 'A line of master.cf is no service: reloads are refused, and the old configuration goes on.',
			source: 'master(5)',
		},
	},
	why: () =>
		'A line that begins in the first column is a service of its own: "postfix reload" is refused and the old configuration goes on, until a restart leaves mail down.',
	fix: fault => [`put blanks before ${placed(fault)}`],
});

const badService = rule('bad-service-line', 'master(5); Postfix master_ent.c', 'bad-service', ['files'], {
	why: () =>
		'This is no service (eight columns: name, type, five settings, command): "postfix reload" is refused and the old configuration goes on, until a restart leaves mail down.',
	fix: fault => [`correct or comment out ${placed(fault)}`],
});

const swallowedLine = rule('swallowed-line', 'postconf(5), general format', 'swallowed-line', [], {
	why: ({subject}) =>
		`A line that begins with a blank goes on with the one before: this parameter is part of the value of ${subject}, and is not set.`,
	fix: fault => [`delete the blanks at the beginning of ${placed(fault)}`],
});

const missingEquals = rule('missing-equals', 'postconf(5), general format', 'missing-equals', ['files'], {
	why: () => 'The line has no "=": every program of Postfix dies at its start (missing \'=\' after attribute name).',
	fix: fault => [`correct or comment out ${placed(fault)}`],
});

const orphan: Rule = rule('orphan-continuation', 'master(5); postconf(5)', 'orphan-continuation', ['files'], {
	why: fault =>
		isMain(fault) || fault.subject === ''
			? 'The line begins with a blank and has nothing to go on with: Postfix does not read it as a line of its own.'
			: `Its own service is commented out, so the option goes to the service above, ${fault.subject}.`,
	fix: fault => [`comment out ${placed(fault)}, or bring back the line it belongs to`],
});

const noFinalNewline: Rule = {
	...rule('no-final-newline', 'postconf(1) -e; Postfix readlline.c', 'no-final-newline', ['files'], {
		why: ({place}) =>
			`The last line of ${fileName(place.file)} has no end: what postconf or ">>" writes next is glued to it, becomes a part of it, and is not set.`,
		fix: ({place}, configuration) => endLastLine(configuration, fileName(place.file)),
	}),
	severity: 'warn',
};

const gluedLine = rule('glued-line', 'postconf(5), general format; master(5)', 'glued-line', [], {
	why: fault =>
		isMain(fault)
			? `Two lines have become one, since the file had no line end when the second was written: ${fault.subject} has a value that it cannot have, and ${nameIn(fault)} is not set.`
			: `Two lines have become one, since the file had no line end when the second was written: the second service does not exist, and ${fault.subject} does not start.`,
	fix: (fault, configuration) => separated(fault, configuration),
});

/** The name of the parameter that was glued on. */
function nameIn({text}: SyntaxFault): string {
	return text.split(/[\s=]/, 1)[0] ?? '';
}

/** Both parameters by themselves, as they were written; restrictions and secrets are for a person to separate. */
function separated(fault: SyntaxFault, configuration: PostfixConfiguration): readonly string[] {
	const {subject, text} = fault;
	const byHand = [`separate the two lines in ${placed(fault)}`];
	const whole = configuration.main?.findLast(({name, value}) => name === subject && value.endsWith(text));
	const value = whole?.value.slice(0, -text.length).trim() ?? '';
	const name = nameIn(fault);
	const second = text.slice(name.length).replace(/^\s*=\s*/, '');
	if (!isMain(fault) || whole === undefined || /_restrictions$/.test(name) || /\w=|\s=\s/.test(second)) return byHand;
	if (mayHoldSecret(subject, value) || mayHoldSecret(name, second)) return byHand;
	return setInMain(configuration, `${subject}=${value}`, `${name}=${second}`);
}

const indentedService = rule('indented-service', 'master(5)', 'indented-service', ['files'], {
	log: {
		alsoBy: ['blank-in-o'],
	},
	why: ({text, subject}) =>
		`The line begins with a blank, so it continues the service above, ${subject}: ${text.split(' ', 1)[0]} does not exist, and ${subject} dies at its start of words that it does not know.`,
	fix: fault => [`delete the blanks at the beginning of ${placed(fault)}`],
});

const clientFlags: Rule = {
	id: 'client-flags-too-new',
	severity: 'error',
	source: 'smtp(8), lmtp(8); RELEASE_NOTES-3.5',
	needs: ['master.cf', 'version'],
	log: {
		alsoBy: ['blank-in-o'],
	},
	find: ({configuration: {faults, version}}) =>
		version === null || atLeast(version, 3, 5)
			? []
			: faults
					.filter(({kind}) => kind === 'client-flags')
					.map(fault => ({
						service: fault.subject,
						place: fault.place,
						evidence: `${placed(fault)}: ${quoted(fault.text)}`,
						why: `smtp(8) and lmtp(8) take flags since Postfix 3.5; ${versionText(version)} dies of them at the start (unexpected command-line argument), and the mail waits.`,
						fix: [`delete ${fault.text} from ${placed(fault)}`],
					})),
};

const gluedOption: Rule = {
	id: 'glued-option',
	severity: 'warn',
	source: 'Postfix postconf_master.c',
	needs: ['files'],
	find: ({configuration}) =>
		(configuration.services ?? []).flatMap((service): Draft[] => {
			const glued = service.options.filter(({form}) => form === 'glued');
			const first = glued[0];
			if (first === undefined) return [];
			return [
				{
					service: serviceName(service),
					setting: first,
					evidence: glued.map(({name}) => `-o${name}=…`).join(', '),
					why: 'Postfix reads it, but postconf splits it at the next letter o: any edit of this service by postconf -P writes a broken line into master.cf.',
					fix: glued.map(option => `in ${placeWords(option)}, put a blank between -o and ${option.name}`),
				},
			];
		}),
};

/** Rules about the text of the files (postconf(5), master(5)). */
export const fileSyntaxRules: readonly Rule[] = [
	noFinalNewline,
	gluedLine,
	blankInOption,
	indentedService,
	lostIndentation,
	clientFlags,
	badService,
	missingEquals,
	swallowedLine,
	trailingComment,
	orphan,
	gluedOption,
];
