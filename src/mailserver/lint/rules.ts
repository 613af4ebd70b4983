import {certificateRules} from './checks/certificates.ts';
import {cipherRules} from './checks/ciphers.ts';
import {daneRules} from './checks/dane.ts';
import {fileSyntaxRules} from './checks/file-syntax.ts';
import {floorRules} from './checks/floors.ts';
import {listChoiceRules} from './checks/list-choice.ts';
import {logOnly} from './checks/log-only.ts';
import {loggingRules} from './checks/logging.ts';
import {mainCfLineRules} from './checks/main-cf-lines.ts';
import {oldSwitchRules} from './checks/old-switches.ts';
import {outboundRules} from './checks/outbound.ts';
import {peerCheckRules} from './checks/peer-checks.ts';
import {policyTableRules} from './checks/policy-tables.ts';
import {postscreenRules} from './checks/postscreen.ts';
import {protocolListRules} from './checks/protocol-lists.ts';
import type {Rule} from './checks/rule.ts';
import {serverLevelRules} from './checks/server-levels.ts';
import {serviceRules} from './checks/services.ts';
import {sniRules} from './checks/sni.ts';
import {unknownParameter} from './checks/unknown-parameter.ts';
import {smtpSmtpdConfusion} from './checks/wrong-family.ts';
import {dovecotRules} from './dovecot/dovecot-rules.ts';

/** All rules; among findings of one severity this is their order, the founding mistake first of all. */
export const rules: readonly Rule[] = [
	...listChoiceRules,
	...fileSyntaxRules,
	...serverLevelRules,
	...serviceRules,
	...protocolListRules,
	...cipherRules,
	...certificateRules,
	...sniRules,
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
