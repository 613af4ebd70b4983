import {didYouMean} from '../text/nearest.ts';
import {founding} from './founding.ts';
import type {Policy} from './policy.ts';
import {type Preset, presetPolicy} from './preset.ts';
import {anssi} from './presets/anssi.ts';
import {bsi} from './presets/bsi.ts';
import {cnsa} from './presets/cnsa.ts';
import {mozilla} from './presets/mozilla.ts';
import {ncscNl21, ncscNl202505} from './presets/ncsc-nl.ts';
import {nist} from './presets/nist.ts';
import {pciDss} from './presets/pci-dss.ts';
import {bcp195, rfc8314, rfc9325} from './presets/rfc.ts';

const presets: ReadonlyArray<Preset & {readonly sameAs?: string}> = [
	...[rfc9325, bcp195, rfc8314, ...mozilla, ncscNl21, ncscNl202505, ...bsi, nist, anssi, pciDss, cnsa],
].flatMap((preset: Preset) => [
	preset,
	...(preset.aliases ?? []).map(name => ({...preset, name, sameAs: preset.name})),
]);

/** The default policy has two names. */
const built = new Map<string, Policy>([
	[founding.name, founding],
	['default', founding],
]);

/** A policy in a list: what it is, and the day its document was last looked at. */
export type PolicyEntry = Pick<Policy, 'name' | 'title' | 'source' | 'checked'> & {
	/** The name under which it is the same policy; null for all but other names. */
	readonly same_as: string | null;
};

/** The policies that come with the program, the default first; those with two names by each of them. */
export function policies(): readonly PolicyEntry[] {
	return [{name: founding.name}, ...presets].map(({name, sameAs = null}: {name: string; sameAs?: string | null}) => {
		const {title, source, checked} = findPolicy(name);
		return {name, title, source, checked, same_as: sameAs};
	});
}

/**
 * A policy that comes with the program; `default` is the first of them. Throws an `Error` whose sentence names the
 * nearest name and all of them.
 */
export function findPolicy(name: string): Policy {
	let policy = built.get(name);
	if (policy === undefined) {
		const preset = presets.find(candidate => candidate.name === name);
		if (preset === undefined) {
			const names = [founding.name, ...presets.map(candidate => candidate.name), 'default'];
			throw new Error(`No policy is called "${name}"${didYouMean(name, names) || ';'} there are ${names.join(', ')}.`);
		}
		policy = presetPolicy(preset);
		built.set(name, policy);
	}
	return policy;
}
