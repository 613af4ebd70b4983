import test from 'ava';
import {reportJson} from '../../src/report/formats/json.ts';
import {markdown} from '../../src/report/formats/markdown.ts';
import {reportCsv} from '../../src/report/formats/report-csv.ts';
import {reportDocument} from '../../src/report/formats/report-tables.ts';
import {html} from '../../src/report/html/page.ts';
import {asciiMarks, monochrome} from '../../src/report/text/layout.ts';
import {reportText} from '../../src/report/text/report-text.ts';
import {made, outbound, summary} from './sample-summary.ts';

const report = {...summary, outbound};

test('mail that went out is counted by trust, and what TLS held back is named by domain and reason', t => {
	const text = reportText(report, monochrome, asciiMarks);
	t.regex(text, /MESSAGES +VERIFIED +TRUSTED +UNTRUSTED +ANONYMOUS +PLAINTEXT +HELD BACK\n +9 +4 +0 +0 +3 +2 +3\n/);
	t.regex(text, /bank\.example +no TLSA records +3 +2 +1 +2026-01-31 08:00\n/);
	t.regex(text, /DOMAIN +MESSAGES +VERIFIED +OTHER TLS +PLAINTEXT +HELD BACK\nbank\.example +9 +4 +3 +2 +3\n/);
	t.notRegex(reportText({...summary}, monochrome, asciiMarks), /Mail that|By domain/);
	const few = {...outbound, byDomain: false};
	t.notRegex(reportText({...summary, outbound: few}, monochrome, asciiMarks), /By domain/);
});

test('all forms of the report say the same of it', t => {
	const json = JSON.parse(reportJson(report));
	t.like(json.domains, [{recipient_domain: 'bank.example', messages: 9, plaintext: 2, held: 3, trust: {Verified: 4}}]);
	t.like(json.held, [{reason: 'no-tlsa-records', messages: 3, last_seen: '2026-01-31T08:00:00.000Z'}]);
	t.is(json.outbound.trust.Anonymous, 3);
	for (const page of [markdown(reportDocument(report)), html(reportDocument(report), made)])
		t.regex(page, /bank\.example[\s\S]*no TLSA records/);
	const csv = reportCsv(report);
	for (const row of [
		/^outbound,,,all,,,9,.*,all,/m,
		/^outbound,,,all,,,3,.*,held back,/m,
		/^domain,,,bank\.example,,,4,.*,Verified,/m,
		/^domain_version,,,bank\.example,,,7,.*,TLSv1\.3,/m,
		/^held,,,bank\.example,,,3,,2026-01-31T00:00:00\.000Z,2026-01-31T08:00:00\.000Z,"?no-tlsa-records; 2 before/m,
	])
		t.regex(csv, row);
});
