/** A text of configuration. `modified` in milliseconds since 1970, null where that is unknown. */
export type ConfigText = {readonly text: string; readonly modified: number | null};

/**
 * Where configuration is read: a directory, or a tarball of one. Paths are as the configuration names them: absolute ones
 * are looked for below the copy's own root first, relative ones below the directory of main.cf.
 */
export type ConfigSource = {
	/** Directory of main.cf as the user knows it, for messages. */
	readonly name: string;
	/** The directory as the server knows it: `/etc/postfix`. */
	readonly directory: string;
	/** From a tarball, which holds no more than its maker put into it. */
	readonly packed: boolean;
	/** Null where there is no such file. Throws an `Error` whose sentence names the file that could not be read. */
	read(path: string): Promise<ConfigText | null>;
	/** When a file was last changed; null where there is none. */
	changed(path: string): Promise<number | null>;
	/** Names of the files and directories in a directory, sorted; empty where there is none. */
	list(path: string): Promise<readonly string[]>;
	/** Whether what a relative path leads to lies in the directory itself, links followed. */
	contains(path: string): Promise<boolean>;
	/** The same source seen from another directory: another instance of Postfix, or Dovecot's. */
	at(directory: string): ConfigSource;
};

/** No file of configuration is larger; the tables that count are small. */
export const largestFile = 16_777_216;
