import type {Rule} from '../checks/rule.ts';
import {floorRules} from './floor.ts';
import {loginRules} from './logins.ts';
import {otherReleaseRules} from './other-release.ts';
import {portRules} from './ports.ts';
import {syntaxRules} from './syntax.ts';
import {valueRules} from './values.ts';

/** Rules about the mailbox server: first what keeps it from starting. */
export const dovecotRules: readonly Rule[] = [
	...otherReleaseRules,
	...syntaxRules,
	...valueRules,
	...loginRules,
	...floorRules,
	...portRules,
];
