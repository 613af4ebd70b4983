/**
 * A query that makes up so many sessions of 50,000 peers on all hops, a session every three seconds. Each peer has its own library,
 * and now and then another one; the same number gives the same sessions.
 */
export const madeUpSessions = (sessions: number): string =>
	`select t as started_at, t + interval 3 second as ended_at, hop, if(hop = 'relay-out', 'out', 'in') as direction,
		service, port, mode as tls_mode, outcome, if(encrypted, protocol, null) as protocol,
		if(encrypted, cipher, null) as cipher, if(encrypted, 128 + 128 * (i % 2), null) as cipher_bits,
		if(encrypted, ['Anonymous', 'Untrusted', 'Trusted', 'Verified'][1 + i % 4], null) as trust,
		if(encrypted and protocol = 'TLSv1.3', ['X25519', 'ECDHE (P-256)', 'X25519MLKEM768'][1 + i % 3], null)
			as key_exchange,
		if(encrypted and protocol = 'TLSv1.3', ['RSA-PSS (2048 bits)', 'ECDSA (prime256v1)'][1 + i % 2], null)
			as server_signature,
		if(encrypted and protocol = 'TLSv1.3', 'SHA256', null) as server_digest,
		if(outcome = 'failed', 'not-tls', null) as failure, if(outcome = 'failed', 0, i % 3) as messages,
		if(hop in ('submission', 'access'), 'user' || p % 5000, null) as username,
		'198.51.' || p % 200 || '.' || p // 200 % 250 as peer_ip, 'host' || p || '.example.net' as peer_host,
		'mail.log' as source, 10 * i as first_line, 10 * i + 7 as last_line
	from (
		select i, h, h % 50000 as p, t, way.hop as hop, way.service as service, way.port as port, way.mode as mode,
			if(h % 50 = 0, 'failed', if(h % 11 = 0, 'plaintext', 'encrypted')) as outcome,
			h % 50 != 0 and h % 11 != 0 as encrypted, protocol,
			if(protocol = 'TLSv1.3', ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'][1 + i % 2],
				['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA', 'AES128-SHA', 'DHE-RSA-AES256-SHA', 'DES-CBC3-SHA',
				'RC4-SHA'][1 + (p + (i % 25 = 0)::integer) % 6]) as cipher
		from (
			select i, h, h % 50000 as p, timestamp '2026-01-01' + i * interval 3 second as t,
				[{hop: 'submission', service: 'smtps', port: 465, mode: 'implicit'},
				{hop: 'submission', service: 'submission', port: 587, mode: 'starttls'},
				{hop: 'relay-in', service: 'smtp', port: 25, mode: 'starttls'},
				{hop: 'relay-out', service: 'smtp', port: 25, mode: 'starttls'},
				{hop: 'access', service: 'imap', port: 993, mode: 'implicit'},
				{hop: 'access', service: 'imap', port: 143, mode: 'starttls'}][1 + (hash(h % 50000 + 7) % 6)::integer] as way,
				-- A peer has its own library, and now and then another one.
				['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.2', 'TLSv1.3']
					[1 + (hash(h % 50000 + if(i % 20 = 0, 5, 0)) % 5)::integer] as protocol
			from (select i, (hash(i) % 1000000007)::bigint as h from range(${sessions}) r(i))))`;
