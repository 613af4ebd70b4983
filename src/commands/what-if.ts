import {existsSync} from 'node:fs';
import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {programVersion} from '../cli/version.ts';
import {whatIf as replayOf} from '../policy/what-if.ts';
import {whatIfJson} from '../report/formats/json.ts';
import {markdown} from '../report/formats/markdown.ts';
import {whatIfCsv} from '../report/formats/what-if-csv.ts';
import {whatIfDocument} from '../report/formats/what-if-tables.ts';
import {coloured, monochrome} from '../report/text/layout.ts';
import {whatIfText} from '../report/text/what-if-text.ts';
import type {TriedRule} from '../report/what-if-result.ts';
import {replaySessions} from '../store/queries/what-if.ts';
import {suiteSet} from '../tls/cipher-class.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

/** `--ban RC4 mail.log` takes the file for a suite: words that name none and are files go back to the files. */
function partBan(words: readonly string[]): {ban: string[]; files: string[]} {
	const ban: string[] = [];
	const files: string[] = [];
	for (const word of words) {
		try {
			suiteSet([word]);
			ban.push(word);
		} catch (error) {
			if (word !== '-' && !existsSync(word) && !/[/*?]|\.(?:log|gz|xz|zst|bz2)$/.test(word))
				throw new Error(`--ban: ${(error as Error).message}`, {cause: error});
			files.push(word);
		}
	}
	return {ban, files};
}

const formats: Readonly<Record<string, (result: TriedRule, settings: Settings) => string | Promise<string>>> = {
	json: whatIfJson,
	csv: whatIfCsv,
	markdown: result => markdown(whatIfDocument(result)),
	html: async (result, {now}) =>
		(await import('../report/html/page.ts')).html(whatIfDocument(result), {version: programVersion(), now}),
};

/** `tlsaudit whatif`: who would be turned away by a stricter rule; status 0 whatever it finds. */
export async function whatIf(settings: Settings, io: Io): Promise<Outcome> {
	const {minVersion, preset, at = null} = settings.judging;
	const {ban, files} = partBan(settings.judging.ban ?? []);
	if (at !== null && preset === undefined)
		throw new Error('--at says by which day a policy is judged; name the policy: --policy bsi-tr-02102-2');
	if (minVersion === undefined && ban.length === 0 && preset === undefined)
		throw new Error('whatif needs a rule to try: --min-version TLSv1.2, --ban RC4 or --preset rfc9325');
	const tried = preset === undefined ? undefined : await judgingPolicy({...settings, policy: preset}, io);
	const replay = replayOf({
		ban,
		...(minVersion === undefined ? {} : {minVersion}),
		...(tried === undefined ? {} : {policy: tried}),
	});
	const policy = tried ?? (await judgingPolicy(settings, io));
	const {store, incomplete, nothing, reading, signal} = await load(
		{...settings, files: [...settings.files, ...files]},
		policy,
		io,
	);
	try {
		if (nothing) return {incomplete};
		const result = settings.privacy.shown({
			rule: {min_version: minVersion ?? null, ban, policy: tried?.name ?? null, at},
			nothing: reading.nothing,
			partial: incomplete,
			...(await replaySessions(store, replay, settings.filter)),
		});
		const text = (rows: TriedRule): string => whatIfText(rows, io.colour ? coloured : monochrome, io.page);
		await io.write(await (formats[settings.format] ?? text)(result, settings));
		return {incomplete, unread: reading.nothing !== null, signal};
	} finally {
		await store.close();
	}
}
