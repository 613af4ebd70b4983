/** One smtpd service of master.cf: a way of setting up protocols and ciphers. */
export type ServerSetting = {
	readonly options: readonly string[];
	/** Its suites are looked at too, not its versions alone. */
	readonly suites: boolean;
};

const modes = [
	{options: ['smtpd_tls_security_level=may'], rules: 'smtpd_tls_protocols', other: 'smtpd_tls_mandatory_protocols'},
	{options: ['smtpd_tls_security_level=encrypt'], rules: 'smtpd_tls_mandatory_protocols', other: 'smtpd_tls_protocols'},
	{options: ['smtpd_tls_wrappermode=yes'], rules: 'smtpd_tls_mandatory_protocols', other: 'smtpd_tls_protocols'},
] as const;

/** Lists that every mode is tried with, under the name that rules and under the one that does not. */
const common = ['!SSLv2,!SSLv3,!TLSv1,!TLSv1.1', '>=TLSv1.2'];

/** Every syntax of postconf(5) smtpd_tls_protocols, right and wrong. */
const lists = [
	'!SSLv2:!SSLv3:!TLSv1',
	'!TLSv1.1',
	'!TLSv1.3',
	'!TLSv1,!TLSv1.1,!TLSv1.2,!TLSv1.3',
	'TLSv1',
	'TLSv1.2',
	'TLSv1.3',
	'TLSv1,TLSv1.1',
	'tlsv1.2:TLSV1.3',
	'SSLv3,TLSv1',
	'TLSv1.2:!TLSv1.2',
	'TLSv1,!TLSv1.2',
	'>=TLSv1',
	'>=TLSv1.1',
	'>=TLSv1.3',
	'<=TLSv1.1',
	'<=TLSv1.2,>=TLSv1.1',
	'>=TLSv1.2,!TLSv1.3',
	'>=TLSv1.2,<=TLSv1.1',
	'>=0303',
	'>=0x0302',
	'<=303',
	'>=None',
	'',
	'TLSv1_1',
	'!TLS1.2',
	'>TLSv1.2',
	'TLSv1.2;TLSv1.3',
];

const may = 'smtpd_tls_security_level=may';
const encrypt = 'smtpd_tls_security_level=encrypt';
const wrapped = 'smtpd_tls_wrappermode=yes';

/** Levels, references, repetitions, forms of `-o`. */
const others: ReadonlyArray<readonly string[]> = [
	['smtpd_tls_security_level=none'],
	['smtpd_tls_security_level='],
	['smtpd_tls_security_level=MAY'],
	['smtpd_tls_security_level=secure', 'smtpd_tls_mandatory_protocols=TLSv1.2'],
	['smtpd_tls_security_level=verify', 'smtpd_tls_protocols=TLSv1.2'],
	['smtpd_tls_security_level=$nosuch'],
	['smtpd_tls_security_level=dane'],
	['smtpd_tls_security_level=encrpyt'],
	['smtpd_tls_security_level=', 'smtpd_use_tls=yes', 'smtpd_tls_protocols=>=TLSv1.2'],
	['smtpd_tls_security_level=', 'smtpd_enforce_tls=yes', 'smtpd_tls_mandatory_protocols=<=TLSv1.2'],
	['smtpd_tls_security_level=none', 'smtpd_use_tls=yes'],
	['smtpd_tls_security_level=none', wrapped, 'smtpd_tls_mandatory_protocols=>=TLSv1.2'],
	[may, wrapped, 'smtpd_tls_protocols=>=TLSv1.2'],
	[wrapped, 'smtpd_tls_mandatory_protocols=$smtpd_tls_protocols', 'smtpd_tls_protocols=>=TLSv1.3'],
	[may, 'smtpd_tls_protocols=$nosuch'],
	[may, 'smtpd_tls_protocols=$floor'],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: Postfix's own syntax (postconf(5))
	[encrypt, 'smtpd_tls_mandatory_protocols=${nosuch:>=TLSv1.2}'],
	// biome-ignore lint/suspicious/noTemplateCurlyInString: Postfix's own syntax (postconf(5))
	[encrypt, 'smtpd_tls_mandatory_protocols=${floor?TLSv1.3}'],
	[encrypt, 'smtpd_tls_mandatory_protocols=TLSv1', 'smtpd_tls_mandatory_protocols=TLSv1.3'],
	[may, '{ smtpd_tls_protocols = TLSv1.1 TLSv1.2 }'],
	[may, '{ smtpd_tls_protocols = >= TLSv1.2 }'],
	[encrypt, '{ smtpd_tls_mandatory_protocols = !TLSv1, !TLSv1.1 }'],
	[may, 'smtpd_tls_chain_files='],
];

