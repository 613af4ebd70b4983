/** What is known of a machine and its log, of which the files are made that let tlsaudit run by itself. */
export type Setup = {
	/** Version of this program. */
	readonly version: string;
	/** The day on which the files are made, `YYYY-MM-DD`. */
	readonly day: string;
	/** The words that run this program, without a shell: absolute paths. */
	readonly program: readonly string[];
	/** Logs with their rotated parts, as patterns; and the newest parts only, of some days. Absolute. */
	readonly logs: readonly string[];
	readonly newest: readonly string[];
	/** Folders of the logs. */
	readonly folders: readonly string[];
	/** Flags that say how lines of the logs are read. */
	readonly reading: readonly string[];
	/** Who may read the logs besides root: a group, by name or number; `root` where nobody may. */
	readonly readers: {readonly group: string; readonly root: boolean};
};

/** A file that is made: its name, its text, its rights, what it is and the command that puts it in its place. */
export type SetupFile = {
	readonly name: string;
	readonly text: string;
	readonly mode: number;
	readonly what: string;
	/** Of the path of the file, quoted for a shell. */
	readonly install: (path: string) => string;
};

/** Where the files are when they are installed. */
export const places = {
	policy: '/etc/tlsaudit/policy.yaml',
	nightly: '/etc/tlsaudit/nightly',
	/** As `StateDirectory=tlsaudit` of systemd makes it (systemd.exec(5)). */
	state: '/var/lib/tlsaudit',
} as const;
