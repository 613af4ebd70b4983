import type {ServiceEntry, ServiceOption, SyntaxFault} from './configuration.ts';
import {parameterSince} from './defaults.ts';
import {folded} from './logical-lines.ts';
import {readMasterCf} from './master-cf.ts';
import type {PostconfLine} from './postconf-lines.ts';

type OptionLine = PostconfLine & {readonly kind: 'option'};

/**
 * Puts options together again that postconf(1) has taken apart: it splits `-oname=value` at every letter o
 * (`-o smtpd_tls_auth_ -o nly=yes`). Only where that makes the name of a parameter (Postfix: postconf/postconf_master.c).
 */
function unmangled(line: string): {readonly text: string; readonly glued: ReadonlySet<string>} {
	const glued = new Set<string>();
	const text = line.replace(/-o ([A-Za-z0-9_]+(?: -o [A-Za-z0-9_]*)* -o ([A-Za-z0-9_]*)=)/g, (whole, parts: string) => {
		const name = parts.slice(0, -1).split(' -o ').join('o');
		if (parameterSince(name) === null) return whole;
		glued.add(name);
		return `-o ${name}=`;
	});
	return {text, glued};
}

/** The services that -M lists, with every duplicate. */
function fromMaster(lines: readonly string[]): [ServiceEntry[], SyntaxFault[]] {
	const services: ServiceEntry[] = [];
	const faults: SyntaxFault[] = [];
	const place = {file: 'master.cf', line: null};
	for (const line of lines) {
		const {text, glued} = unmangled(folded(line));
		const read = readMasterCf(text, place.file);
		faults.push(...read.faults.map(fault => ({...fault, place})));
		for (const entry of read.services) {
			const options = entry.options.map(option => {
				const form: ServiceOption['form'] = glued.has(option.name) ? 'glued' : option.form;
				return {...option, place, form};
			});
			services.push({...entry, options, place});
		}
	}
	return [services, faults];
}

/** The program a service runs, by the parameters it is given: -P does not tell it. */
function commandOf(type: string, service: string, names: readonly string[]): string {
	const begins = (prefix: string): boolean => names.some(name => name.startsWith(prefix));
	if (begins('postscreen_')) return 'postscreen';
	if (begins('tlsproxy_')) return 'tlsproxy';
	if (begins('smtpd_') || type === 'inet' || type === 'pass') return 'smtpd';
	if (begins('lmtp_')) return 'lmtp';
	return begins('smtp_') || service === 'relay' ? 'smtp' : service;
}

/**
 * The services that postconf(1) told: those of -M; of -P only such as -M does not have, since -P merges the options of
 * duplicates and leaves broken options out.
 */
export function postconfServices(lines: readonly PostconfLine[]): {
	readonly services: readonly ServiceEntry[] | null;
	readonly faults: readonly SyntaxFault[];
} {
	const [services, faults] = fromMaster(lines.flatMap(line => (line.kind === 'service' ? [line.text] : [])));
	const listed = new Set(services.map(({name, type}) => `${name}/${type}`));
	const others = new Map<string, OptionLine[]>();
	for (const line of lines) {
		if (line.kind !== 'option' || listed.has(`${line.service}/${line.type}`)) continue;
		const key = `${line.service}/${line.type}`;
		others.set(key, [...(others.get(key) ?? []), line]);
	}
	const place = {file: 'master.cf', line: null};
	for (const found of others.values()) {
		const [first] = found;
		if (first === undefined) continue;
		const options = [...new Map(found.map(({name, value}) => [name, value]))].map(
			([name, value]): ServiceOption => ({name, value, place, form: 'plain'}),
		);
		const command = commandOf(
			first.type,
			first.service,
			options.map(({name}) => name),
		);
		services.push({
			name: first.service,
			type: first.type,
			columns: ['-', '-', '-', '-', '-'],
			command,
			options,
			stray: [],
			place,
		});
	}
	return {services: services.length === 0 ? null : services, faults};
}
