import {certificateRules} from './certificates.ts';
import {cipherRules} from './ciphers.ts';
import {daneRules} from './dane.ts';
import {dovecotRules} from './dovecot.ts';
import {fileSyntaxRules} from './file-syntax.ts';
import {floorRules} from './floors.ts';
import {listChoiceRules} from './list-choice.ts';
import {logOnly} from './log-only.ts';
import {loggingRules} from './logging.ts';
import {mainCfLineRules} from './main-cf-lines.ts';
import {oldSwitchRules} from './old-switches.ts';
import {outboundRules} from './outbound.ts';
import {peerCheckRules} from './peer-checks.ts';
import {policyTableRules} from './policy-tables.ts';
import {postscreenRules} from './postscreen.ts';
import {protocolListRules} from './protocol-lists.ts';
import type {Rule} from './rule.ts';
import {serverLevelRules} from './server-levels.ts';
import {serviceRules} from './services.ts';
import {unknownParameter} from './unknown-parameter.ts';
import {smtpSmtpdConfusion} from './wrong-family.ts';

/** All rules; among findings of one severity this is their order, the founding mistake first of all. */
export const rules: readonly Rule[] = [
	...listChoiceRules,
	...fileSyntaxRules,
	...serverLevelRules,
	...serviceRules,
	...protocolListRules,
	...cipherRules,
	...certificateRules,
	...outboundRules,
	smtpSmtpdConfusion,
	...daneRules,
	...policyTableRules,
	...peerCheckRules,
	unknownParameter,
	...mainCfLineRules,
	...floorRules,
	...postscreenRules,
	...loggingRules,
	...oldSwitchRules,
	...dovecotRules,
];

/**
 * All that a log may show, in the order in which its lines are tried: a line speaks for the first whose sign it has, so
 * what no file shows, whose words are the narrowest, comes first. /
 */
export const loggedRules: ReadonlyArray<Pick<Rule, 'id' | 'log'>> = [...logOnly, ...rules];
