/**
 * mail_location of 2.3 in the settings of 2.4, which splits it (Dovecot 2.4 manual, upgrading from 2.3 to 2.4: mail_location;
 * variable expansion).
 */

type Assignment = readonly [name: string, value: string];

/** Settings for the options behind the path. Others change their meaning or their defaults: a person has to see to them. */
const optionNames: Readonly<Record<string, string>> = {
	INBOX: 'mail_inbox_path',
	INDEX: 'mail_index_path',
	INDEXPVT: 'mail_index_private_path',
	INDEXCACHE: 'mail_cache_path',
	CONTROL: 'mail_control_path',
	VOLATILEDIR: 'mail_volatile_path',
	ALT: 'mail_alt_path',
	LAYOUT: 'mailbox_list_layout',
	SUBSCRIPTIONS: 'mailbox_subscriptions_filename',
};

const drivers: readonly string[] = ['maildir', 'mbox', 'sdbox', 'mdbox'];

/** One-letter variables that have one meaning; 2.4 has none of them any more. */
const variables: Readonly<Record<string, string>> = {
	u: '%{user}',
	n: '%{user | username}',
	d: '%{user | domain}',
	h: '%{home}',
};

/** A path with the variables of 2.4; null where one is not known here. */
function withVariables(path: string): string | null {
	const turned = path.replace(/%(.)/g, (whole, letter: string) => variables[letter] ?? whole);
	return /%(?!\{(?:user(?: \| (?:username|domain))?|home)\})/.test(turned) ? null : turned;
}

/** The settings that stand for the value, the format first; null: a person has to see to it. */
export function splitLocation(value: string): readonly Assignment[] | null {
	const [driver = '', path = '', ...options] = value.split(':');
	if (!drivers.includes(driver) || path === '' || path.includes('=')) return null;
	const assignments: Assignment[] = [['mail_driver', driver]];
	for (const option of [`=${path}`, ...options]) {
		const [, word = '', text = ''] = /^([^=]*)=(.+)$/.exec(option) ?? [];
		const name = word === '' ? 'mail_path' : optionNames[word];
		const turned = withVariables(text);
		if (name === undefined || turned === null || text === '') return null;
		if (assignments.some(([before]) => before === name)) return null;
		assignments.push([name, turned]);
	}
	return assignments;
}
