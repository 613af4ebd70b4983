import type {Governing, TlsFault} from './effective.ts';
import {type Parameters, yesOrNo} from './service-parameters.ts';

/** What the level of a server comes to: `use` is STARTTLS offered, `enforce` TLS demanded. */
export type ServerLevel = {
	readonly setting: Governing;
	/** The parameter was read and ruled; false where wrapper mode or the old switches did. */
	readonly read: boolean;
	readonly level: 'none' | 'may' | 'encrypt';
	readonly wrapper: boolean;
	readonly wrapperSetting: Governing;
	readonly fault: TlsFault | null;
};

/** The parameters that the level is told by. smtpd alone has a wrapper mode. */
export type LevelNames = {
	readonly level: string;
	readonly use: string;
	readonly enforce: string;
	readonly wrapper: string | null;
	/** Other yes/no parameters that the program reads at its start. */
	readonly others: readonly string[];
};

function byWord(word: string): 'none' | 'may' | 'encrypt' | null {
	switch (word.toLowerCase()) {
		case 'none':
			return 'none';
		case 'may':
			return 'may';
		// Levels of a client: the server takes them for encrypt and says so in the log.
		case 'encrypt':
		case 'fingerprint':
		case 'verify':
		case 'secure':
			return 'encrypt';
		default:
			return null;
	}
}

/**
 * The level of a server in the order in which smtpd.c, postscreen.c and tlsproxy.c decide: wrapper mode makes TLS
 * mandatory and leaves the level unread; a level that is set rules over the old switches; they rule where it is empty.
 */
export function serverLevel(parameters: Parameters, names: LevelNames): ServerLevel {
	const setting = parameters(names.level);
	const switches = [names.wrapper, names.use, names.enforce, ...names.others]
		.filter(name => name !== null)
		.map(parameters);
	const wrapperSetting = parameters(names.wrapper ?? 'smtpd_tls_wrappermode');
	const wrapper = names.wrapper !== null && yesOrNo(wrapperSetting) === true;
	const base = {setting, wrapper, wrapperSetting, read: !wrapper && setting.value !== ''};
	const bad = switches.find(each => yesOrNo(each) === null);
	if (bad !== undefined) {
		const text = `${bad.parameter} = ${bad.value} is neither yes nor no: the service does not start.`;
		return {...base, level: 'none', fault: {kind: 'invalid-boolean', effect: 'dead', text}};
	}
	if (base.read) {
		const level = byWord(setting.value);
		if (level !== null) return {...base, level, fault: null};
		const text = `${setting.parameter} = ${setting.value} is no level of a server: the service does not start.`;
		return {...base, level: 'none', fault: {kind: 'invalid-level', effect: 'dead', text}};
	}
	if (wrapper || yesOrNo(parameters(names.enforce)) === true) return {...base, level: 'encrypt', fault: null};
	return {...base, level: yesOrNo(parameters(names.use)) === true ? 'may' : 'none', fault: null};
}
