/** What the reader of YAML says of a file, in words of the user; `levels` says how deep what is read may be nested. Pure. */
export function yamlProblem(error: unknown, levels: string): string {
	const {message, code} = error instanceof Error ? (error as Error & {code?: string}) : {message: String(error)};
	// It has run out of stack.
	if (/call stack/.test(message)) return `is nested too deeply; ${levels}`;
	return code === 'MULTIPLE_DOCS' ? 'a second document begins here; leave one in the file' : message;
}
