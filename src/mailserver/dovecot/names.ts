/**
 * Settings that have other names from 2.4 on. Dovecot starts with no name that it does not know ("Unknown setting").
 * Sources: Dovecot 2.4 manual, upgrading from 2.3 to 2.4 (converted settings, removed settings); ssl-settings.c of 2.4.
 */

import {splitLocation} from './mail-location.ts';
import {truthOf} from './statements.ts';

/** What a value of one release is in the other; null: a person has to see to it; nothing: the default says it. */
type Turned = (value: string) => string | null | undefined;

/** A setting before 2.4 and what stands for it from then on. */
export type RenamedSetting = {
	readonly old: string;
	/** Null: it has gone. */
	readonly now: string | null;
	/** Values that change with the name; absent: they stay. */
	readonly forward?: Turned;
	readonly back?: Turned;
	/** For one that became several: those that stand for a value; null: a person has to see to it. */
	readonly split?: (value: string) => ReadonlyArray<readonly [name: string, value: string]> | null;
	/** Where it became several and a person has to see to it: what those are. */
	readonly byHand?: string;
};

const path = (value: string): string => value.replace(/^<\s*/, '');
const file = (old: string, now: string): RenamedSetting => ({
	old,
	now,
	forward: value => (/^(?:<\s*\S|\/)/.test(value) ? path(value) : null),
	back: value => (value === '' ? null : `<${path(value)}`),
});
/** What stands for yes and for no; null where Dovecot reads neither. */
const turn =
	<No extends string | undefined>(yes: string, no: No): Turned =>
	value => {
		const truth = truthOf(value);
		return truth === null ? null : truth ? yes : no;
	};
const gone = (old: string): RenamedSetting => ({old, now: null});

/** What bears on TLS. */
const tlsNames: readonly RenamedSetting[] = [
	file('ssl_cert', 'ssl_server_cert_file'),
	file('ssl_key', 'ssl_server_key_file'),
	file('ssl_alt_cert', 'ssl_server_alt_cert_file'),
	file('ssl_alt_key', 'ssl_server_alt_key_file'),
	file('ssl_dh', 'ssl_server_dh_file'),
	file('ssl_ca', 'ssl_server_ca_file'),
	file('ssl_client_cert', 'ssl_client_cert_file'),
	file('ssl_client_key', 'ssl_client_key_file'),
	{old: 'ssl_key_password', now: 'ssl_server_key_password'},
	{old: 'ssl_cert_username_field', now: 'ssl_server_cert_username_field'},
	{
		old: 'ssl_prefer_server_ciphers',
		now: 'ssl_server_prefer_ciphers',
		forward: turn('server', 'client'),
		back: value => ({server: 'yes', client: 'no'})[value] ?? null,
	},
	{old: 'ssl_require_crl', now: 'ssl_server_require_crl'},
	{old: 'ssl_verify_client_cert', now: 'ssl_server_request_client_cert'},
	// The name changed its sense. Whether passwords may go in clear is another rule's question.
	{
		old: 'disable_plaintext_auth',
		now: 'auth_allow_cleartext',
		forward: turn('no', 'yes'),
		back: turn('no', 'yes'),
	},
	{old: 'verbose_ssl', now: 'log_debug', forward: turn('category=ssl', undefined)},
	gone('ssl_dh_parameters_length'),
	gone('ssl_parameters_regenerate'),
	gone('login_access_sockets'),
];

/** What bears on mail only: a server that does not start has no TLS either. */
const otherNames: readonly RenamedSetting[] = [
	{
		old: 'mail_location',
		now: null,
		split: splitLocation,
		byHand:
			'mail_driver is the format, mail_path the path; INBOX, INDEX, CONTROL, ALT and LAYOUT became mail_inbox_path, mail_index_path, mail_control_path, mail_alt_path and mailbox_list_layout, %u, %n and %d became %{user}, %{user | username} and %{user | domain}',
	},
	...['auth_debug', 'auth_worker_max_count', 'auth_stats', 'imap_id_log', 'dict_db_config'].map(gone),
	{old: 'auth_default_realm', now: 'auth_default_domain'},
	{old: 'default_idle_kill', now: 'default_idle_kill_interval'},
	{old: 'mail_attachment_dir', now: 'mail_ext_attachment_path'},
	{old: 'mail_attachment_hash', now: 'mail_ext_attachment_hash'},
	{old: 'mail_attachment_min_size', now: 'mail_ext_attachment_min_size'},
];

const renamed: readonly RenamedSetting[] = [...tlsNames, ...otherNames];

/** Settings that 2.4 brought, without a name before. */
const onlyNow: readonly string[] = ['dovecot_config_version', 'dovecot_storage_version'];

const byOld: ReadonlyMap<string, RenamedSetting> = new Map(renamed.map(each => [each.old, each]));
/** log_debug was there before (2.3). */
const byNow: ReadonlyMap<string, RenamedSetting> = new Map(
	renamed.flatMap(each => (each.now === null || each.now === 'log_debug' ? [] : [[each.now, each] as const])),
);

/** Settings of a service (converted settings: service). */
const serviceNames: readonly RenamedSetting[] = [
	{
		old: 'service_count',
		now: 'restart_request_count',
		forward: value => (value === '0' ? 'unlimited' : value),
		back: value => (value === 'unlimited' ? '0' : value),
	},
	{old: 'idle_kill', now: 'idle_kill_interval'},
];

/** Blocks in which a setting is still one of Dovecot itself, not one of a plugin or a database. */
const filter = /^(?:protocol|local|local_name|remote|ssl_server|ssl_client|group)\b/;

/** Whether settings in these blocks are known here by their names. */
export function isKnownPlace(blocks: readonly string[]): boolean {
	return blocks.every(block => filter.test(block));
}

/** Where a setting stands, and its name. */
type Placed = {readonly blocks: readonly string[]; readonly name: string};

const ofService = ({blocks}: Placed): boolean => blocks.length === 1 && blocks[0]?.startsWith('service ') === true;

/** A setting that ended with 2.3; null: none that is known here. */
export function endedWith23(setting: Placed): RenamedSetting | null {
	if (ofService(setting)) return serviceNames.find(({old}) => old === setting.name) ?? null;
	return isKnownPlace(setting.blocks) ? (byOld.get(setting.name) ?? null) : null;
}

/** A setting that came with 2.4; `old` of one without a forerunner is empty. Null: none that is known here. */
export function cameWith24(setting: Placed): RenamedSetting | null {
	const {blocks, name} = setting;
	if (ofService(setting)) return serviceNames.find(({now}) => now === name.replace(/^service_(?!count)/, '')) ?? null;
	if (!isKnownPlace(blocks)) return null;
	return byNow.get(name) ?? (onlyNow.includes(name) ? {old: '', now: name} : null);
}

/** A block of one release alone: 2.4 gives passdb and userdb a name, and has no plugin block. Null: of both. */
export function releaseOfBlock({blocks, name, value}: Placed & {readonly value: string | null}): '2.3' | '2.4' | null {
	if (blocks.length > 0) return null;
	if (name === 'plugin' || (value === '' && (name === 'passdb' || name === 'userdb'))) return '2.3';
	return name === 'protocols' || name === 'ssl_server' || name === 'ssl_client' ? '2.4' : null;
}

/** Names by which a text is recognised as Dovecot's. */
export const dovecotNames: readonly string[] = [...byOld.keys(), ...byNow.keys(), ...onlyNow];
