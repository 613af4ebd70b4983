import type {DomainTerm, Term} from '../../../model/filter.ts';
import {toDomain} from '../../filter.ts';

/** Values that are bound in a condition, by their names. */
export type Bound = Record<string, string | number | null>;

/** A term about the domain of recipients. */
export const isOfDomain = (term: Term): term is Term & DomainTerm => term.kind === 'domain';

/** A test in SQL, or its contrary where the term asks for that. */
export const asked = ({not}: Term, test: string): string => (not === true ? `not ${test}` : test);

/** A test in SQL that all of some pass. */
export const allOf = (tests: readonly string[]): string => (tests.length === 0 ? 'true' : tests.join(' and '));

/** Gives values names in SQL, each its own, that begin with a word. */
export const binding =
	(parameters: Bound, word: string) =>
	(value: string | number): string => {
		const name = `${word}${Object.keys(parameters).length}`;
		parameters[name] = value;
		return `$${name}`;
	};

/** A condition on a column with one domain; `toDomain` takes it as a text of deliveries. */
export const ofDomain = (column: string, term: DomainTerm, bind: (value: string) => string): string =>
	toDomain(`coalesce(${column}, '') || ' '`, term, bind);
