import {longestWord, ownCopy} from './text.ts';

/** A word as a session keeps it: no longer than `longestWord`. */
export type Keeper = (word: string) => string;

/** Words were made of their line's bytes, or cut out of a string that holds that line alone: no more than a line stays alive with them. */
export const keep: Keeper = word => (word.length > longestWord ? ownCopy(word.slice(0, longestWord)) : word);
