import {harmless, isSecret} from './secrets.ts';

/** Contents of keys, whatever stands for them: the text itself, `</path`, or doveconf's word that it hid them. */
const holdsKey = /^(?:ssl_key|ssl_alt_key|ssl_client_key|ssl_dh)$|_(?:key|dh)$/;
const opening = /^([\w./@-]+)(?:\s+("[^"]*"|[^\s={}"]+(?:\s+[^\s={}"]+)*))?\s*\{\s*(.*)$/;

/** A quoted value without its quotes, an unquoted one without a comment behind it. */
function valueIn(text: string): string {
	const quoted = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text);
	if (quoted !== null) return (quoted[1] ?? '').replace(/\\(.)/g, '$1');
	return text.replace(/\s+#.*$|^#.*$/, '').trim();
}

/** What `$name` stands for: the value the setting had before, as in `protocols = $protocols lmtp`. */
function withEarlier(value: string, settings: ReadonlyMap<string, string>): string {
	return value
		.replace(/\$(\w+)/g, (whole, name: string) => settings.get(name) ?? (name === 'protocols' ? '' : whole))
		.trim();
}

/**
 * The settings in output of doveconf(1) or in a file of Dovecot's configuration, each by its path: `ssl_min_protocol`,
 * `protocol imap/ssl`, `service imap-login/inet_listener imaps/port`. The last of several counts. Passwords and keys are
 * left out. Never throws.
 */
export function dovecotSettings(text: string): ReadonlyMap<string, string> {
	const settings = new Map<string, string>();
	const blocks: string[] = [];
	const take = (line: string): void => {
		const opened = opening.exec(line);
		if (opened !== null) {
			const [, name = '', argument, rest = ''] = opened;
			blocks.push(argument === undefined ? name : `${name} ${valueIn(argument)}`);
			takeShort(rest);
			return;
		}
		if (/^\}/.test(line)) {
			blocks.pop();
			takeShort(line.slice(1).trim());
			return;
		}
		const assigned = /^([\w./-]+)\s*=\s*(.*)$/.exec(line);
		const name = assigned?.[1];
		if (name === undefined || isSecret(name) || holdsKey.test(name)) return;
		const value = withEarlier(valueIn(assigned?.[2] ?? ''), settings);
		settings.set([...blocks, name].join('/'), harmless(name, value));
	};
	/** A block on one line, as people write it in a question: `inet_listener imaps { port = 993; ssl = yes }`. */
	const takeShort = (rest: string): void => {
		const end = /^(.*?)((?:\s*\})+)$/.exec(rest);
		for (const part of (end?.[1] ?? rest).split(';'))
			if (part.trim() !== '' && !part.trim().startsWith('#')) take(part.trim());
		for (const sign of end?.[2] ?? '') if (sign === '}') blocks.pop();
	};
	for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
		const trimmed = line.trim();
		if (trimmed !== '' && !trimmed.startsWith('#') && !trimmed.startsWith('!')) take(trimmed);
	}
	return settings;
}
