import type {DovecotConfiguration, LoginPolicy} from '../../dovecot/configuration.ts';
import {isRecent, releaseOf} from '../../dovecot/doveconf-output.ts';
import type {PostfixVersion} from '../../releases/postfix-version.ts';
import type {Draft, LintSubject, LogTrace, Need, Rule} from '../checks/rule.ts';

/** Dovecot's configuration, and whose settings it has. */
export type Known = DovecotConfiguration & {
	readonly release: PostfixVersion | null;
	/** Settings of 2.4 and later; null: neither release nor names tell. */
	readonly recent: boolean | null;
};

/** What a rule found; the service is always `dovecot`. */
export type Finding = Omit<Draft, 'service'>;

/** What holds for all logins, or for those of one protocol. */
export type Logins = LoginPolicy & {
	/** The blocks around its settings. */
	readonly blocks: readonly string[];
	/** A setting as it is written there, null where it is not. */
	readonly own: (name: string) => string | null;
	/** Where that is, for the evidence. */
	readonly where: string;
};

/** The logins of all protocols, then those of each that has settings of its own. */
export function allLogins(dovecot: DovecotConfiguration): readonly Logins[] {
	const {settings} = dovecot;
	return [
		{...dovecot, blocks: [], own: name => settings.get(name) ?? null, where: ''},
		...[...dovecot.protocols].map(([protocol, policy]) => {
			const block = `protocol ${protocol}`;
			const own = (name: string): string | null => settings.get(`${block}/${name}`) ?? null;
			return {...policy, blocks: [block], own, where: `, in ${block}`};
		}),
	];
}

/** A rule about the mailbox server. `needs`: what it wants to know beside the lines that it finds. */
export function dovecotRule(
	{id, severity, source, needs = []}: Pick<Rule, 'id' | 'severity' | 'source'> & {readonly needs?: readonly Need[]},
	find: (dovecot: Known) => readonly Finding[],
	log: LogTrace = {},
): Rule {
	return {
		id,
		severity,
		source,
		needs: ['doveconf', ...needs],
		log,
		find: ({dovecot}: LintSubject) =>
			dovecot === null
				? []
				: find({...dovecot, release: releaseOf(dovecot.version), recent: isRecent(dovecot)}).map(draft => ({
						service: 'dovecot',
						...draft,
					})),
	};
}
