import type {PostfixConfiguration, ServiceEntry} from './configuration.ts';
import {defaultOf} from './defaults.ts';
import type {Governing} from './effective.ts';
import {governing} from './lookups.ts';

/** The parameters as one service reads them, each looked up once. */
export type Parameters = (name: string) => Governing;

/** How a service reads its parameters: its own options, main.cf, the defaults of the version. Null: main.cf alone. */
export function parametersOf(configuration: PostfixConfiguration, service: ServiceEntry | null): Parameters {
	const seen = new Map<string, Governing>();
	return name => {
		const before = seen.get(name);
		if (before !== undefined) return before;
		const found = governing(configuration, service, name, defaultOf);
		seen.set(name, found);
		return found;
	};
}

/** A yes/no parameter in any case; null for any other word, at which the program dies (`bad boolean configuration`). */
export function yesOrNo({value}: Governing): boolean | null {
	const word = value.toLowerCase();
	return word === 'yes' ? true : word === 'no' ? false : null;
}

const logWords: Readonly<Record<string, number>> = {
	none: 0,
	summary: 1,
	routine: 1,
	debug: 2,
	'ssl-expert': 3,
	'ssl-developer': 4,
};

/** The number a TLS log level comes to; words since 2.9 (tls_misc.c, tls_log_table). 0: no line tells of the session. */
export function logLevelOf({value}: Governing): number {
	const levels = value
		.toLowerCase()
		.split(/[\s,]+/)
		.map(word => (/^\d+$/.test(word) ? Number(word) : (logWords[word] ?? 0)));
	return Math.min(Math.max(0, ...levels), 9);
}
