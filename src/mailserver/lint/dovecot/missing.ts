import {type DovecotConfiguration, isWhole} from '../../dovecot/configuration.ts';
import {isRecent} from '../../dovecot/doveconf-output.ts';

const remedy = 'give the output of doveconf -n';

/** What a rule wants to know of Dovecot beside the lines that it finds. */
type Wanted = 'whole doveconf' | 'protocols of Dovecot' | 'release of Dovecot';

/** Why it is not known, with what to do; null where it is. */
export function missingOfDovecot(wanted: Wanted, dovecot: DovecotConfiguration): string | null {
	const {gaps, version} = dovecot;
	const words = gaps.map(gap => gap.words).join('; ');
	switch (wanted) {
		case 'whole doveconf':
			return isWhole(dovecot) ? null : `Dovecot: ${words}; what is set elsewhere is not known: ${remedy}`;
		case 'protocols of Dovecot':
			if (gaps.length === 0) return null;
			return isWhole(dovecot)
				? `Dovecot: ${words}; which protocols are on is not known: ${remedy}`
				: missingOfDovecot('whole doveconf', dovecot);
		case 'release of Dovecot':
			// Of 2.4 the defaults are the same in each release.
			return version !== null || isRecent(dovecot) === true ? null : `the release of Dovecot is not known: ${remedy}`;
	}
}
