import {harmless, isSecret} from './secrets.ts';

/** Contents of keys, whatever stands for them: the text itself, `</path`, or doveconf's word that it hid them. */
const holdsKey = /^(?:ssl_key|ssl_alt_key|ssl_client_key|ssl_dh)$|_(?:key|dh)$/;
/** `service imap-login {`: a name, at most an argument, and no equals sign before the brace. */
const opening = /^([\w./@-]+(?:\s+(?:"[^"]*"|[^\s={}"]+(?:\s+[^\s={}"]+)*))?)\s*\{\s*(.*)$/;

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
	const open = (head: string): void => {
		const [, name = '', argument] = /^(\S+)\s*(.*)$/s.exec(head) ?? [];
		blocks.push(argument ? `${name} ${valueIn(argument)}` : name);
	};
	const assign = (line: string): void => {
		const [, name, written = ''] = /^([\w./-]+)\s*=\s*(.*)$/.exec(line) ?? [];
		if (name === undefined || isSecret(name) || holdsKey.test(name)) return;
		settings.set([...blocks, name].join('/'), harmless(name, withEarlier(valueIn(written), settings)));
	};
	/** A block on one line, as people write it in a question: `inet_listener imaps { port = 993; ssl = yes }`. */
	const takeShort = (rest: string): void => {
		let head = '';
		for (const [part] of rest.matchAll(/%\{[^}]*\}|[{};]|[^{};%]+|%/g)) {
			if (part !== '{' && part !== '}' && part !== ';') {
				head += part;
				continue;
			}
			if (part === '{') open(head.trim());
			else assign(head.trim());
			if (part === '}') blocks.pop();
			head = '';
		}
		assign(head.trim());
	};
	const take = (line: string): void => {
		const opened = opening.exec(line);
		if (opened !== null) {
			open(opened[1] ?? '');
			takeShort((opened[2] ?? '').replace(/^#.*$/, ''));
		} else if (line.startsWith('}')) {
			blocks.pop();
			takeShort(line.slice(1));
		} else assign(line);
	};
	for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
		const trimmed = line.trim();
		if (trimmed !== '' && !trimmed.startsWith('#') && !trimmed.startsWith('!')) take(trimmed);
	}
	return settings;
}
