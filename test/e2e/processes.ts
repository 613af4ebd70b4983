import {readdirSync, readFileSync} from 'node:fs';

/** A process of this world; `state` is the letter of proc(5): Z is a zombie. */
export type Process = {readonly pid: number; readonly name: string; readonly state: string};

/** All processes of this world: it has a process namespace, so there are no others. */
export function processes(): Process[] {
	const found: Process[] = [];
	for (const entry of readdirSync('/proc')) {
		if (!/^\d+$/.test(entry)) continue;
		try {
			const text = readFileSync(`/proc/${entry}/stat`, 'utf8');
			const [, name = '', state = ''] = /^\d+ \((.*)\) (\w)/s.exec(text) ?? [];
			found.push({pid: Number(entry), name, state});
		} catch {
			// It ended while we looked.
		}
	}
	return found;
}

/** What must not be there after the servers were stopped, as text for a message. */
export function leftovers(): string[] {
	const ours = new Set(['sh', 'node', 'MainThread', 'npm', 'npx', 'npm exec ava', 'esbuild']);
	return processes()
		.filter(({name, state}) => state === 'Z' || !(ours.has(name) || name.startsWith('node') || name.startsWith('npm')))
		.map(({pid, name, state}) => `${name} (${pid}, ${state})`);
}
