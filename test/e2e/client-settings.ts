/** One smtp service of master.cf towards servers of each version. */
export type ClientSetting = {
	readonly options: readonly string[];
	/** A row of smtp_tls_policy_maps for its destinations. */
	readonly policy?: string;
};

const may = 'smtp_tls_security_level=may';
const encrypt = 'smtp_tls_security_level=encrypt';

/** Lists are cut at the first gap here, other than on the server (postconf(5) smtp_tls_protocols). */
export const clientSettings: readonly ClientSetting[] = [
	{options: []},
	{options: [may]},
	{options: [encrypt]},
	{options: [may, 'smtp_tls_protocols=!TLSv1.1']},
	{options: [may, 'smtp_tls_protocols=!TLSv1,!TLSv1.1']},
	{options: [may, 'smtp_tls_protocols=TLSv1,TLSv1.3']},
	{options: [may, 'smtp_tls_mandatory_protocols=>=TLSv1.2']},
	{options: [encrypt, 'smtp_tls_mandatory_protocols=>=TLSv1.2']},
	{options: [encrypt, 'smtp_tls_protocols=>=TLSv1.3', 'smtp_tls_mandatory_protocols=TLSv1.2']},
	{options: [encrypt, 'smtp_tls_mandatory_protocols=<=TLSv1.1']},
	{options: [encrypt, 'smtp_tls_mandatory_protocols=TLSv1_2']},
	{options: [may, 'smtp_tls_protocols=TLSv1_2']},
	{options: [may, 'smtp_tls_ciphers=strong']},
	{options: ['smtp_tls_security_level=dane', 'smtp_tls_protocols=TLSv1.2', 'smtp_tls_mandatory_protocols=TLSv1.1']},
	{options: ['smtp_tls_security_level=dane-only']},
	{options: ['smtp_tls_security_level=', 'smtp_use_tls=yes', 'smtp_tls_protocols=>=TLSv1.2']},
	{options: ['smtp_enforce_tls=yes', 'smtp_tls_enforce_peername=no', 'smtp_tls_mandatory_protocols=<=TLSv1.2']},
	{options: [may, 'smtp_tls_mandatory_protocols=>=TLSv1.3'], policy: 'encrypt protocols=TLSv1.2'},
	{options: [encrypt], policy: 'none'},
	{options: [may, 'smtp_tls_mandatory_protocols=>=TLSv1.2'], policy: 'encrypt'},
	{options: [encrypt], policy: 'may protocols=!TLSv1:!TLSv1.1'},
	{options: [encrypt, 'smtp_tls_mandatory_ciphers=null', 'smtp_tls_mandatory_protocols=<=TLSv1.2']},
];

/** The service as text of master.cf. */
export function transportText(name: string, {options}: ClientSetting): string {
	return [`${name} unix - - y - - smtp`, ...options.map(option => `  -o ${option}`)].join('\n');
}
