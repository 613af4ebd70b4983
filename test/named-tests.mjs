/** AVA's `test`, and all that hangs on it, with a name before each title: titles of files that share a process may be the same. */
export function named(test, name) {
	return new Proxy(test, {
		apply: (call, self, [title, ...rest]) =>
			Reflect.apply(call, self, typeof title === 'string' ? [`${name} › ${title}`, ...rest] : [title, ...rest]),
		get(owner, key) {
			const value = owner[key];
			return typeof value === 'function' && key !== 'macro' ? named(value, name) : value;
		},
	});
}