/** Grades and exclusions; the second mode reads the mandatory ones. */
const ciphers: ReadonlyArray<readonly string[]> = [
	[may],
	[encrypt],
	[may, 'smtpd_tls_ciphers=high'],
	[may, 'smtpd_tls_ciphers=HIGH'],
	[may, 'smtpd_tls_ciphers=null'],
	[may, 'smtpd_tls_ciphers=low'],
	[may, 'smtpd_tls_ciphers=HIGH:!aNULL'],
	[may, 'smtpd_tls_mandatory_ciphers=null'],
	[encrypt, 'smtpd_tls_mandatory_ciphers=high'],
	[encrypt, 'smtpd_tls_ciphers=null'],
	[wrapped, 'smtpd_tls_mandatory_ciphers=null'],
	[may, 'smtpd_tls_exclude_ciphers=aNULL'],
	[may, 'smtpd_tls_exclude_ciphers=kRSA,SHA1'],
	[may, 'smtpd_tls_exclude_ciphers=aNULL:kRSA+AES:CAMELLIA'],
	[may, 'smtpd_tls_exclude_ciphers=ECDHE,CHACHA20'],
	[may, 'smtpd_tls_exclude_ciphers=AESGCM,ECDSA'],
	[may, 'smtpd_tls_exclude_ciphers=aRSA,aNULL', 'smtpd_tls_protocols=<=TLSv1.2'],
	[may, 'smtpd_tls_exclude_ciphers=AES128-SHA,ARIA'],
	[may, 'smtpd_tls_exclude_ciphers=!aNULL'],
	[may, 'smtpd_tls_mandatory_exclude_ciphers=kRSA'],
	[encrypt, 'smtpd_tls_mandatory_exclude_ciphers=kRSA'],
	[encrypt, 'smtpd_tls_exclude_ciphers=aNULL', 'smtpd_tls_mandatory_exclude_ciphers=DHE,AES128'],
	[wrapped, 'smtpd_tls_mandatory_exclude_ciphers=AES256,MEDIUM'],
	[may, 'smtpd_tls_ask_ccert=yes'],
	[may, 'smtpd_tls_exclude_ciphers=SHA1,SHA256,SHA384', 'smtpd_tls_protocols=>=TLSv1.1'],
];

/** A certificate with an ECDSA key and no other, and what is excluded beside it. */
const withEcdsa: ReadonlyArray<readonly string[]> = [
	'aNULL,ECDSA',
	'aNULL:aECDSA:3DES',
	'ECDHE,aNULL',
	'aNULL,kEECDH',
	'aNULL ECDHE+ECDSA',
	'aNULL,SHA',
	'aNULL,AESGCM,AESCCM,CHACHA20,ARIA,SHA,SHA256,SHA384,MD5',
	'aNULL,ecdsa',
	'aNULL,aRSA,kRSA',
	'ECDSA',
].map((exclusions, index) => [
	modes[index % modes.length]?.options[0] ?? may,
	'smtpd_tls_chain_files=',
	'smtpd_tls_cert_file=none',
	'smtpd_tls_eccert_file=$ec_cert',
	'smtpd_tls_eckey_file=$ec_key',
	`smtpd_tls_exclude_ciphers=${exclusions.replaceAll(' ', ',')}`,
]);

/** All of them. */
export const serverSettings: readonly ServerSetting[] = [
	...common.flatMap(list =>
		modes.flatMap(({options, rules, other}) => [
			{options: [...options, `${rules}=${list}`], suites: false},
			{options: [...options, `${other}=${list}`], suites: false},
		]),
	),
	...lists.map((list, index) => {
		const {options, rules} = modes[index % modes.length] ?? modes[0];
		return {options: [...options, `${rules}=${list}`], suites: false};
	}),
	...others.map(options => ({options, suites: false})),
	...ciphers.map(options => ({options, suites: true})),
	...withEcdsa.map(options => ({options, suites: false})),
];

/** The service as text of master.cf; its port is its name. */
export function serviceText(address: string, port: number, {options}: ServerSetting): string {
	return [`${address}:${port} inet n - y - - smtpd`, ...options.map(option => `  -o ${option}`)].join('\n');
}
