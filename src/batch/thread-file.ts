/** Where a thread's module stands, beside this one: TypeScript in the tree, JavaScript when built. */
export function threadFile(name: 'line-thread' | 'join-thread'): URL {
	return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}
