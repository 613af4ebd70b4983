import {Option} from 'commander';

/** Flags of `init` besides those of other commands. */
export type InitOptions = {
	/** Where the files go. */
	readonly dir?: string;
	/** Files that are there may be overwritten. */
	readonly overwrite?: boolean;
};

export const initFlags: readonly Option[] = [
	new Option('--dir <dir>', 'folder to write to').default('tlsaudit'),
	new Option('--overwrite', 'files of these names may be there already'),
];
